// Measures and outlines text in the labels' typeface: DejaVu Sans Condensed, which comes with its npm package.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { create, type Font, type PathCommand } from "fontkit";

const FILES = {
  regular: "dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf",
  bold: "dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf",
};
export type Weight = keyof typeof FILES;

/** One glyph, in ems, with the y axis upwards. */
interface Glyph {
  advance: number;
  outline: readonly PathCommand[];
}

interface Face {
  font: Font;
  glyphs: Map<number, Glyph>;
}

const faces: Partial<Record<Weight, Face>> = {};

/** Reads a font's file on first use. */
function faceOf(weight: Weight): Face {
  return (faces[weight] ??= {
    font: create(readFileSync(fileURLToPath(import.meta.resolve(FILES[weight])))) as Font,
    glyphs: new Map(),
  });
}

function glyphOf(weight: Weight, codePoint: number): Glyph {
  const { font, glyphs } = faceOf(weight);
  const known = glyphs.get(codePoint);
  if (known) return known;
  const { advanceWidth, path } = font.glyphForCodePoint(codePoint);
  const glyph = {
    advance: advanceWidth / font.unitsPerEm,
    outline: path.commands.map(({ command, args }) => ({
      command,
      args: args.map((arg) => arg / font.unitsPerEm),
    })),
  };
  glyphs.set(codePoint, glyph);
  return glyph;
}

/** The font as pdfkit embeds it. Text is set glyph by glyph, as it is measured: without kerning and ligatures. */
export function embeddableFont(weight: Weight): Font {
  const { font } = faceOf(weight);
  return Object.create(font, {
    layout: {
      value: (text: string) => {
        const glyphs = codePointsOf(text).map((each) => font.glyphForCodePoint(each));
        const positions = glyphs.map(({ advanceWidth }) => ({
          xAdvance: advanceWidth,
          yAdvance: 0,
          xOffset: 0,
          yOffset: 0,
        }));
        return { glyphs, positions };
      },
    },
  }) as Font;
}

const codePointsOf = (text: string) => Array.from(text, (each) => each.codePointAt(0)!);

/**
 * The writing systems in which each character has one form, and follows the other from left to right. Other text would need
 * shaping. Marks and format characters are left out: one of them can turn the direction of what follows.
 */
const SIMPLE = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}]$/u;
const NEVER = /^[\p{M}\p{C}\p{Zl}\p{Zp}]$/u;

/** The characters of a text that the typeface cannot set, each once. */
export function unprintableIn(text: string): string[] {
  const { font } = faceOf("bold");
  return [...new Set(text)].filter(
    (each) =>
      !SIMPLE.test(each) || NEVER.test(each) || !font.hasGlyphForCodePoint(each.codePointAt(0)!),
  );
}

/** The width of a text in ems. */
export const widthOf = (weight: Weight, text: string): number =>
  codePointsOf(text).reduce((sum, each) => sum + glyphOf(weight, each).advance, 0);

/** The height of a capital and of a digit, and the depth below the baseline, in ems. */
export const CAP_HEIGHT = 0.729;
export const DESCENT = 0.236;

export interface Outline {
  command: PathCommand["command"];
  /** Coordinates in the drawing, y downwards. */
  args: number[];
}

/** The outlines of a line of text. */
export function outlineOf(
  weight: Weight,
  { text, x, baseline, size }: { text: string; x: number; baseline: number; size: number },
): Outline[] {
  let at = x;
  return codePointsOf(text).flatMap((each) => {
    const { advance, outline } = glyphOf(weight, each);
    const left = at;
    at += advance * size;
    return outline.map(({ command, args }) => ({
      command,
      args: args.map((arg, i) => (i % 2 === 0 ? left + arg * size : baseline - arg * size)),
    }));
  });
}
