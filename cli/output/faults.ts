// Writes the faults of the database for people: lot numbers and names first, the row after.
import type { Fault } from "../../api/fsck.ts";
import { EXIT, FAULTS_EXIT } from "./outcome.ts";
import { pieces, type Terminal } from "./terminal.ts";

/** Faults of the node or the document store. With no others, the database may be sound. */
const UNREACHABLE = ["NODE_UNREACHABLE", "NODE_INCONSISTENT", "STORE_UNREACHABLE"];

/** The exit code of a command that lists these faults. */
export function faultsExit(faults: readonly Fault[]): number {
  if (faults.length === 0) return EXIT.done;
  return faults.every(({ code }) => UNREACHABLE.includes(code)) ? EXIT.unreachable : FAULTS_EXIT;
}

/** Writes each fault as a few lines. @param more further lines about a fault */
export function showFaults<F extends Fault>(
  faults: readonly F[],
  terminal: Terminal,
  more: (fault: F) => string[] = () => [],
): void {
  for (const fault of faults) {
    const { code, expected, found, message } = fault;
    const subject = subjectOf(fault);
    terminal.line();
    terminal.line(`${terminal.style("red", code)}${subject === "" ? "" : `  ${subject}`}`);
    terminal.line(`  ${placeOf(fault)}`);
    if (expected !== undefined) terminal.line(`  expected  ${shorten(expected)}`);
    if (found !== undefined) terminal.line(`  found     ${shorten(found)}`);
    terminal.line(`  ${message}`);
    for (const line of more(fault)) terminal.line(`  ${line}`);
  }
}

/** A fault's row and column. */
export function placeOf({ table, row, column, field }: Fault): string {
  const place = [column, field].filter((part) => part !== undefined).join(" ");
  return `${table} ${row}${place === "" ? "" : `  ${place}`}`;
}

/** What a row is about, as people call it: `receive by Monclara: lot MZ6F86884804`. Empty if that is not known. */
export function subjectOf({ subject }: Fault): string {
  if (!subject) return "";
  const { lots, lotCount, act, party } = subject;
  const numbers = lots.map(({ lot, lotNumber }) => lotNumber ?? `${lot.slice(0, LOT_CHARS)}…`);
  const others = lotCount > lots.length ? ` and ${pieces(lotCount - lots.length)} more` : "";
  const named = numbers.length === 0 ? "" : `lot ${numbers.join(", ")}${others}`;
  if (act === null) return [named, party ?? ""].filter((part) => part !== "").join(", ");
  return `${act}${party === null ? "" : ` by ${party}`}${named === "" ? "" : `: ${named}`}`;
}

/** Characters of a lot's id: enough to find it in a list. */
const LOT_CHARS = 14;
const MAX_VALUE = 100;

function shorten(value: string | number | boolean | null): string {
  const text = String(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
