// Sets a label's fields into a rectangle: titles above texts, in rows, as large as they fit. A text that is too long is set
// smaller, then on several lines, then refused.
import type { PrintedField } from "./fields.ts";
import type { Mark } from "./drawing.ts";
import { type Modules, code128Of } from "./modules.ts";
import { widthOf } from "./typeface.ts";

/** The white edge of a label, in millimetres. */
export const MARGIN_MM = 2;

/**
 * Sizes of text, in millimetres of an em. The smallest has capitals of 1.25 mm, and of 1.1 mm in titles. The largest is a part
 * of the label's height.
 */
export const TEXT_MM = { min: 1.75, max: 9, ofHeight: 0.075 };
const TITLE_MM = { min: 1.5, max: 2.4 };

/** A title's size, as part of its text's. */
const TITLE_PART = 0.58;
const INLINE_PART = 0.8;
/** From the top of a line to its baseline. */
const ASCENT = 0.8;
/** Distances, as parts of the text's size: title to text, line to line, row to row, cell to cell. */
const TITLE_LEADING = 1.16;
const LEADING = 1.14;
const ROW_GAP = 0.34;
const CELL_GAP = 0.6;
/** How much smaller than its neighbours one long text may get before it is set on several lines. */
const SHRINK = 0.62;
/** Columns of the grid on which cells begin. */
const GRID = 6;
/** The widths of cells: thirds of the row, or halves. */
const THIRDS = [2, 4, 6];
const HALVES = [3, 6];

/** A linear code: EIGP 114.2018, appendix C, asks for modules of 9.5 mil and quiet zones of ten modules, or 1/4 inch. */
const LINEAR_MM = { module: 0.2413, height: 6.35, quiet: 6.35 };
const LINEAR_QUIET = 10;

/** A rectangle, in dots. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A field with its widths, in ems. */
interface Measured extends PrintedField {
  titleWidth: number;
  shortWidth: number;
  textWidth: number;
  bars: Modules | null;
}

/** Measures fields once for all sizes that are tried. */
export const measure = (fields: readonly PrintedField[], linear: boolean): Measured[] =>
  fields.map((field) => ({
    ...field,
    titleWidth: widthOf("regular", field.title),
    shortWidth: widthOf("regular", `${field.short} `),
    textWidth: widthOf("bold", field.text),
    bars: linear && field.linear !== null ? code128Of(field.linear) : null,
  }));

/** Fields set at one size: their marks; or the first field that has no room, and its place among them. */
export type Flow = { marks: Mark[] } | { overflow: PrintedField; at: number };

export interface FlowOptions {
  /** The size of texts, in dots. */
  size: number;
  dotsPerMm: number;
  /** Identifiers stand before their texts, in place of titles above them. */
  inline: boolean;
  /** A text may take several lines. */
  wrap: boolean;
}

/** Sets fields at one size of text, in thirds of the width or else in halves. */
export function flow(fields: readonly Measured[], box: Box, options: FlowOptions): Flow {
  const thirds = setRows(fields, box, { ...options, spans: THIRDS });
  return "marks" in thirds ? thirds : setRows(fields, box, { ...options, spans: HALVES });
}

interface RowOptions extends FlowOptions {
  spans: readonly number[];
}

function setRows(fields: readonly Measured[], box: Box, options: RowOptions): Flow {
  const { size, dotsPerMm } = options;
  const marks: Mark[] = [];
  const titleSize = titleSizeOf(options);
  const gap = size * CELL_GAP;
  const unit = (box.width + gap) / GRID;
  let y = box.y;
  for (const row of rowsOf(fields, { ...options, titleSize, unit, gap })) {
    let column = 0;
    let bottom = y;
    for (const { field, span } of row) {
      const cell = { x: box.x + column * unit, y, width: span * unit - gap };
      const set = setCell(field, cell, { ...options, titleSize });
      if (!set || set.bottom > box.y + box.height + 0.5)
        return { overflow: field, at: fields.indexOf(field) };
      marks.push(...set.marks);
      bottom = Math.max(bottom, set.bottom);
      column += span;
    }
    y = bottom + size * ROW_GAP;
    if (row[0]!.field.name === "manufacturer" && !options.inline) {
      marks.push(ruleAt({ ...box, y }, dotsPerMm));
      y += size * ROW_GAP;
    }
  }
  return { marks };
}

function titleSizeOf({ size, dotsPerMm, inline }: FlowOptions): number {
  const part = inline ? INLINE_PART : TITLE_PART;
  return Math.min(Math.max(size * part, TITLE_MM.min * dotsPerMm), TITLE_MM.max * dotsPerMm);
}

interface Cell {
  field: Measured;
  span: number;
}

