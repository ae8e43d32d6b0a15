// Lays out one label: its fields as text, their Data Matrix, and the link to its page as a QR code with the service's host.
import { lotLink } from "../../../protocol/label/link.ts";
import { labelText } from "../../../protocol/label/write.ts";
import { Refusal } from "../../refusal.ts";
import type { LotLabel } from "../symbols.ts";
import type { Drawing, Mark, SymbolMark } from "./drawing.ts";
import { dotsOf } from "./drawing.ts";
import { printedFields } from "./fields.ts";
import { type Box, flow, type FlowOptions, MARGIN_MM, measure, setText, TEXT_MM } from "./flow.ts";
import { type Dpi, RESOLUTIONS, type Size } from "./media.ts";
import { dataMatrixOf, type Modules, qrCodeOf } from "./modules.ts";
import { unprintableIn } from "./typeface.ts";

export interface LayoutOptions {
  size: Size;
  /** The printer's resolution. Modules are whole dots of it. */
  dpi: Dpi;
  /** The QR code with the link. */
  link: boolean;
  /** Linear codes of the fields that EIGP 114 lists for them. */
  linear: boolean;
}

/**
 * The sides of a module, in millimetres, and the quiet zones in modules. Data Matrix: EIGP 114.2018, appendix B, asks for 14.6
 * mil at least; ISO/IEC 16022 for one module of quiet zone, and here are two. QR: phones read 0.33 mm; ISO/IEC 18004 asks for
 * four modules of quiet zone.
 */
const DATA_MATRIX = { min: 0.3708, max: 0.55, quiet: 2 };
const QR = { min: 0.33, max: 0.5, quiet: 4 };

/** Space between the symbols and the text. */
const GAP_MM = 2;
/** The narrowest column of text. */
const MIN_TEXT_MM = 14;
const CAPTION_MM = { min: 1.5, max: 1.9 };
const CAPTION_LINES = 3;
/** Each size of text that is tried, in terms of the next smaller one. */
const STEP = 1.05;
/** Larger text must be larger by this much to be worth smaller modules, or symbols elsewhere. */
const WORTH = 1.06;
/** Texts stay on one line unless all text would be smaller than this part of what it could be on several. */
const WHOLE = 0.7;

/** A symbol with its caption, at one size of module. */
interface Block {
  modules: Modules;
  module: number;
  /** The least white space around the modules. */
  quiet: number;
  /** The modules' width, and their height with the caption. */
  width: number;
  height: number;
  caption: { lines: string[]; size: number } | null;
}

interface Placed {
  block: Block;
  x: number;
  y: number;
}

/** Where the symbols stand, and what is left for the text. */
interface Arrangement {
  symbols: Placed[];
  text: Box;
}

interface Page {
  width: number;
  height: number;
  margin: number;
  gap: number;
}

/**
 * Draws a label.
 * @throws ProtocolError BAD_FIELD, BAD_TEXT if the content cannot be written into the label's code
 * @throws Refusal CHARACTER_NOT_PRINTABLE, LABEL_DOES_NOT_FIT, each with the field
 */
export function layOut({ content, origin, link }: LotLabel, options: LayoutOptions): Drawing {
  const { size, dpi } = options;
  const dotsPerMm = RESOLUTIONS[dpi];
  const code = dataMatrixOf(labelText(content));
  const qr = options.link ? qrCodeOf(lotLink(origin, link)) : null;
  const host = options.link ? new URL(origin).host : "";
  const fields = measure(printedFields(content), options.linear);
  for (const { name, text } of fields) checkCharacters(name, text);

  const page = {
    ...dotsOf({ ...size, dotsPerMm }),
    margin: MARGIN_MM * dotsPerMm,
    gap: GAP_MM * dotsPerMm,
  };
  const ways = [...arrangements(page, { code, qr, host, dotsPerMm })];
  // Titles are left out only where no arrangement has room for them.
  for (const inline of [false, true]) {
    const whole = largest(fields, ways, { ...options, inline, wrap: false });
    const wrapped = largest(fields, ways, { ...options, inline, wrap: true });
    const isTiny = wrapped && whole && whole.textSize < WHOLE * wrapped.textSize;
    const { marks } = (isTiny ? wrapped : (whole ?? wrapped)) ?? {};
    if (marks) return { ...size, dotsPerMm, marks };
  }
  throw tooSmall(firstOverflow(fields, ways, options), options);
}

