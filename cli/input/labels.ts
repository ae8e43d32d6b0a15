// Cuts what was scanned into standard input into labels: one package each.
import { readCsv } from "../../lists/csv.ts";
import { separateCodes } from "../../protocol/label/code.ts";
import { usageProblem } from "../output/outcome.ts";

/** The header of ISO/IEC 15434. A label has one code with it. */
const HEADER = "[)>";

/**
 * The codes of each label in an input. A code with a header begins a label, and the codes up to the next header belong to it: two
 * codes with a header are two packages, or one that was scanned twice.
 * @param isLineEach every line is a label of its own, with or without a header
 */
export function labelsIn(input: string, isLineEach: boolean): string[][] {
  if (isLineEach)
    return input.split(/\r?\n/).flatMap((line) => (line.trim() === "" ? [] : [[line]]));
  const { texts } = separateCodes(input);
  const starts = texts.flatMap((text, i) => (text.includes(HEADER) ? [i] : []));
  if (starts.length < 2) return [[input.replace(/\r?\n$/, "")]];
  const bounds = [0, ...starts.slice(1), texts.length];
  return bounds.slice(1).map((end, i) => texts.slice(bounds[i], end));
}

/**
 * The labels in one column of a CSV list, as scanner apps write them.
 * @param column its title; case does not count
 * @throws Problem BAD_ARGUMENT if there is no such column, BAD_QUOTE
 */
export function labelsInColumn(input: string, column: string): string[][] {
  const isIt = (title: string) => title.toLowerCase() === column.trim().toLowerCase();
  const { header, rows, faults } = readCsv(input, isIt);
  const [broken] = faults;
  if (broken) throw usageProblem("BAD_QUOTE", `Line ${broken.line}: ${broken.message}`, "--column");
  const index = header?.cells.findIndex(isIt) ?? -1;
  if (index < 0) {
    const titles = header?.cells.join(", ") ?? "";
    const why = `There is no column ${column}. The columns are: ${titles || "none"}.`;
    throw usageProblem("BAD_ARGUMENT", why, "--column");
  }
  return rows.flatMap(({ cells }) => (cells[index] ? [[cells[index]]] : []));
}
