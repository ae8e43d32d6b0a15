// Reads the header of a packing list: which column holds what, and which of them change what the quantity says.
import type { Row as Cells } from "../lists/csv.ts";
import type { DateCodeFormat } from "../protocol/event/detail-fields.ts";
import {
  columnFits,
  columnName,
  type ColumnMeaning,
  type QuantityRole,
  readTitle,
  REQUIRED_COLUMNS,
  type Title,
} from "./columns.ts";
import {
  type At,
  faultAt,
  type OriginAction,
  placeAt,
  type RowFault,
  type RowNote,
} from "./list.ts";

export interface Column {
  meaning: ColumnMeaning;
  /** Index in the row. */
  index: number;
  /** As the file writes it. */
  title: string;
  /** The format of date codes that the title states. */
  format?: DateCodeFormat;
}

/** What the columns of a list hold. */
export interface Layout {
  columns: Column[];
  /** The column that says what is counted. */
  unit: At | undefined;
  /** The column that says how many packages the row is about. */
  packages: At | undefined;
  /** Quantities that have to be the same as the quantity, because it is not clear which of them is the package's. */
  quantitiesToCompare: At[];
  ignored: string[];
  /** Columns of which a person said what they hold. */
  chosen: ReadonlySet<number>;
  faults: RowFault[];
  doubts: RowFault[];
  notes: RowNote[];
}

/** What a person said that a column holds, by its index. */
export type Choices = ReadonlyMap<number, ColumnMeaning | "ignore">;

type Titled = { title: string; index: number; reading: Title };

/**
 * Reads a header. A list without the required columns has a fault for each.
 * @param choices what a person said of columns, whatever their titles are
 */
export function readHeader(
  { line, cells }: Cells,
  action: OriginAction,
  choices: Choices = new Map(),
): Layout {
  const titled = cells.map((title, index): Titled => ({
    title,
    index,
    reading: chosenReading(title, choices.get(index)) ?? readTitle(title),
  }));
  const layout: Layout = {
    columns: [],
    unit: undefined,
    packages: undefined,
    quantitiesToCompare: [],
    ignored: [],
    chosen: new Set(choices.keys()),
    faults: [],
    doubts: [],
    notes: [],
  };
  const meanings = new Set(
    titled.flatMap(({ reading }) => (reading.kind === "column" ? [reading.meaning] : [])),
  );
  for (const { reading, ...at } of titled)
    placeColumn(layout, line, at, reading, { action, meanings });
  placeQuantities(layout, line, titled);
  const found = cells.filter((title) => title !== "").join(", ");
  for (const meaning of REQUIRED_COLUMNS) {
    if (layout.columns.some((column) => column.meaning === meaning)) continue;
    const name = columnName(meaning);
    const why = `The column ${name} is missing. Line ${line} was read as the header: ${found}.`;
    layout.faults.push({ ...faultAt(line, undefined, "MISSING_COLUMN", why), field: name });
  }
  return layout;
}

/** The title as a person said it is meant. Its own reading stays where it says the same and more, such as a format. */
function chosenReading(title: string, choice: ColumnMeaning | "ignore" | undefined) {
  if (choice === undefined) return undefined;
  if (choice === "ignore") return { kind: "unknown" } as const;
  const own = readTitle(title);
  return own.kind === "column" && own.meaning === choice
    ? own
    : ({ kind: "column", meaning: choice } as const);
}

function placeColumn(
  layout: Layout,
  line: number,
  at: { title: string; index: number },
  reading: Title,
  { action, meanings }: { action: OriginAction; meanings: ReadonlySet<ColumnMeaning> },
): void {
  const ignore = (why?: string) => {
    if (at.title !== "") layout.ignored.push(at.title);
    if (why !== undefined) layout.notes.push({ ...placeAt(line, at), message: why });
  };
  if (reading.kind === "refused") layout.faults.push(faultAt(line, at, reading.code, reading.why));
  else if (reading.kind === "ambiguous") {
    if (reading.unless !== undefined && meanings.has(reading.unless))
      ignore(`Ignored, because another column is ${columnName(reading.unless)}.`);
    else layout.faults.push(faultAt(line, at, "AMBIGUOUS_COLUMN", reading.why));
  } else if (reading.kind === "unknown") ignore();
  else if (reading.kind === "column") {
    const { meaning, format } = reading;
    const first = layout.columns.find((column) => column.meaning === meaning);
    if (!columnFits(meaning, action)) return ignore();
    if (first) {
      const why = `Columns ${first.index + 1} and ${at.index + 1} both mean ${columnName(meaning)}. Remove one, or rename it.`;
      layout.faults.push(faultAt(line, at, "TWO_COLUMNS", why));
      return;
    }
    layout.columns.push({ meaning, ...at, ...(format && { format }) });
    if (
      plainly(at.title) !== plainly(columnName(meaning)) &&
      plainly(at.title) !== plainly(meaning)
    )
      layout.notes.push({ ...placeAt(line, at), message: `Read as ${columnName(meaning)}.` });
  }
}

const plainly = (title: string) => title.toLowerCase().replaceAll(/[^a-z\d]/g, "");

/** Finds the quantity among the columns that speak of one, and what has to be held against it. */
function placeQuantities(layout: Layout, line: number, titled: readonly Titled[]): void {
  const ofRole = (role: QuantityRole) =>
    titled.filter(({ reading }) => reading.kind === "role" && reading.role === role);
  for (const role of ["unit", "packages", "shipped", "ordered", "perPackage", "total"] as const)
    for (const other of ofRole(role).slice(1))
      layout.faults.push(
        faultAt(
          line,
          other,
          "TWO_COLUMNS",
          `The list has two columns of this meaning. Remove one.`,
        ),
      );
  [layout.unit] = ofRole("unit");
  [layout.packages] = ofRole("packages");
  const own = layout.columns.find(({ meaning }) => meaning === "quantity");
  const [shipped, perPackage, total, ordered] = [
    ...(["shipped", "perPackage", "total", "ordered"] as const).map((role) => ofRole(role)[0]),
  ];
  const note = (at: At, message: string) => layout.notes.push({ ...placeAt(line, at), message });
  const ignore = (at: Titled | undefined) => at && layout.ignored.push(at.title);
  // Digi-Key's LotQuantity is that of the package, whatever the line's other quantities are.
  if (own && /^lot/i.test(own.title)) [ordered, shipped, perPackage, total].forEach(ignore);
  else if (own) {
    layout.quantitiesToCompare = [shipped, perPackage, total].filter((at) => at !== undefined);
    ignore(ordered);
  } else {
    const [chosen, ...others] = [shipped, perPackage, total, ordered].filter(
      (at) => at !== undefined,
    );
    if (!chosen) return;
    layout.columns.push({ meaning: "quantity", index: chosen.index, title: chosen.title });
    note(chosen, "Read as quantity.");
    layout.quantitiesToCompare = others.filter((at) => at !== ordered);
    if (chosen !== ordered) ignore(ordered);
    else {
      const why =
        "The list only says what was ordered. It is read as the quantity: check that each row is one package with all of it.";
      layout.doubts.push(faultAt(line, chosen, "ORDERED_QUANTITY", why));
    }
  }
}