/** Puts fields into rows, in their order. */
function rowsOf(
  fields: readonly Measured[],
  {
    size,
    titleSize,
    unit,
    gap,
    spans,
    inline,
  }: RowOptions & { titleSize: number; unit: number; gap: number },
): Cell[][] {
  const rows: Cell[][] = [];
  let left = 0;
  for (const field of fields) {
    const text = field.textWidth * size;
    const natural = inline
      ? field.shortWidth * titleSize + text
      : Math.max(field.titleWidth * titleSize, text);
    const fitting = spans.find((each) => each * unit - gap >= natural) ?? GRID;
    // The manufacturer's name is the label's heading. And nothing stands in the quiet zones beside bars.
    const span = field.bars || field.name === "manufacturer" ? GRID : fitting;
    if (span > left) {
      rows.push([]);
      left = GRID;
    }
    rows.at(-1)!.push({ field, span });
    left -= span;
  }
  return rows;
}

/** A field in its cell, and where the next row can begin; undefined where the cell is too narrow. */
function setCell(
  field: Measured,
  { x, y, width }: Omit<Box, "height">,
  { size, titleSize, dotsPerMm, inline, wrap }: FlowOptions & { titleSize: number },
): { marks: Mark[]; bottom: number } | undefined {
  const title = inline ? field.short : field.title;
  const indent = inline ? field.shortWidth * titleSize : 0;
  if (!inline && field.titleWidth * titleSize > width + 0.5) return undefined;
  if (indent > width / 2) return undefined;
  const set = setText(field.text, { width: width - indent, size, least: leastOf(size, dotsPerMm) });
  if (set.lines.length > 1 && !wrap) return undefined;
  const top = inline ? y : y + titleSize * TITLE_LEADING;
  const baselineOf = (line: number) => top + set.size * (ASCENT + line * LEADING);
  const titleBaseline = inline ? baselineOf(0) : y + titleSize * ASCENT;
  const marks: Mark[] = [
    { kind: "text", x, baseline: titleBaseline, size: titleSize, weight: "regular", text: title },
    ...set.lines.map((text, line): Mark => ({
      kind: "text",
      x: x + indent,
      baseline: baselineOf(line),
      size: set.size,
      weight: "bold",
      text,
    })),
  ];
  const bottom = top + set.size * (1 + (set.lines.length - 1) * LEADING);
  if (!field.bars) return { marks, bottom };
  const bars = barsAt(field.bars, { x, y: bottom, width, dotsPerMm });
  return bars && { marks: [...marks, bars], bottom: bars.y + bars.height };
}

/** The line below the manufacturer's name, a quarter of a millimetre thick. */
const ruleAt = ({ x, y, width }: Box, dotsPerMm: number): Mark => ({
  kind: "rule",
  x: Math.round(x),
  y: Math.round(y),
  width: Math.round(width),
  height: Math.round(dotsPerMm / 4),
});

const leastOf = (size: number, dotsPerMm: number) =>
  Math.max(size * SHRINK, TEXT_MM.min * dotsPerMm);

/** A text in a width: at its size, or smaller, or on several lines. */
export function setText(
  text: string,
  {
    width,
    size,
    least,
    weight = "bold",
  }: { width: number; size: number; least: number; weight?: "bold" | "regular" },
): { lines: string[]; size: number } {
  const natural = widthOf(weight, text);
  if (natural * size <= width) return { lines: [text], size };
  if (natural * least <= width) return { lines: [text], size: width / natural };
  const small = Math.min(size, least);
  return { lines: linesOf(text, width / small, weight), size: small };
}

/** A line is broken after one of these rather than within a word, unless that leaves much of the line empty. */
const BREAKS = /[ \-/_.,;:?&=]/;
const MIN_FILL = 0.55;

/** Cuts a text into lines. Every line has at least one character. @param width in ems */
function linesOf(text: string, width: number, weight: "bold" | "regular"): string[] {
  const lines: string[] = [];
  let rest = Array.from(text);
  while (rest.length > 0) {
    let count = rest.length;
    while (count > 1 && widthOf(weight, rest.slice(0, count).join("")) > width) count--;
    if (count < rest.length) {
      const at = rest.slice(0, count).findLastIndex((each) => BREAKS.test(each)) + 1;
      if (at >= count * MIN_FILL) count = at;
    }
    lines.push(rest.slice(0, count).join(""));
    rest = rest.slice(count);
  }
  return lines;
}

const moduleOf = (dotsPerMm: number) => Math.ceil(LINEAR_MM.module * dotsPerMm - 1e-6);
const quietOf = (dotsPerMm: number) =>
  Math.max(LINEAR_QUIET * moduleOf(dotsPerMm), LINEAR_MM.quiet * dotsPerMm);

/** The bars of a linear code below its text; undefined if they do not fit. The label's margin is part of the quiet zone. */
function barsAt(
  bars: Modules,
  { x, y, width, dotsPerMm }: { x: number; y: number; width: number; dotsPerMm: number },
) {
  const quiet = quietOf(dotsPerMm);
  const left = quiet - MARGIN_MM * dotsPerMm;
  if (left + bars.columns * moduleOf(dotsPerMm) + quiet > width + 0.5) return undefined;
  return {
    kind: "symbol",
    x: Math.ceil(x + left),
    y: Math.round(y + 0.6 * dotsPerMm),
    width: moduleOf(dotsPerMm),
    height: Math.round(LINEAR_MM.height * dotsPerMm),
    modules: bars,
  } as const;
}
