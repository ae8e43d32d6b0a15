// Reads what labels are printed on: a roll with labels of one size, or sheets with labels in rows and columns.
import { ProtocolError } from "../../../protocol/base/errors.ts";

/** Dots in a millimetre. Printers of 203 dots per inch have exactly eight. */
export const RESOLUTIONS = { 203: 8, 300: 300 / 25.4, 600: 600 / 25.4 } as const;
export type Dpi = keyof typeof RESOLUTIONS;

export interface Size {
  widthMm: number;
  heightMm: number;
}

/** A sheet of labels. The grid of labels stands in its middle, as on the sheets that are sold. */
export interface Sheet {
  page: Size;
  columns: number;
  rows: number;
  label: Size;
  /** The space between two labels. */
  gap: Size;
}

/** The smallest and the largest label, in millimetres. */
const MIN_LABEL_MM = 10;
const MAX_LABEL_MM = 330;
const MAX_PAGE_MM = 450;
const MAX_PER_SIDE = 40;

const PAGES: Record<string, Size> = {
  A4: { widthMm: 210, heightMm: 297 },
  letter: { widthMm: 215.9, heightMm: 279.4 },
};

/** Sheets that are sold, by name, in the form of readSheet. */
export const SHEETS = {
  /** Avery L7165. */
  "a4-2x4": "A4:2x4:99.1x67.7:2.5x0",
  /** Avery L7163. */
  "a4-2x7": "A4:2x7:99.1x38.1:2.5x0",
  /** Avery L7169. */
  "a4-2x2": "A4:2x2:99.1x139:2.5x0",
  /** Avery 5163. */
  "letter-2x5": "letter:2x5:101.6x50.8:4.76x0",
  /** Avery 5164. */
  "letter-2x3": "letter:2x3:101.6x84.67:4.76x0",
  /** Avery 5168. */
  "letter-2x2": "letter:2x2:88.9x127:12.7x0",
} as const;

const NUMBER = String.raw`(\d{1,3}(?:\.\d{1,2})?)`;
const SIZE = new RegExp(`^${NUMBER}x${NUMBER}$`);

const bad = (field: string, message: string) => new ProtocolError("BAD_FIELD", message, { field });

function readPair(text: string, field: string): Size {
  const [, width, height] = SIZE.exec(text) ?? [];
  if (width === undefined || height === undefined)
    throw bad(field, `${text} is not a width and a height in millimetres, such as 102x76`);
  return { widthMm: Number(width), heightMm: Number(height) };
}

/** Reads a label's size, as `102x76`: width and height in millimetres. @throws ProtocolError BAD_FIELD */
export function readSize(text: string, field = "size"): Size {
  const size = readPair(text, field);
  for (const side of [size.widthMm, size.heightMm])
    if (side < MIN_LABEL_MM || side > MAX_LABEL_MM)
      throw bad(field, `a label's sides are ${MIN_LABEL_MM} to ${MAX_LABEL_MM} mm`);
  return size;
}

/**
 * Reads a sheet: a name of SHEETS, or `PAGE:COLUMNSxROWS:LABEL` and perhaps `:GAP`, sizes in millimetres, as in
 * `A4:2x4:99.1x67.7:2.5x0`.
 * @throws ProtocolError BAD_FIELD
 */
export function readSheet(text: string, field = "sheet"): Sheet {
  const form = Object.hasOwn(SHEETS, text) ? SHEETS[text as keyof typeof SHEETS] : text;
  const [pageText, grid, label, gapText = "0x0", ...more] = form.split(":");
  const [, columns, rows] = /^(\d{1,2})x(\d{1,2})$/.exec(grid ?? "") ?? [];
  if (pageText === undefined || columns === undefined || label === undefined || more.length > 0) {
    const names = Object.keys(SHEETS).join(", ");
    throw bad(field, `must be one of ${names}, or have the form A4:2x4:99.1x67.7:2.5x0`);
  }
  const sheet = {
    page: PAGES[pageText] ?? readPair(pageText, field),
    columns: Number(columns),
    rows: Number(rows),
    label: readSize(label, field),
    gap: readPair(gapText, field),
  };
  const isFull = [sheet.columns, sheet.rows].some((count) => count < 1 || count > MAX_PER_SIDE);
  const { left, top } = originOf(sheet);
  const { widthMm, heightMm } = sheet.page;
  if (isFull || Math.max(widthMm, heightMm) > MAX_PAGE_MM || left < -1e-6 || top < -1e-6)
    throw bad(field, "the labels do not fit on the page");
  return sheet;
}

/** The left upper corner of the first label. */
function originOf({ page, columns, rows, label, gap }: Sheet) {
  const width = columns * label.widthMm + (columns - 1) * gap.widthMm;
  const height = rows * label.heightMm + (rows - 1) * gap.heightMm;
  return { left: (page.widthMm - width) / 2, top: (page.heightMm - height) / 2 };
}

/** The left upper corner of a label on its sheet, in millimetres. @param place counted from 0, row by row */
export function placeOn(sheet: Sheet, place: number): { left: number; top: number } {
  const { columns, label, gap } = sheet;
  const { left, top } = originOf(sheet);
  return {
    left: left + (place % columns) * (label.widthMm + gap.widthMm),
    top: top + Math.floor(place / columns) * (label.heightMm + gap.heightMm),
  };
}
