// `fsck`: checks every row of the service's database against the chain. It runs here where the database can be opened,
// else in the running service.
import { FsckReport } from "../../../api/fsck.ts";
import { EXIT_CODES_HELP } from "../../output/help.ts";
import { faultsExit, showFaults } from "../../output/faults.ts";
import { Problem } from "../../output/outcome.ts";
import { pieces, type Terminal } from "../../output/terminal.ts";
import { LONG_TIMEOUT_MS } from "../../service/api.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { onStopped } from "../../service/direct.ts";

export const fsck: AddCommand = (program, act) =>
  program
    .command("fsck")
    .description("check every row of the service's database, against itself and the chain")
    .addHelpText("after", EXIT_CODES_HELP)
    .action(act(checkDatabase, exitOf));

function exitOf({ faults }: FsckReport): number {
  return faultsExit(faults);
}

async function checkDatabase(command: Command): Promise<FsckReport> {
  const report = await (command.direct ? checkHere(command) : checkByService(command));
  showReport(report, command.terminal);
  return report;
}

async function checkByService(command: Command): Promise<FsckReport> {
  try {
    return await command.caller.api.post("/v1/fsck", FsckReport, {}, LONG_TIMEOUT_MS);
  } catch (error) {
    // Without a running service nobody else has the embedded database open.
    const isStopped = error instanceof Problem && error.code === "SERVICE_UNREACHABLE";
    if (isStopped && command.local) return checkHere(command);
    throw error;
  }
}

function checkHere({ env, terminal }: Command): Promise<FsckReport> {
  return onStopped(env, async ({ ctx }) => {
    const server = await import("../../../server/fsck/fsck.ts");
    const report = await server.fsck(ctx, (stage, done) => {
      const position = server.STAGES.indexOf(stage);
      terminal.progress(`${stage} ${pieces(done)}`, position, server.STAGES.length);
    });
    terminal.progress("", server.STAGES.length, server.STAGES.length);
    return report;
  });
}

const LABELS: Record<string, string> = {
  interests: "rows that say who sees a lot",
  storedKeys: "stored keys",
  unlogged: "events that wait to enter the log",
  leaves: "log leaves",
  checkpoints: "log checkpoints",
  anchorings: "anchored checkpoints",
  foreignLeaves: "proofs by other logs",
};

function showReport({ checked, faults, unlisted }: FsckReport, terminal: Terminal): void {
  const counts = Object.entries(checked).filter(([, count]) => count > 0);
  terminal.line("checked");
  for (const [name, count] of counts)
    terminal.line(`  ${pieces(count).padStart(COUNT_WIDTH)}  ${LABELS[name] ?? name}`);
  const total = faults.length + unlisted;
  const result =
    total === 0
      ? terminal.style(["green", "bold"], "clean")
      : terminal.style(["red", "bold"], pieces(total));
  terminal.line(`faults   ${result}`);
  showFaults(faults, terminal);
  if (unlisted > 0) {
    terminal.line();
    terminal.line(`… and ${pieces(unlisted)} more that are not listed`);
  }
  if (total === 0) return;
  terminal.line();
  terminal.line("To rebuild what the evidence gives: reelproof repair --dry-run");
}

const COUNT_WIDTH = 9;
