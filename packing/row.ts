// Reads one row of a packing list into a lot's facts. Names what is wrong with it, what is doubtful, and how it was understood.
import {
  type CellFault,
  codeDamageOf,
  codeDoubtOf,
  damageOf,
  hasWildcard,
  isPlaceholder,
  nameDoubtOf,
} from "../lists/cells.ts";
import { cellCountFault, hasStrayQuote, type Row as Cells, STRAY_QUOTE } from "../lists/csv.ts";
import { severalIn } from "../lists/several.ts";
import { MAX_INTEGER } from "../protocol/base/limits.ts";
import { MIXED_COUNTRY } from "../protocol/event/country-codes.ts";
import { Details, type EntryDetails } from "../protocol/event/details.ts";
import { LotNumber } from "../protocol/event/lot.ts";
import { latestDayAt } from "../protocol/verify/dates.ts";
import { foresee, type Foreseen } from "../protocol/verify/foresee.ts";
import {
  CODE_COLUMNS,
  type ColumnMeaning,
  IDENTITY_COLUMNS,
  isPieces,
  REQUIRED_COLUMNS,
} from "./columns.ts";
import {
  dateAdvice,
  formFault,
  isNewestOlder,
  readForm,
  splitCountries,
  splitDates,
  turnedDate,
} from "./forms.ts";
import type { Column, Layout } from "./header.ts";
import {
  type At,
  faultAt,
  type OriginAction,
  type PackingRow,
  placeAt,
  type RowFault,
  type RowFaultCode,
  type RowNote,
} from "./list.ts";

/** What all rows of a list share. */
export interface ListContext {
  layout: Layout;
  action: OriginAction;
  /** The header's cells. */
  titles: readonly string[];
  /** Unix seconds. */
  now: number;
  /** What the rules foresee, by the facts: many packages of a list share them. */
  foreseen: Map<string, Foreseen[]>;
}

/** A package's row, whatever else is wrong with it. */
export interface NamedRow {
  line: number;
  lotNumber: string;
  values: ReadonlyMap<ColumnMeaning, string>;
}

export interface RowReading {
  row: PackingRow | undefined;
  /** Undefined where the row names no package. */
  named: NamedRow | undefined;
  faults: RowFault[];
  doubts: RowFault[];
  notes: RowNote[];
}

/** Reads a row by itself. There is no lot if it has a fault. */
export function readRow(cells: Cells, context: ListContext): RowReading {
  const reader = new RowReader(cells, context);
  const row = reader.read();
  const { named, faults, doubts, notes } = reader;
  return { row, named, faults, doubts, notes };
}

/**
 * Compares a row with those above it.
 * @param earlier the first row of each package so far, by its number in capitals and without blanks
 */
export function compareWithEarlier(
  { named }: RowReading,
  { layout }: Pick<ListContext, "layout">,
  earlier: Map<string, NamedRow>,
): { fault?: RowFault; doubt?: RowFault } {
  if (!named) return {};
  const { line, lotNumber, values } = named;
  const key = lotNumber.toUpperCase().replaceAll(" ", "");
  const before = earlier.get(key);
  const at = layout.columns.find(({ meaning }) => meaning === "lotNumber");
  if (!before) {
    earlier.set(key, named);
    return {};
  }
  if (before.lotNumber === lotNumber) {
    const why = `This package is already on line ${before.line}.${mixAdvice(before.values, values)}`;
    return { fault: faultAt(line, at, "DUPLICATE", why, lotNumber) };
  }
  const why = `The package ${before.lotNumber} on line ${before.line} differs in capitals or blanks alone. They would be two lots.`;
  return { doubt: faultAt(line, at, "CASE_TWIN", why, lotNumber) };
}

const TOTAL =
  /^(grand |sub-?)?totals?\b|^(zwischen)?summe\b|^gesamt|^somme\b|^suma\b|^totale?\b|^合计|^总计|^小计|^合計|^sum\b/i;
const MIX_DECLARED =
  "To declare the mix, write M behind the date code (2614M), MIXED, or the newest date in date_code_newest.";
/** Days that no goods can have yet. */
const PAST_DAYS = ["bagSealDate", "documentDate"] as const;
/** Texts of which no rule judges a new lot. They differ from package to package. */
const UNJUDGED: ReadonlySet<string> = new Set([
  "parentPackageId",
  "partDescription",
  "purchaseOrder",
  "purchaseOrderLine",
  "customerPartNumber",
  "supplierReference",
]);
/** Several values in one cell are a question here: each row is one part number in one package. */
const SINGLE: ReadonlySet<ColumnMeaning> = new Set(["mpn", "lotNumber"]);

