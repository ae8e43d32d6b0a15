// What a command writes: results on stdout, the rest on stderr, colours and progress only where a person watches.
import { styleText } from "node:util";

/** The part of a stream that is written to. */
export interface Stream {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

/** Standard input, as far as it is read. */
export type Input = AsyncIterable<Uint8Array | string> & { isTTY?: boolean | undefined };

export type Format = Parameters<typeof styleText>[0];

/** Writes to a person, or to a program that reads. */
export interface Terminal {
  /** A line of the result. */
  line(text?: string): void;
  /** One of several results of a command that goes on, as a line of JSON; nothing where JSON is not wanted. */
  record(result: unknown): void;
  /** A line beside the result. */
  note(text: string): void;
  style(format: Format, text: string): string;
  /** A bar that shows how far a long command is; nothing where no person watches. */
  progress(label: string, done: number, of: number): void;
}

const BAR_WIDTH = 30;

/**
 * @param quiet leave stdout to the JSON of the result
 * @param colours whether there may be any, on a terminal
 */
export function openTerminal(
  stdout: Stream,
  stderr: Stream,
  { quiet = false, colours = true }: { quiet?: boolean; colours?: boolean } = {},
): Terminal {
  let barShown = false;
  const clearBar = () => {
    if (barShown) stderr.write("\r\x1b[K");
    barShown = false;
  };
  return {
    line(text = "") {
      clearBar();
      if (!quiet) stdout.write(`${text}\n`);
    },
    record(result) {
      if (quiet) stdout.write(`${JSON.stringify(result)}\n`);
    },
    note(text) {
      clearBar();
      stderr.write(`${text}\n`);
    },
    style: (format, text) =>
      stdout.isTTY && colours ? styleText(format, text, { validateStream: false }) : text,
    progress(label, done, of) {
      if (!stderr.isTTY) return;
      if (done >= of) return clearBar();
      const filled = Math.round((BAR_WIDTH * done) / of);
      stderr.write(
        `\r\x1b[K  ${label}  ${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${done}/${of}`,
      );
      barShown = true;
    },
  };
}

/** Characters that a text takes on the screen, its colours aside. */
const widthOf = (text: string) => [...text.replaceAll(/\x1b\[[0-9;]*m/g, "")].length;

export interface Column {
  title: string;
  align?: "left" | "right";
}

/**
 * Rows in aligned columns, one line each.
 * @param cells of each row, as many as there are columns; they may be coloured
 */
export function table(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  dim = (text: string) => text,
) {
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

/** The beginning of a hash or an address: enough to find it. */
export const short = (hex: string, digits = 12) =>
  hex.length <= digits + 2 ? hex : `${hex.slice(0, digits + 2)}…`;

/** Pieces, with thousands apart. */
export const pieces = (quantity: number) => quantity.toLocaleString("en-US");

/** Unix seconds as a day and a minute of UTC. */
export const moment = (time: number) =>
  new Date(time * 1000).toISOString().slice(0, 16).replace("T", " ");

/** A party by its name; where that is not shown, by its roles and the beginning of its address. */
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