type Fields = ReturnType<typeof measure>;
type Style = LayoutOptions & Pick<FlowOptions, "inline" | "wrap">;

/** The label with the largest text; undefined where no arrangement has room for all fields. */
function largest(
  fields: Fields,
  ways: readonly Arrangement[],
  { size, dpi, ...style }: Style,
): { marks: Mark[]; textSize: number } | undefined {
  const dotsPerMm = RESOLUTIONS[dpi];
  const most = Math.min(TEXT_MM.max, size.heightMm * TEXT_MM.ofHeight) * dotsPerMm;
  let best: { marks: Mark[]; textSize: number } | undefined;
  for (const { symbols, text } of ways) {
    const least = best ? best.textSize * WORTH : TEXT_MM.min * dotsPerMm;
    if (best && least > most) break;
    const set = (textSize: number) => flow(fields, text, { ...style, size: textSize, dotsPerMm });
    const found = lastFitting(sizesUp(least, most), set);
    if (found) best = { ...found, marks: [...found.marks, ...symbols.flatMap(marksOf)] };
  }
  return best;
}

/** The first field that has no room even in the smallest text, where the most fields have. */
function firstOverflow(
  fields: Fields,
  ways: readonly Arrangement[],
  { dpi }: LayoutOptions,
): string | undefined {
  const dotsPerMm = RESOLUTIONS[dpi];
  const size = TEXT_MM.min * dotsPerMm;
  const results = ways
    .map(({ text }) => flow(fields, text, { size, dotsPerMm, inline: true, wrap: true }))
    .filter((each) => "overflow" in each);
  return results.sort((a, b) => b.at - a.at)[0]?.overflow.name;
}

/** Sizes from the least to the largest, each a little larger. */
function sizesUp(least: number, most: number): number[] {
  const sizes = [];
  for (let size = least; size < most; size *= STEP) sizes.push(size);
  return sizes.length > 0 ? sizes : [least];
}

/** The largest size at which all fields fit. Halves the range: what does not fit in one size does not in larger ones. */
function lastFitting(
  sizes: readonly number[],
  set: (size: number) => ReturnType<typeof flow>,
): { marks: Mark[]; textSize: number } | undefined {
  let found: { marks: Mark[]; textSize: number } | undefined;
  let [from, to] = [0, sizes.length];
  while (from < to) {
    const middle = found || from > 0 ? (from + to) >> 1 : from;
    const result = set(sizes[middle]!);
    if ("overflow" in result) to = middle;
    else {
      found = { marks: result.marks, textSize: sizes[middle]! };
      from = middle + 1;
    }
  }
  return found;
}

/** @throws Refusal CHARACTER_NOT_PRINTABLE */
function checkCharacters(field: string, text: string): void {
  const missing = unprintableIn(text);
  if (missing.length === 0) return;
  const names = missing.map(
    (each) => `${each} (U+${each.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")})`,
  );
  throw new Refusal(
    "CHARACTER_NOT_PRINTABLE",
    422,
    `The label's typeface has no sign for ${names.join(", ")} in the ${field}. It has Latin, Greek and Cyrillic letters. The lot's issuer can correct the ${field}.`,
    { field },
  );
}

function tooSmall(
  field: string | undefined,
  { size: { widthMm, heightMm }, link, linear }: LayoutOptions,
): Refusal {
  const what =
    field === undefined ? "The symbols do not fit" : `The ${field} does not fit in readable size`;
  const ways = [
    "Choose a larger label",
    ...(link ? ["leave out the link's QR code"] : []),
    ...(linear ? ["leave out the linear codes"] : []),
  ];
  return new Refusal(
    "LABEL_DOES_NOT_FIT",
    422,
    `${what} on a label of ${widthMm} x ${heightMm} mm. ${ways.join(", or ")}.`,
    { field: field ?? "size" },
  );
}

/** The ways to place the symbols, those with the largest modules first. */
function* arrangements(
  page: Page,
  {
    code,
    qr,
    host,
    dotsPerMm,
  }: { code: Modules; qr: Modules | null; host: string; dotsPerMm: number },
): Generator<Arrangement> {
  const codes = sizesOf(DATA_MATRIX, dotsPerMm);
  const links = sizesOf(QR, dotsPerMm);
  const steps = qr ? Math.max(codes.length, links.length) : codes.length;
  const at = (sizes: number[], step: number) => sizes[Math.min(step, sizes.length - 1)]!;
  for (let step = 0; step < steps; step++) {
    const blocks = [blockOf(code, at(codes, step), DATA_MATRIX.quiet)];
    if (qr) {
      const block = blockOf(qr, at(links, step), QR.quiet);
      const captioned = withCaption(block, host, dotsPerMm);
      if (!captioned) continue;
      blocks.push(captioned);
    }
    for (const way of placings(page, blocks))
      if (way.text.width >= MIN_TEXT_MM * dotsPerMm) yield way;
  }
}

