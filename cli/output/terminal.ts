// Writes to the terminal: results to stdout, the rest to stderr, colours and progress only for a person. All that the command
// prints passes through here, and is encoded: a name from a ledger cannot move the cursor or reorder a line.
import { randomUUID } from "node:crypto";
import { styleText } from "node:util";
import { visible, visibleJson } from "../../protocol/base/visible.ts";

/** The part of a stream that is written to. */
export interface Stream {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  /** What ended the writing, such as EPIPE: the reader has closed its end. */
  errored?: Error | null;
}

/** Standard input. */
export type Input = AsyncIterable<Uint8Array | string> & {
  isTTY?: boolean | undefined;
  /** Of a terminal: whether it hands over keys as they are typed, and shows none of them. */
  setRawMode?: ((raw: boolean) => unknown) | undefined;
};

export type Format = Parameters<typeof styleText>[0];

/** Writes to a person, or to a program that reads. */
export interface Terminal {
  /** A line of the result. */
  line(text?: string): void;
  /** Writes the result of a command with --json. */
  json(result: unknown): void;
  /** Writes one of several results of a command that keeps running, as a line of JSON. Nothing without --json. */
  record(result: unknown): void;
  /** A line that is not part of the result. */
  note(text: string): void;
  /** Whether anybody can read the result: not after the end of `head` behind a pipe. */
  hasReader(): boolean;
  style(format: Format, text: string): string;
  /** Shows how far a long command is. Nothing where no person watches. */
  progress(label: string, done: number, of: number): void;
}

const BAR_WIDTH = 30;

/** Stands for the escape character in styled texts. Nobody else can know it, so no text from outside has colours. */
const ESCAPE = randomUUID();
const STYLE = /^\[[0-9;]*m/;

/** Makes everything but our own styles visible. */
function encode(text: string): string {
  const [first = "", ...styled] = text.split(ESCAPE);
  return [
    visible(first),
    ...styled.map((part) => {
      const [style = ""] = STYLE.exec(part) ?? [];
      return style + visible(part.slice(style.length));
    }),
  ].join(ESCAPE);
}

/** A text as the terminal receives it. */
const written = (text: string) => encode(text).replaceAll(ESCAPE, "\x1b");

/**
 * @param quiet leaves stdout to the JSON of the result
 * @param colours allows colours, on a terminal
 */
export function openTerminal(
  stdout: Stream,
  stderr: Stream,
  { quiet = false, colours = true }: { quiet?: boolean; colours?: boolean } = {},
): Terminal {
  let hasBar = false;
  const clearBar = () => {
    if (hasBar) stderr.write("\r\x1b[K");
    hasBar = false;
  };
  return {
    line(text = "") {
      clearBar();
      if (!quiet) stdout.write(`${written(text)}\n`);
    },
    json(result) {
      stdout.write(`${visibleJson(JSON.stringify(result, undefined, 2))}\n`);
    },
    record(result) {
      if (quiet) stdout.write(`${visibleJson(JSON.stringify(result))}\n`);
    },
    note(text) {
      clearBar();
      stderr.write(`${written(text)}\n`);
    },
    hasReader: () => !stdout.errored,
    style: (format, text) =>
      stdout.isTTY && colours
        ? styleText(format, encode(text), { validateStream: false }).replaceAll("\x1b", ESCAPE)
        : text,
    progress(label, done, of) {
      if (!stderr.isTTY) return;
      if (done >= of) return clearBar();
      const filled = Math.round((BAR_WIDTH * done) / of);
      stderr.write(
        `\r\x1b[K  ${visible(label)}  ${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${done}/${of}`,
      );
      hasBar = true;
    },
  };
}

/** Characters that an encoded text takes on the screen, without its colours. */
const widthOf = (text: string) =>
  text
    .split(ESCAPE)
    .map((part, i) => [...(i === 0 ? part : part.replace(STYLE, ""))].length)
    .reduce((sum, length) => sum + length);

export interface Column {
  title: string;
  align?: "left" | "right";
}

/**
 * Rows in aligned columns, one line each.
 * @param rows the cells of each row, as many as there are columns; they may be coloured
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  dim = (text: string) => text,
) {
  const cells = rows.map((row) => row.map(encode)); // before the widths are measured
  const widths = columns.map(({ title }, i) =>
    Math.max(widthOf(title), ...cells.map((row) => widthOf(row[i] ?? ""))),
  );
  const lineOf = (row: readonly string[]) =>
    columns
      .map(({ align }, i) => {
        const text = row[i] ?? "";
        const fill = " ".repeat(widths[i]! - widthOf(text));
        return align === "right" ? fill + text : text + fill;
      })
      .join("  ")
      .trimEnd();
  return [dim(lineOf(columns.map(({ title }) => title))), ...cells.map(lineOf)];
}

/** Shows rows in aligned columns. @param columns by title alone where they are aligned to the left */
export function showTable(
  { line, style }: Pick<Terminal, "line" | "style">,
  columns: readonly (string | Column)[],
  cells: readonly (readonly string[])[],
): void {
  const full = columns.map((column) => (typeof column === "string" ? { title: column } : column));
  for (const row of table(full, cells, (titles) => style("dim", titles))) line(row);
}

/** The start of a hash or an address: enough to recognise it. */
export const short = (hex: string, digits = 12) =>
  hex.length <= digits + 2 ? hex : `${hex.slice(0, digits + 2)}…`;

/** A number with separators between thousands. */
export const pieces = (quantity: number) => quantity.toLocaleString("en-US");

/** A count and its noun: `1 lot`, `2 lots`. */
export const countOf = (count: number, noun: string) =>
  `${pieces(count)} ${noun}${count === 1 ? "" : "s"}`;

/** Unix seconds as day and minute in UTC. */
export const moment = (time: number) =>
  new Date(time * 1000).toISOString().slice(0, 16).replace("T", " ");

/** A party by its name or, where that is hidden, by its roles and the start of its address. */
export function partyText({
  address,
  name,
  roles,
}: {
  address: string;
  name: string | null;
  roles: readonly string[];
}): string {
  return name ?? [roles.join(" and "), short(address)].filter((part) => part !== "").join(" ");
}
