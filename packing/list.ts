// Defines a packing list as it was read: its rows, what is wrong with them, and how they were understood.
import type { RoleName } from "../protocol/event/roles.ts";
import type { EntryDetails } from "../protocol/event/details.ts";
import type { FindingCode } from "../protocol/verdict/findings.ts";
import type { CellCode } from "../lists/cells.ts";
import type { ColumnMeaning } from "./columns.ts";

export type OriginAction = "commission" | "introduce";

export type RowFaultCode =
  | CellCode
  | "EMPTY_FILE"
  | "NOT_CSV"
  | "MISSING_COLUMN"
  | "AMBIGUOUS_COLUMN"
  | "COMBINED_COLUMN"
  | "TWO_COLUMNS"
  | "CELL_COUNT"
  | "BAD_QUOTE"
  | "MISSING_VALUE"
  | "BAD_QUANTITY"
  | "BAD_UNIT"
  | "ORDERED_QUANTITY"
  | "TWO_QUANTITIES"
  | "SEVERAL_PACKAGES"
  | "NOT_A_PACKAGE"
  | "BAD_FIELD"
  | "DUPLICATE"
  | "CASE_TWIN"
  | "LOT_DIFFERS"
  // what a rule will say of the lot
  | FindingCode;

/** A place of the file. Lines and columns count from 1. Without a column it is the whole line. */
export interface Place {
  line: number;
  column: number | undefined;
  /** The column's name, or a field's. */
  field: string | undefined;
}

/** A fault, or a doubt, at one place of the file. */
export interface RowFault extends Place {
  code: RowFaultCode;
  message: string;
  value?: string | undefined;
}

/** How a cell or a column was understood, where people may not expect it. */
export interface RowNote extends Place {
  message: string;
}

/** One package of the list. `line` is where its row begins. */
export interface PackingRow {
  line: number;
  lotNumber: string;
  quantity: number;
  details: EntryDetails;
}

export interface PackingList {
  rows: PackingRow[];
  /** What is wrong. A list with faults is refused. */
  faults: RowFault[];
  /** What is probably wrong. A list with doubts is refused unless a person accepts them. */
  doubts: RowFault[];
  notes: RowNote[];
  /** The line that was read as the header; undefined where there is none. */
  headerLine: number | undefined;
  /** Columns that were ignored: unknown, or not allowed for this action. */
  ignored: string[];
  /** The column of each field, counted from 1, for faults that a later check finds. */
  columnOf: (meaning: ColumnMeaning) => number | undefined;
}

/** A cell in a row. */
export interface At {
  index: number;
  title?: string | undefined;
}

/** The place of a cell, or of a whole line. */
export const placeAt = (line: number, at: At | undefined): Place => ({
  line,
  column: at && at.index + 1,
  field: at?.title,
});

/** Makes a fault at a cell, or at a whole line. */
export function faultAt(
  line: number,
  at: At | undefined,
  code: RowFaultCode,
  message: string,
  value?: string,
): RowFault {
  return { ...placeAt(line, at), code, message, ...(value !== undefined && { value }) };
}

export const byPlace = (a: Place, b: Place): number =>
  a.line - b.line || (a.column ?? 0) - (b.column ?? 0);

/** A manufacturer commissions its own lots; others introduce lots from elsewhere. A party that is both has to choose. */
export function originActions(roles: readonly RoleName[]): OriginAction[] {
  const isMaker = roles.includes("manufacturer");
  const isTrader = roles.includes("distributor") || roles.includes("assembler");
  return [
    ...(isMaker ? (["commission"] as const) : []),
    ...(isTrader ? (["introduce"] as const) : []),
  ];
}
