// Writes a label as ZPL II. Symbols are graphics of whole dots, and not ^BX and ^BQ: printers differ in their escapes for
// control characters, in the sizes that they choose, and in the text that ^BQ takes.
import type { Drawing, Mark } from "./drawing.ts";
import { dotsOf } from "./drawing.ts";
import { type Raster, symbolRaster, textRaster } from "./raster.ts";

/** A label as ZPL. @param copies printed one after the other */
export function writeZpl(drawing: Drawing, copies = 1): string {
  const { width, height } = dotsOf(drawing);
  return [
    "^XA",
    "^CI28",
    `^PW${width}`,
    `^LL${height}`,
    "^LH0,0",
    ...drawing.marks.map(fieldOf),
    `^PQ${copies}`,
    "^XZ\n",
  ].join("\n");
}

/** Every printer's font 0 has these. Lines with others are printed as graphics. */
const IN_EVERY_FONT = /^[\x20-\x7e]*$/;

function fieldOf(mark: Mark): string {
  if (mark.kind === "rule")
    return `^FO${mark.x},${mark.y}^GB${mark.width},${mark.height},${Math.min(mark.width, mark.height)}^FS`;
  if (mark.kind === "symbol") return graphic(symbolRaster(mark), mark.x, mark.y);
  if (!IN_EVERY_FONT.test(mark.text)) {
    const { raster, x, y } = textRaster(mark);
    return graphic(raster, x, y);
  }
  const [x, y, size] = [mark.x, mark.baseline, mark.size].map(Math.round);
  return `^FT${x},${y}^A0N,${size},${size}^FH_^FD${escaped(mark.text)}^FS`;
}

/**
 * Field data in which every sign that ZPL could take for a command is written in hex. Part numbers are what others write: one
 * with ^XZ^XA in it would print labels of its own, or set the printer.
 */
const escaped = (text: string) =>
  text.replaceAll(
    /[^A-Za-z0-9 .:/()+#-]/g,
    (sign) => `_${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );

/** A graphic in hex, shortened as the ZPL II guide describes: ^GF takes that from every printer. */
function graphic({ bits, bytesPerRow, height }: Raster, x: number, y: number): string {
  const total = bytesPerRow * height;
  let previous = "";
  let data = "";
  for (let row = 0; row < height; row++) {
    const bytes = bits.subarray(row * bytesPerRow, (row + 1) * bytesPerRow);
    const hex = Buffer.from(bytes).toString("hex").toUpperCase();
    data += hex === previous ? ":" : shortened(hex);
    previous = hex;
  }
  return `^FO${x},${y}^GFA,${total},${total},${bytesPerRow},${data}^FS`;
}

/** A row of hex digits with repetitions as counts. A comma stands for zeros up to the row's end. */
function shortened(hex: string): string {
  const trimmed = hex.replace(/0+$/, "");
  const runs = trimmed.replaceAll(
    /(.)\1{2,}/g,
    (run, digit: string) => countOf(run.length) + digit,
  );
  return trimmed.length < hex.length ? `${runs},` : runs;
}

/** A count of repetitions: g to z for twenties up to 400, G to Y for 1 to 19. */
function countOf(count: number): string {
  const most = 400;
  if (count > most) return countOf(most) + countOf(count - most);
  const [twenties, ones] = [Math.floor(count / 20), count % 20];
  const letter = (base: string, n: number) =>
    n === 0 ? "" : String.fromCharCode(base.charCodeAt(0) + n - 1);
  return letter("g", twenties) + letter("G", ones);
}
