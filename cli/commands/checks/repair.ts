// `repair`: rebuilds rows that follow from signed events and notices. It runs here where the database can be opened, else in the
// running service.
import { type RemainingFault, RepairReport } from "../../../api/fsck.ts";
import { faultsExit, placeOf, showFaults, subjectOf } from "../../output/faults.ts";
import { EXIT_CODES_HELP } from "../../output/help.ts";
import { Problem } from "../../output/outcome.ts";
import { pieces, type Terminal } from "../../output/terminal.ts";
import { LONG_TIMEOUT_MS } from "../../service/api.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { onStopped } from "../../service/direct.ts";

interface Options {
  dryRun?: boolean;
}

export const repair: AddCommand = (program, act) =>
  program
    .command("repair")
    .argument("[lot...]", "numbers or ids of the lots (default: everything)")
    .description("rebuild what fsck finds altered, as far as the signed events give it")
    .option("--dry-run", "change nothing; say what would be rebuilt")
    .addHelpText("after", EXIT_CODES_HELP)
    .action(act(repairDatabase, exitOf));

const exitOf = ({ remaining }: RepairReport): number => faultsExit(remaining);

async function repairDatabase(
  command: Command,
  lots: string[],
  { dryRun = false }: Options,
): Promise<RepairReport> {
  const request = { dryRun, ...(lots.length > 0 && { lots }) };
  const report = await (command.direct
    ? repairHere(command, request)
    : repairByService(command, request));
  showReport(report, command.terminal);
  return report;
}

interface Request {
  dryRun: boolean;
  lots?: string[];
}

async function repairByService(command: Command, request: Request): Promise<RepairReport> {
  try {
    return await command.caller.api.post("/v1/repair", RepairReport, request, LONG_TIMEOUT_MS);
  } catch (error) {
    // Without a running service nobody else has the embedded database open.
    const isStopped = error instanceof Problem && error.code === "SERVICE_UNREACHABLE";
    if (isStopped && command.local) return repairHere(command, request);
    throw error;
  }
}

function repairHere({ env }: Command, request: Request): Promise<RepairReport> {
  return onStopped(env, async ({ ctx }) => {
    const server = await import("../../../server/fsck/repair.ts");
    return server.repair(ctx, request);
  });
}

function showReport({ dryRun, rebuilt, remaining, unlisted }: RepairReport, terminal: Terminal) {
  terminal.line(`${dryRun ? "would rebuild" : "rebuilt"}  ${pieces(rebuilt.length)}`);
  for (const fault of rebuilt) {
    const subject = subjectOf(fault);
    terminal.line(`  ${subject === "" ? "" : `${subject}  `}${placeOf(fault)}`);
  }
  terminal.line(
    remaining.length === 0
      ? terminal.style(["green", "bold"], "nothing else is at fault")
      : `not rebuilt  ${terminal.style(["red", "bold"], pieces(remaining.length))}`,
  );
  showFaults(remaining, terminal, reasonsOf);
  if (unlisted > 0) terminal.line(`… and ${pieces(unlisted)} more that are not listed`);
}

/** The tables whose rows are evidence. */
const EVIDENCE = ["event", "notice"];

/** Why a row is not rebuilt, and who may have a sound copy. */
function reasonsOf({ table, column, code, subject, blockedBy }: RemainingFault): string[] {
  if (blockedBy) {
    const { table: of, row, code: why } = blockedBy;
    return [
      `It was not rebuilt, because what it follows from has a fault: ${why} of ${of} ${row}.`,
    ];
  }
  const isEvidence = EVIDENCE.includes(table) && column !== undefined && code !== "COPY_DIFFERS";
  if (!isEvidence || !subject || subject.parties.length === 0) return [];
  return [
    `Evidence is never rebuilt. A bundle from the service of one of these may have a sound copy: ${subject.parties.join(", ")}.`,
  ];
}
