// Makes docs/packing-lists.md: the columns of a packing list and their names, from packing/columns.ts.
import {
  AMBIGUOUS_TITLES,
  COLUMN_NAMES,
  columnName,
  type ColumnMeaning,
  REQUIRED_COLUMNS,
  ROLE_NAMES,
} from "../../packing/columns.ts";
import { DETAIL_FIELDS } from "../../protocol/event/detail-fields.ts";

const INTRODUCTION = `# Packing lists

Made by \`npm run vectors\` from \`packing/columns.ts\`.

\`reelproof register FILE --dry-run\` says row by row what would be kept. \`reelproof register FILE\` registers all packages of the
list, or none: a list with a fault is refused, with every fault by line and column.

- The file is CSV: UTF-8, or UTF-16 with its mark; comma, semicolon or tab between the cells. Titles may stand above the header.
- Each row is one package, and its number becomes the lot number. Quantities are pieces.
- **Doubts** are cells that are probably not what was meant, such as \`10-Jun\` as a lot code. A list with doubts is refused, too,
  until they are corrected, or kept as they are with \`--accept-doubts\`. A package_id that differs in capitals or blanks alone from
  another one, in the list or among the lots that its party has registered, is a doubt as well.
- Several of the manufacturer's lots in one package: \`L7001; L7002\` in lot_code. The quantity is that of both. Declare the mix
  by the dates: the oldest in date_code and the newest in date_code_newest, or \`2614M\`, or \`MIXED\`. Text that may be several
  lots or one (\`L7001/L7002\`) is kept as one, and the dry run says so.
- Several countries: \`AA\`. A cell such as \`IN, PH\` is read as AA, and the record does not keep which.
- A date code is year and week (YYWW). Any other format needs the column date_code_format, or a title such as
  \`Date Code (YYYYWW)\`. A date that has not begun is refused, because every verdict on the lot would be FAIL.
- Leave a cell empty where a value is not known. \`N/A\`, \`-\`, \`TBD\` and the like are refused.

`;

const cell = (titles: readonly string[]) =>
  titles.map((title) => `\`${title.replaceAll("|", "\\|")}\``).join(", ");

const aboutOf = (meaning: ColumnMeaning) =>
  meaning === "quantity"
    ? "The pieces in the package."
    : meaning === "lotNumber"
      ? "The package's number. It becomes the lot number."
      : DETAIL_FIELDS[meaning].about;

/** The text of docs/packing-lists.md. */
export function makeColumnTable(): string {
  const required: readonly ColumnMeaning[] = REQUIRED_COLUMNS;
  const meanings = Object.keys(COLUMN_NAMES) as ColumnMeaning[];
  const columns = meanings.map((meaning) => {
    const name = `\`${columnName(meaning)}\`${required.includes(meaning) ? " (required)" : ""}`;
    return `| ${name} | ${aboutOf(meaning)} | ${cell(COLUMN_NAMES[meaning]!.slice(1))} |`;
  });
  const roles = Object.entries(ROLES).map(
    ([role, about]) => `| ${about} | ${cell(ROLE_NAMES[role as keyof typeof ROLES])} |`,
  );
  const ambiguous = AMBIGUOUS_TITLES.map(({ titles, why }) => `| ${cell(titles)} | ${why} |`);
  return [
    `${INTRODUCTION}## Columns\n`,
    "Case, blanks, accents and punctuation in a title do not count, and `#`, `No.`, `Nr.` and `number` are one. Every other field of\n[detail-fields.md](detail-fields.md) that an entry of a new lot may have is a column of its own name.\n",
    "| column | what it holds | also read as this column |\n| --- | --- | --- |",
    `${columns.join("\n")}\n`,
    "## Columns that change the quantity\n",
    "| what they do | titles |\n| --- | --- |",
    `${roles.join("\n")}\n`,
    "## Titles that are refused\n",
    "A title that names two columns (`Date Code / Lot No.`) is refused, and so is one with an addition that is not understood\n(`MPN (old)`, `Qty (reels)`). These may mean two columns:\n",
    "| titles | what to do |\n| --- | --- |",
    `${ambiguous.join("\n")}\n`,
    "Any other column is ignored, and named.\n",
  ].join("\n");
}

const ROLES = {
  unit: "The unit of the quantity. Only pieces are taken (EA, PC, PCS, PCE, C62).",
  packages: "The packages of the row. Only 1 is taken: write a row for each package.",
  shipped: "The quantity, if no other column is. Else it has to be the same.",
  perPackage: "The quantity, if no other column is. Else it has to be the same.",
  total: "The quantity, if no other column is. Else it has to be the same.",
  ordered: "Ignored. If no other column is the quantity, it is read as that, and asked about.",
};
