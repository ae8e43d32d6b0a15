// Checks the cells of lists of authorisations and alerts: text that can match no lot is refused, or asked about. CSV and JSON
// are checked alike.
import {
  type CellFault,
  codeDamageOf,
  codeDoubtOf,
  damageOf,
  hasWildcard,
  isPlaceholder,
  nameDoubtOf,
} from "../../lists/cells.ts";
import { severalIn } from "../../lists/several.ts";

/** What is wrong, and what is probably wrong, with a value of a list. */
export interface CellReport {
  faults: CellFault[];
  doubts: CellFault[];
}

/** How a column's text is compared with lots: as an exact code, as a name, or not at all. */
export type Comparison = "code" | "name" | "none";

const NO_VALUE: CellFault = {
  code: "PLACEHOLDER",
  message:
    "The cell stands for no value, and matches no lot. Leave it empty if the list does not restrict it.",
};
const RANGE: CellFault = {
  code: "RANGE",
  message: "The cell looks like a range, which matches no lot. List the codes.",
};
const WILDCARD: CellFault = {
  code: "WILDCARD",
  message:
    "The cell has a sign that may stand for other characters. Codes are compared exactly: list them.",
};
const SEVERAL: CellFault = {
  code: "SEVERAL_VALUES",
  message: "The cell looks like several values, which would be compared as one.",
};

/** Checks one value. @param compared how its column is compared with lots */
export function checkValue(text: string, compared: Comparison): CellReport {
  if (compared === "none") return report(damageOf(text), undefined);
  const fault =
    (compared === "code" && !mayBeSeveral(text) ? codeDamageOf(text) : damageOf(text)) ??
    (isPlaceholder(text) ? NO_VALUE : undefined);
  if (fault) return report(fault, undefined);
  return report(undefined, compared === "code" ? codeDoubt(text) : nameDoubtOf(text));
}

const report = (fault: CellFault | undefined, doubt: CellFault | undefined): CellReport => ({
  faults: fault ? [fault] : [],
  doubts: doubt ? [doubt] : [],
});
const mayBeSeveral = (text: string) => severalIn(text.trim()) !== undefined;

function codeDoubt(text: string): CellFault | undefined {
  const several = severalIn(text.trim());
  if (several) return several.kind === "range" ? RANGE : SEVERAL;
  return codeDoubtOf(text) ?? (hasWildcard(text) ? WILDCARD : undefined);
}

/**
 * Splits a cell with the manufacturer's lots: by `|`, `;` and line ends, and by commas where both sides look like codes.
 * @returns one text if it is not clear, which checkValue then asks about
 */
export function splitCodes(cell: string): string[] {
  const several = severalIn(cell);
  return several?.kind === "codes" ? [...new Set(several.codes)] : [cell];
}
