// `fsck`: checks every row of the service's database against the chain. It runs here where the database can be opened,
// else in the running service.
import { FsckReport } from "../../../api/fsck.ts";
import { EXIT_CODES_HELP } from "../../output/help.ts";
import { EXIT, FAULTS_EXIT, Problem } from "../../output/outcome.ts";
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

/** Faults of the node or the document store. With no others, the database may be sound. */
const UNREACHABLE = ["NODE_UNREACHABLE", "NODE_INCONSISTENT", "STORE_UNREACHABLE"];

function exitOf({ faults }: FsckReport): number {
  if (faults.length === 0) return EXIT.done;
  return faults.every(({ code }) => UNREACHABLE.includes(code)) ? EXIT.unreachable : FAULTS_EXIT;
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

/** Counts on the first line of the report. */
const FIRST_COUNTS = 6;
const LABELS: Record<string, string> = { storedKeys: "stored keys" };

function showReport({ checked, faults, unlisted }: FsckReport, terminal: Terminal): void {
  const counts = Object.entries(checked).map(
    ([name, count]) => `${pieces(count)} ${LABELS[name] ?? name}`,
  );
  terminal.line(`checked  ${counts.slice(0, FIRST_COUNTS).join(", ")},`);
  terminal.line(`         ${counts.slice(FIRST_COUNTS).join(", ")}`);
  const total = faults.length + unlisted;
  const result =
    total === 0
      ? terminal.style(["green", "bold"], "clean")
      : terminal.style(["red", "bold"], pieces(total));
  terminal.line(`faults   ${result}`);
  for (const { code, table, row, column, field, expected, found, message } of faults) {
    const place = [column, field].filter((part) => part !== undefined).join(" ");
    terminal.line();
    terminal.line(
      `${terminal.style("red", code)}  ${table} ${row}${place === "" ? "" : `  ${place}`}`,
    );
    if (expected !== undefined) terminal.line(`  expected  ${shorten(expected)}`);
    if (found !== undefined) terminal.line(`  found     ${shorten(found)}`);
    terminal.line(`  ${message}`);
  }
  if (unlisted === 0) return;
  terminal.line();
  terminal.line(`… and ${pieces(unlisted)} more that are not listed`);
}

const MAX_VALUE = 100;

function shorten(value: string | number | boolean | null): string {
  const text = String(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
