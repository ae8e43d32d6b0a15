// Shows why a command failed, to a person and as JSON.
import { CommanderError } from "commander";
import type { Redact } from "../../protocol/base/redact.ts";
import { EXIT, type ListFault, Problem, problemJson, problemLine } from "./outcome.ts";
import { partyText, pieces, showTable, table, type Terminal } from "./terminal.ts";

/**
 * Shows an error.
 * @param json whether the caller wants JSON
 * @param redact takes secrets out of a text
 * @returns the exit code
 */
export function showFailure(
  error: unknown,
  terminal: Terminal,
  { json, redact }: { json: boolean; redact: Redact },
): number {
  if (error instanceof CommanderError) {
    if (json) terminal.json({ error: { code: "USAGE", message: redact(error.message) } }); // Commander has written it for people
    return EXIT.usage;
  }
  const problem =
    error instanceof Problem ? error : new Problem("INTERNAL", String(error), { cause: error });
  problem.message = redact(problem.message);
  const { faults, rows = [], candidates = [] } = problem;
  if (json) terminal.json(problemJson(problem));
  if (faults) for (const line of faultLines(faults, terminal)) terminal.line(line);
  for (const { row, column, code, message } of rows)
    terminal.line(`row ${row}${column === undefined ? "" : `, ${column}`}: ${code}: ${message}`);
  const lots = candidates.map(({ lot, lotNumber, mpn, quantity, issuer, holder }) => [
    lot,
    lotNumber ?? "",
    mpn ?? "",
    pieces(quantity),
    partyText(issuer),
    partyText(holder),
  ]);
  if (lots.length > 0)
    showTable(terminal, ["id", "lot", "mpn", QUANTITY, "issued by", "held by"], lots);
  terminal.note(`reelproof: ${problemLine(problem)}`);
  return problem.exit;
}

const QUANTITY = { title: "quantity", align: "right" } as const;

const MAX_VALUE = 24;

/** All faults of a list as a table. */
function faultLines(faults: readonly ListFault[], terminal: Terminal): string[] {
  const rows = faults.map(({ line, column, field = "", code, message, value = "" }) => [
    String(line),
    column === undefined ? "" : String(column),
    field,
    terminal.style("red", code),
    value === ""
      ? ""
      : JSON.stringify(value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value),
    message,
  ]);
  const columns = [
    { title: "line", align: "right" as const },
    { title: "column", align: "right" as const },
    { title: "field" },
    { title: "code" },
    { title: "value" },
    { title: "why" },
  ];
  return table(columns, rows, (text) => terminal.style("dim", text));
}
