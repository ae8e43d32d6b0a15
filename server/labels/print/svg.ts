// Writes a label as SVG in its physical size. Text is drawn as outlines, so that no viewer puts another font in.
import type { Drawing, Mark } from "./drawing.ts";
import { dotsOf } from "./drawing.ts";
import { runsOf } from "./modules.ts";
import { outlineOf } from "./typeface.ts";

const LETTERS: Record<string, string> = {
  moveTo: "M",
  lineTo: "L",
  quadraticCurveTo: "Q",
  bezierCurveTo: "C",
  closePath: "Z",
};

/** A label as SVG. */
export function writeSvg(drawing: Drawing): string {
  const { widthMm, heightMm, dotsPerMm, marks } = drawing;
  const { width, height } = dotsOf(drawing);
  const box = [widthMm * dotsPerMm, heightMm * dotsPerMm].map(short).join(" ");
  const paths = marks.map((mark) => `<path d="${pathOf(mark)}"/>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthMm}mm" height="${heightMm}mm" viewBox="0 0 ${box}">`,
    `<rect width="${width + 1}" height="${height + 1}" fill="#fff"/>`,
    ...paths,
    "</svg>\n",
  ].join("\n");
}

function pathOf(mark: Mark): string {
  if (mark.kind === "rule") return rectangle(mark.x, mark.y, mark.width, mark.height);
  if (mark.kind === "text")
    return outlineOf(mark.weight, mark)
      .map(({ command, args }) => (LETTERS[command] ?? "") + args.map(short).join(" "))
      .join("");
  const { x, y, width, height, modules } = mark;
  return Array.from(runsOf(modules), ({ row, from, length }) =>
    rectangle(x + from * width, y + row * height, length * width, height),
  ).join("");
}

const rectangle = (x: number, y: number, width: number, height: number) =>
  `M${x} ${y}h${width}v${height}h${-width}z`;

/** Three decimals of a dot are less than a thousandth of a millimetre. */
const short = (value: number) => String(Number(value.toFixed(3)));
