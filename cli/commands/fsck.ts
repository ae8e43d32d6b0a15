// `fsck`: every row of the service's database, and all of it against the chain; here where the database is free to open,
// else by the running service.
import { z } from "zod";
import type { Report } from "../../server/fsck/fsck.ts";
import { LONG_TIMEOUT_MS } from "../service/api.ts";
import type { Command } from "../service/command.ts";
import { onLedger } from "../service/direct.ts";
import { EXIT, FAULTS_EXIT, Problem } from "../output/outcome.ts";
import { pieces, type Terminal } from "../output/terminal.ts";

const Shown = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const FaultSeen = z.object({
  table: z.string(),
  row: z.string(),
  column: z.string().optional(),
  field: z.string().optional(),
  code: z.string(),
  expected: Shown.optional(),
  found: Shown.optional(),
  message: z.string(),
});
export const ReportSeen = z.object({
  checked: z.record(z.string(), z.number()),
  faults: z.array(FaultSeen),
  unlisted: z.number(),
});
export type ReportSeen = z.infer<typeof ReportSeen>;

/** Faults of the node or the document store, not of the database: where there are no others, nothing is said of the database. */
const OF_NODE = ["NODE_UNREACHABLE", "NODE_INCONSISTENT", "STORE_UNREACHABLE"];

/** Checks everything, and shows what was found. */
export async function fsckAll(command: Command): Promise<ReportSeen> {
  const report = await run(command);
  show(report, command.terminal);
  return report;
}

/** The exit code that a report stands for. */
export function exitOfReport({ faults }: ReportSeen): number {
  if (faults.length === 0) return EXIT.done;
  return faults.every(({ code }) => OF_NODE.includes(code)) ? EXIT.unreachable : FAULTS_EXIT;
}

async function run(command: Command): Promise<ReportSeen> {
  if (command.direct) return runHere(command);
  try {
    return await command.caller.api.post("/v1/fsck", ReportSeen, {}, LONG_TIMEOUT_MS);
  } catch (error) {
    // Where no service runs, nobody else has the embedded database.
    const isStopped = error instanceof Problem && error.code === "SERVICE_UNREACHABLE";
    if (isStopped && command.local) return runHere(command);
    throw error;
  }
}

function runHere({ env, terminal }: Command): Promise<Report> {
  return onLedger(env, async ({ ctx }) => {
    const { fsck, STAGES } = await import("../../server/fsck/fsck.ts");
    const report = await fsck(ctx, (stage, done) => {
      terminal.progress(`${stage} ${pieces(done)}`, STAGES.indexOf(stage), STAGES.length);
    });
    terminal.progress("", STAGES.length, STAGES.length);
    return report;
  });
}

function show({ checked, faults, unlisted }: ReportSeen, terminal: Terminal): void {
  const counts = Object.entries(checked).map(
    ([name, count]) => `${pieces(count)} ${NAMES[name] ?? name}`,
  );
  terminal.line(`checked  ${counts.slice(0, 6).join(", ")},`);
  terminal.line(`         ${counts.slice(6).join(", ")}`);
  const found = faults.length + unlisted;
  const verdict =
    found === 0
      ? terminal.style(["green", "bold"], "clean")
      : terminal.style(["red", "bold"], pieces(found));
  terminal.line(`faults   ${verdict}`);
  for (const { code, table, row, column, field, expected, found: there, message } of faults) {
    const place = [column, field].filter((part) => part !== undefined).join(" ");
    terminal.line();
    terminal.line(
      `${terminal.style("red", code)}  ${table} ${row}${place === "" ? "" : `  ${place}`}`,
    );
    if (expected !== undefined) terminal.line(`  expected  ${cut(expected)}`);
    if (there !== undefined) terminal.line(`  found     ${cut(there)}`);
    terminal.line(`  ${message}`);
  }
  if (unlisted > 0) terminal.line(`\n… and ${pieces(unlisted)} more that are not listed`);
}

const NAMES: Record<string, string> = { storedKeys: "stored keys" };
const MOST_SHOWN = 100;

function cut(value: z.infer<typeof Shown>): string {
  const text = String(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
