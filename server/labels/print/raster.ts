// Draws marks as black and white dots, for PNG files and the graphics of ZPL.
import type { Drawing, Mark, SymbolMark } from "./drawing.ts";
import { dotsOf } from "./drawing.ts";
import { runsOf } from "./modules.ts";
import { outlineOf, type Outline } from "./typeface.ts";

/** Black and white dots, row by row, eight to a byte, the leftmost in the highest bit. 1 is black. */
export interface Raster {
  width: number;
  height: number;
  bytesPerRow: number;
  bits: Uint8Array;
}

const emptyRaster = (width: number, height: number): Raster => {
  const bytesPerRow = Math.ceil(width / 8);
  return { width, height, bytesPerRow, bits: new Uint8Array(bytesPerRow * height) };
};

/** Draws a whole label. */
export function rasterOf(drawing: Drawing): Raster {
  const { width, height } = dotsOf(drawing);
  const raster = emptyRaster(width, height);
  for (const mark of drawing.marks) drawMark(raster, mark);
  return raster;
}

/** Draws a symbol alone. */
export function symbolRaster(mark: SymbolMark): Raster {
  const { modules, width, height } = mark;
  const raster = emptyRaster(modules.columns * width, modules.rows * height);
  drawMark(raster, { ...mark, x: 0, y: 0 });
  return raster;
}

/** Draws a line of text alone. @returns the dots, and where their left upper corner stands in the drawing */
export function textRaster(mark: Mark & { kind: "text" }): {
  raster: Raster;
  x: number;
  y: number;
} {
  const edges = edgesOf(outlineOf(mark.weight, mark));
  const xs = edges.flatMap(({ x, endX }) => [x, endX]);
  const ys = edges.flatMap(({ y, endY }) => [y, endY]);
  const left = Math.max(0, Math.floor(Math.min(...xs, mark.x)));
  const top = Math.max(0, Math.floor(Math.min(...ys, mark.baseline)));
  const width = Math.ceil(Math.max(...xs, mark.x + 1)) - left;
  const height = Math.ceil(Math.max(...ys, mark.baseline + 1)) - top;
  const raster = emptyRaster(width, height);
  drawMark(raster, { ...mark, x: mark.x - left, baseline: mark.baseline - top });
  return { raster, x: left, y: top };
}

function drawMark(raster: Raster, mark: Mark): void {
  if (mark.kind === "text") fill(raster, edgesOf(outlineOf(mark.weight, mark)));
  else if (mark.kind === "rule")
    blacken(raster, { x: mark.x, y: mark.y, width: mark.width, height: mark.height });
  else
    for (const { row, from, length } of runsOf(mark.modules))
      blacken(raster, {
        x: mark.x + from * mark.width,
        y: mark.y + row * mark.height,
        width: length * mark.width,
        height: mark.height,
      });
}

function blacken(
  raster: Raster,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): void {
  const right = Math.min(raster.width, x + width);
  for (let row = Math.max(0, y); row < Math.min(raster.height, y + height); row++)
    for (let column = Math.max(0, x); column < right; column++)
      raster.bits[row * raster.bytesPerRow + (column >> 3)]! |= 0x80 >> (column & 7);
}

/** A straight edge of an outline. */
interface Edge {
  x: number;
  y: number;
  endX: number;
  endY: number;
}

/** Straight pieces of a curve: at these sizes of text none is longer than a dot. */
const PIECES = 6;

function edgesOf(outlines: readonly Outline[]): Edge[] {
  const edges: Edge[] = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  const lineTo = (endX: number, endY: number) => {
    if (y !== endY) edges.push({ x, y, endX, endY });
    [x, y] = [endX, endY];
  };
  for (const { command, args } of outlines) {
    const [a = 0, b = 0, c = 0, d = 0] = args;
    if (command === "moveTo") [x, y, startX, startY] = [a, b, a, b];
    else if (command === "lineTo") lineTo(a, b);
    else if (command === "closePath") lineTo(startX, startY);
    else {
      // TrueType outlines have quadratic curves only.
      const [fromX, fromY] = [x, y];
      for (let i = 1; i <= PIECES; i++) {
        const t = i / PIECES;
        const [p, q, r] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
        lineTo(p * fromX + q * a + r * c, p * fromY + q * b + r * d);
      }
    }
  }
  return edges;
}

/** Lines of samples in a row of dots. */
const SAMPLES = 4;

/** Fills outlines by the non-zero rule: a dot is black if half of it is covered. */
function fill(raster: Raster, edges: readonly Edge[]): void {
  if (edges.length === 0) return;
  const top = Math.max(0, Math.floor(Math.min(...edges.flatMap(({ y, endY }) => [y, endY]))));
  const bottom = Math.min(
    raster.height,
    Math.ceil(Math.max(...edges.flatMap(({ y, endY }) => [y, endY]))),
  );
  for (let row = top; row < bottom; row++) {
    const cover = new Float32Array(raster.width);
    for (let sample = 0; sample < SAMPLES; sample++)
      addCover(cover, crossingsAt(edges, row + (sample + 0.5) / SAMPLES));
    cover.forEach((part, column) => {
      if (part >= SAMPLES / 2)
        raster.bits[row * raster.bytesPerRow + (column >> 3)]! |= 0x80 >> (column & 7);
    });
  }
}

interface Crossing {
  x: number;
  turn: 1 | -1;
}

function crossingsAt(edges: readonly Edge[], y: number): Crossing[] {
  return edges
    .flatMap(({ x, y: from, endX, endY }): Crossing[] =>
      from <= y !== endY <= y
        ? [{ x: x + ((y - from) / (endY - from)) * (endX - x), turn: endY > from ? 1 : -1 }]
        : [],
    )
    .sort((a, b) => a.x - b.x);
}

/** Adds the part of each dot that lies between crossings of which the turns do not add up to nothing. */
function addCover(cover: Float32Array, crossings: readonly Crossing[]): void {
  let winding = 0;
  crossings.forEach(({ x, turn }, i) => {
    winding += turn;
    const next = crossings[i + 1];
    if (winding === 0 || next === undefined) return;
    const [from, to] = [Math.max(0, x), Math.min(cover.length, next.x)];
    for (let column = Math.floor(from); column < to; column++)
      cover[column]! += Math.min(to, column + 1) - Math.max(from, column);
  });
}