/** The sides of a module that are whole dots, the largest first. */
function sizesOf({ min, max }: { min: number; max: number }, dotsPerMm: number): number[] {
  const least = Math.ceil(min * dotsPerMm - 1e-6);
  const most = Math.max(least, Math.floor(max * dotsPerMm));
  return Array.from({ length: most - least + 1 }, (_, i) => most - i);
}

function blockOf(modules: Modules, module: number, quiet: number): Block {
  const width = modules.columns * module;
  const height = modules.rows * module;
  return { modules, module, quiet: quiet * module, width, height, caption: null };
}

/** The baseline of a caption's first line below the quiet zone, and the distance of its lines, as parts of its size. */
const CAPTION_TOP = 0.82;
const CAPTION_LEADING = 1.15;

/** A block with a caption below its quiet zone; undefined where the caption has no room. */
function withCaption(block: Block, text: string, dotsPerMm: number): Block | undefined {
  const caption = setText(text, {
    width: block.width,
    size: CAPTION_MM.max * dotsPerMm,
    least: CAPTION_MM.min * dotsPerMm,
    weight: "regular",
  });
  if (caption.lines.length > CAPTION_LINES) return undefined;
  const lines = caption.size * (1.06 + (caption.lines.length - 1) * CAPTION_LEADING);
  return { ...block, caption, height: block.height + block.quiet + Math.ceil(lines) };
}

/** Symbols one below the other or side by side at the right; or side by side at the bottom of a tall label. */
function* placings({ width, height, margin, gap }: Page, blocks: Block[]): Generator<Arrangement> {
  // The label's margin is white, and is part of the quiet zones.
  const pad = Math.ceil(Math.max(margin, ...blocks.map(({ quiet }) => quiet)));
  const space = Math.ceil(Math.max(gap, ...blocks.map(({ quiet }) => quiet)));
  const widest = Math.max(...blocks.map((each) => each.width));
  const highest = Math.max(...blocks.map((each) => each.height));
  const between = (blocks.length - 1) * space;
  const allWidths = blocks.reduce((sum, each) => sum + each.width, between);
  const allHeights = blocks.reduce((sum, each) => sum + each.height, between);
  const beside = (left: number): Box => ({
    x: margin,
    y: margin,
    width: left - space - margin,
    height: height - 2 * margin,
  });

  if (allHeights <= height - 2 * pad) {
    const symbols = blocks.map((block, i) => ({
      block,
      x: width - pad - block.width,
      y: i === 0 ? pad : height - pad - block.height,
    }));
    yield { symbols, text: beside(width - pad - widest) };
  }
  if (blocks.length > 1 && highest <= height - 2 * pad) {
    const left = width - pad - allWidths;
    yield { symbols: inRow(blocks, left, space, () => pad), text: beside(left) };
  }
  if (allWidths <= width - 2 * pad) {
    const spread = blocks.length > 1 ? width - 2 * pad - allWidths : 0;
    const top = height - pad - highest;
    const symbols = inRow(blocks, pad, space + spread, () => top);
    const textHeight = top - space - margin;
    const text = { x: margin, y: margin, width: width - 2 * margin, height: textHeight };
    if (textHeight > 0) yield { symbols, text };
  }
}

function inRow(
  blocks: Block[],
  left: number,
  space: number,
  topOf: (block: Block) => number,
): Placed[] {
  let x = left;
  return blocks.map((block) => {
    const placed = { block, x, y: topOf(block) };
    x += block.width + space;
    return placed;
  });
}

function marksOf({ block, x, y }: Placed): Mark[] {
  const { modules, module, quiet, caption } = block;
  const symbol: SymbolMark = { kind: "symbol", x, y, width: module, height: module, modules };
  if (!caption) return [symbol];
  const top = y + modules.rows * module + quiet;
  const lines = caption.lines.map((text, i): Mark => ({
    kind: "text",
    x,
    baseline: top + caption.size * (CAPTION_TOP + CAPTION_LEADING * i),
    size: caption.size,
    weight: "regular",
    text,
  }));
  return [symbol, ...lines];
}
