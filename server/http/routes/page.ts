// Cuts lists into pages, and reads and writes the positions in them. Callers get positions as cursors (../cursor.ts).
import { z } from "zod";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import { parsedBy } from "../../../protocol/base/canonical.ts";
import { wholeNumber } from "./whole-number.ts";

const MAX_PAGE_ITEMS = 200;
const DEFAULT_PAGE_ITEMS = 50;

const limit = wholeNumber(1, MAX_PAGE_ITEMS)
  .default(DEFAULT_PAGE_ITEMS)
  .meta({ description: "The number of items in a page." });

/** The query fields of a list. */
export const pageQuery = {
  limit,
  cursor: z.string().max(1_000).optional().meta({
    description:
      "The `next` of the previous page. The list continues after that page's last item, whatever was added meanwhile.",
  }),
};

export interface Page<T> {
  items: T[];
  /** The position after this page; null at the end. */
  next: string | null;
}

/**
 * Makes a page of rows. The query asked for one more than the limit, to see whether there is a next page.
 * @param reached where the query stopped before it had looked at everything
 */
export function cut<T extends P, P = T>(
  rows: T[],
  limit: number,
  positionOf: (last: P) => readonly string[],
  reached: P | null = null,
): Page<T> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1)! : reached;
  return { items, next: last === null ? null : JSON.stringify(positionOf(last)) };
}

/**
 * Reads the position that an opened cursor stands for, one text per pattern; undefined without a cursor.
 * @throws ProtocolError BAD_FIELD
 */
export function readCursor(
  cursor: string | undefined,
  ...patterns: RegExp[]
): string[] | undefined {
  if (cursor === undefined) return undefined;
  const position = parsedBy(z.array(z.string()), cursor);
  const fits = (part: string, i: number) => patterns[i]?.test(part);
  if (position?.length !== patterns.length || !position.every(fits))
    throw new ProtocolError(
      "BAD_FIELD",
      "The cursor belongs to another list. Leave it out to start at the first page.",
      { field: "cursor" },
    );
  return position;
}

/** Patterns of the parts of positions. */
export const SEQUENCE = /^\d{1,18}$/;
export const LOT = /^0x[0-9a-f]{64}$/;