class RowReader {
  readonly faults: RowFault[] = [];
  readonly doubts: RowFault[] = [];
  readonly notes: RowNote[] = [];
  named: NamedRow | undefined;
  readonly #row: Cells;
  readonly #context: ListContext;
  readonly #values = new Map<ColumnMeaning, string>();

  constructor(row: Cells, context: ListContext) {
    this.#row = row;
    this.#context = context;
  }

  read(): PackingRow | undefined {
    const why = this.#notAPackage();
    if (why !== undefined) {
      this.faults.push(faultAt(this.#row.line, undefined, "NOT_A_PACKAGE", why));
      return undefined;
    }
    this.#countCells();
    for (const column of this.#context.layout.columns) this.#readCell(column);
    const quantity = this.#quantity();
    this.#unit();
    this.#dates();
    this.#countries();
    this.#makerLots();
    const lotNumber = this.#lotNumber();
    const details = this.#details();
    if (lotNumber !== undefined)
      this.named = { line: this.#row.line, lotNumber, values: this.#values };
    if (details) this.#foresee(details);
    if (this.faults.length > 0 || lotNumber === undefined || quantity === undefined || !details)
      return undefined;
    return { line: this.#row.line, lotNumber, quantity, details };
  }

  #column(meaning: PropertyKey): Column | undefined {
    return this.#context.layout.columns.find((one) => one.meaning === meaning);
  }

  #report(to: RowFault[], at: At | undefined, code: RowFaultCode, message: string): void {
    to.push(faultAt(this.#row.line, at, code, message, at && this.#row.cells[at.index]));
  }

  #refuse(meaning: PropertyKey, code: RowFaultCode, message: string): void {
    this.#report(this.faults, this.#column(meaning), code, message);
  }

  #doubt(meaning: PropertyKey, code: RowFaultCode, message: string): void {
    this.#report(this.doubts, this.#column(meaning), code, message);
  }

  #note(meaning: PropertyKey, message: string): void {
    this.notes.push({ ...placeAt(this.#row.line, this.#column(meaning)), message });
  }

  /** Why a line is not that of a package: a sum below the packages, a second header, units below the header. */
  #notAPackage(): string | undefined {
    const { cells } = this.#row;
    const { titles } = this.#context;
    if (cells.every((cell, i) => cell === (titles[i] ?? "")))
      return "The line repeats the header. Remove it.";
    const of = (meaning: ColumnMeaning) => cells[this.#column(meaning)?.index ?? -1] ?? "";
    const named = (["manufacturer", "mpn", "lotNumber"] as const).map(of);
    const missing = named.filter((cell) => cell === "" || TOTAL.test(cell)).length;
    if (missing >= 2 && cells.some((cell) => TOTAL.test(cell)))
      return "The line is a sum, not a package. Remove it.";
    if (missing < named.length || of("quantity") === "") return undefined;
    return "The line names no part and no package. Remove it.";
  }

  #countCells(): void {
    const { titles } = this.#context;
    const wrong = cellCountFault(this.#row, titles.length);
    if (wrong) this.#report(this.faults, wrong, "CELL_COUNT", wrong.message);
    titles.forEach((title, index) => {
      if (title !== "" || (this.#row.cells[index] ?? "") === "") return;
      if (this.#context.layout.chosen.has(index)) return;
      const why = "The column has no title, so it is ignored. Name it, or remove it.";
      this.#report(this.doubts, { index }, "AMBIGUOUS_COLUMN", why);
    });
  }

  /* CELLS */

  #readCell({ meaning, index, format }: Column): void {
    const value = this.#row.cells[index];
    if (value === undefined) return; // the row is too short, which is a fault of its own
    const isRequired = REQUIRED_COLUMNS.some((required) => required === meaning);
    const fault = this.#cellFault(meaning, value);
    if (fault) this.#refuse(meaning, fault.code, fault.message);
    else if (value === "") {
      if (isRequired) this.#refuse(meaning, "MISSING_VALUE", "The cell is empty.");
    } else {
      this.#values.set(meaning, value);
      this.#doubtCell(meaning, value);
      if (format && format !== "YYWW" && !this.#column("dateCodeFormat"))
        this.#values.set("dateCodeFormat", format);
    }
  }

  #cellFault(
    meaning: ColumnMeaning,
    value: string,
  ): CellFault | { code: "BAD_QUOTE"; message: string } | undefined {
    // `N/T` and `MIXED` are date codes, and a quantity has its own form.
    const damage = damageOf(value);
    if (damage) return damage;
    if (hasStrayQuote(this.#row, value)) return { code: "BAD_QUOTE", message: STRAY_QUOTE };
    if (CODE_COLUMNS.has(meaning) && value !== "" && !severalIn(value)) {
      const fault = codeDamageOf(value);
      if (fault) return fault;
    }
    if (meaning === "quantity" || !isPlaceholder(value) || value === "") return undefined;
    const isRequired = REQUIRED_COLUMNS.some((required) => required === meaning);
    return {
      code: "PLACEHOLDER",
      message: isRequired
        ? "The cell stands for no value, and this column needs one."
        : "The cell stands for no value. Leave it empty.",
    };
  }

  #doubtCell(meaning: ColumnMeaning, value: string): void {
    const named =
      meaning === "manufacturer" || meaning === "brand" ? nameDoubtOf(value) : undefined;
    if (named) this.#doubt(meaning, named.code, named.message);
    if (!IDENTITY_COLUMNS.has(meaning)) return;
    const doubt = codeDoubtOf(value);
    if (doubt) this.#doubt(meaning, doubt.code, doubt.message);
    else if (hasWildcard(value))
      this.#doubt(meaning, "WILDCARD", "The cell has a sign that stands for other characters.");
    const several = severalIn(value);
    if (several?.kind === "range")
      this.#doubt(meaning, "RANGE", "The cell looks like a range of codes.");
    else if (several && SINGLE.has(meaning)) {
      const what = meaning === "mpn" ? "part numbers" : "packages";
      const why = `The cell seems to hold several ${what}. Write one row for each.`;
      this.#doubt(meaning, "SEVERAL_VALUES", why);
    }
  }

  /* QUANTITIES */

  #quantity(): number | undefined {
    const { layout } = this.#context;
    const text = this.#values.get("quantity");
    if (text === undefined) return undefined;
    const quantity = Number(text);
    if (!/^\d+$/.test(text) || quantity < 1 || quantity > MAX_INTEGER) {
      const why = "The quantity must be a whole number of pieces, at least 1, in digits only.";
      this.#refuse("quantity", "BAD_QUANTITY", why);
      return undefined;
    }
    for (const other of layout.quantitiesToCompare) {
      const cell = this.#row.cells[other.index] ?? "";
      if (cell === "" || Number(cell) === quantity) continue;
      const why = `The quantity of the row is ${text}, and this column says ${cell}. Give the pieces that are in the package.`;
      this.#report(this.doubts, other, "TWO_QUANTITIES", why);
    }
    const packages = layout.packages && (this.#row.cells[layout.packages.index] ?? "");
    if (packages !== undefined && packages !== "" && packages !== "1") {
      const why = "Each row is one package. Write a row with its own package number for each.";
      this.#report(this.faults, layout.packages, "SEVERAL_PACKAGES", why);
    }
    return quantity;
  }

  #unit(): void {
    const { unit } = this.#context.layout;
    const cell = unit && this.#row.cells[unit.index];
    if (!unit || cell === undefined || isPieces(cell)) return;
    if (cell === "") {
      const why = "The unit is missing. Quantities are pieces: write EA.";
      return this.#report(this.doubts, unit, "BAD_UNIT", why);
    }
    const why = `The quantity is counted in ${cell}. Give the pieces, with EA or PCS as the unit.`;
    this.#report(this.faults, unit, "BAD_UNIT", why);
  }

  /* SEVERAL VALUES IN A CELL */

  #makerLots(): void {
    const text = this.#values.get("makerLot");
    const several = text === undefined ? undefined : severalIn(text);
    if (several?.kind === "unclear")
      this.#note(
        "makerLot",
        "Kept as one lot code, though it may be several. Separate codes with a semicolon.",
      );
    if (several?.kind !== "codes") return;
    const codes = [...new Set(several.codes)];
    for (const each of codes) {
      const fault = codeDamageOf(each);
      if (fault) this.#refuse("makerLot", fault.code, `${each}: ${fault.message}`);
      else if (isPlaceholder(each))
        this.#refuse("makerLot", "PLACEHOLDER", `${each} stands for no value.`);
    }
    this.#values.set("makerLot", codes.join("; "));
    if (codes.length > 1)
      this.#note("makerLot", `Read as ${codes.length} lots: ${codes.join("; ")}.`);
  }

  #dates(): void {
    const text = this.#values.get("dateCode");
    const dates =
      text === undefined ? undefined : splitDates(text, this.#values.get("dateCodeFormat"));
    if (!dates) return;
    if (this.#values.has("dateCodeNewest")) {
      const why = "The cell has several date codes, and the newest one has a column of its own.";
      return this.#refuse("dateCode", "SEVERAL_VALUES", why);
    }
    const [oldest, newest] = [dates[0]!, dates.at(-1)!];
    this.#values.set("dateCode", oldest);
    if (newest !== oldest) this.#values.set("dateCodeNewest", newest);
    this.#note("dateCode", `Read as the oldest and newest date code: ${oldest} and ${newest}.`);
  }

  #countries(): void {
    for (const meaning of [
      "countryOfOrigin",
      "fabCountry",
      "assemblyCountry",
      "testCountry",
    ] as const) {
      const text = this.#values.get(meaning);
      const countries = text === undefined ? [] : splitCountries(text);
      if (countries.length === 0) continue;
      this.#values.set(meaning, countries.length === 1 ? countries[0]! : MIXED_COUNTRY);
      if (countries.length > 1)
        this.#note(
          meaning,
          `Read as AA, several countries. The record does not keep which: ${countries.join(", ")}.`,
        );
    }
  }

  /* THE LOT */

  #lotNumber(): string | undefined {
    const text = this.#values.get("lotNumber");
    if (text === undefined) return undefined;
    const result = LotNumber.safeParse(text);
    if (!result.success)
      this.#refuse(
        "lotNumber",
        "BAD_TEXT",
        `The package number ${result.error.issues[0]!.message}.`,
      );
    return result.data;
  }

  #details(): EntryDetails | undefined {
    const facts = new Map<string, string | number | boolean>();
    for (const [meaning, text] of this.#values)
      if (meaning !== "quantity" && meaning !== "lotNumber")
        facts.set(meaning, readForm(meaning, text));
    let isWhole = true;
    // Rules between fields are checked only once each field is valid, so invalid fields are removed and the rest is checked again.
    for (;;) {
      const result = Details.safeParse({ entries: [Object.fromEntries(facts)] });
      if (result.success) return isWhole ? result.data.entries![0]! : undefined;
      isWhole = false;
      for (const issue of result.error.issues) {
        const name = issue.path[2] as ColumnMeaning;
        const value = facts.get(name);
        if (value === undefined) continue;
        const isText = issue.code === "custom" && issue.params?.["code"] === "BAD_TEXT";
        const format = this.#values.get("dateCodeFormat");
        const why = formFault(name, String(value), issue.message, format);
        this.#refuse(name, isText ? "BAD_TEXT" : "BAD_FIELD", why);
        facts.delete(name);
      }
    }
  }

  /* WHAT RULES WILL SAY, AND OTHER ROWS */

  #foresee(details: EntryDetails): void {
    const { now } = this.#context;
    for (const name of PAST_DAYS) {
      const day = details[name];
      if (day !== undefined && day > latestDayAt(now))
        this.#refuse(name, "BAD_FIELD", "The day has not come yet.");
    }
    const { dateCode, dateCodeNewest, dateCodeFormat = "YYWW" } = details;
    if (dateCode !== undefined && dateCodeNewest !== undefined)
      if (isNewestOlder(dateCode, dateCodeNewest, dateCodeFormat))
        this.#refuse(
          "dateCodeNewest",
          "BAD_FIELD",
          "The newest date code is older than the oldest.",
        );
    const turned = dateCodeFormat === "YYWW" && dateCode !== undefined && turnedDate(dateCode, now);
    if (turned) this.#doubt("dateCode", "DOUBTFUL_VALUE", turned);
    for (const { code, verdict, name, message } of this.#foreseen(details)) {
      const advice = code === "LOTS_MIXED_UNDECLARED" ? ` ${MIX_DECLARED}` : "";
      const why =
        code === "DATE_CODE_IN_FUTURE" ? dateAdvice(String(details[name]), now) : message + advice;
      if (verdict === "FAIL" || verdict === "HOLD") this.#refuse(name, code, why);
      else if (verdict !== "INFO") this.#doubt(name, code, `Every verdict will say: ${why}`);
    }
  }

  #foreseen(details: EntryDetails): Foreseen[] {
    const { action, now, foreseen } = this.#context;
    const facts = Object.entries(details).filter(([name]) => !UNJUDGED.has(name));
    const key = JSON.stringify(facts);
    const known = foreseen.get(key);
    if (known) return known;
    const findings = foresee(Object.fromEntries(facts), action, now);
    foreseen.set(key, findings);
    return findings;
  }
}

type Values = ReadonlyMap<ColumnMeaning, string>;

/** How to write a package of several lots, where two rows for one package mean that. */
function mixAdvice(one: Values, other: Values): string {
  const of = (name: ColumnMeaning) => [one.get(name), other.get(name)] as const;
  const isSame = (name: ColumnMeaning) => of(name)[0] === of(name)[1];
  if (!isSame("mpn") || (isSame("makerLot") && isSame("dateCode"))) return "";
  const lots = [...new Set(of("makerLot"))].join("; ");
  const [a, b] = of("quantity").map(Number);
  return ` Write a package of several lots as one row: lot_code "${lots}", quantity ${a! + b!}, the oldest date in date_code, the newest in date_code_newest.`;
}
