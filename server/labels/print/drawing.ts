// Defines a drawing: the marks of one label, in dots of its printer. Every format is written from the same drawing.
import type { Modules } from "./modules.ts";
import type { Weight } from "./typeface.ts";

/** A line of text. `x` is its left edge, `size` the em. */
export interface TextMark {
  kind: "text";
  x: number;
  baseline: number;
  size: number;
  weight: Weight;
  text: string;
}

/** The modules of a symbol, without its quiet zone. All numbers are whole dots, so that no edge is blurred. */
export interface SymbolMark {
  kind: "symbol";
  x: number;
  y: number;
  /** The size of a module. */
  width: number;
  height: number;
  modules: Modules;
}

/** A black rectangle, in whole dots. */
export interface RuleMark {
  kind: "rule";
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Mark = TextMark | SymbolMark | RuleMark;

/** A label's marks. Dots are counted from its left upper corner. */
export interface Drawing {
  widthMm: number;
  heightMm: number;
  dotsPerMm: number;
  marks: readonly Mark[];
}

/** The whole dots of a drawing: a dot that is cut by the label's edge is not printed. */
export const dotsOf = ({ widthMm, heightMm, dotsPerMm }: Omit<Drawing, "marks">) => ({
  width: Math.floor(widthMm * dotsPerMm + 1e-6),
  height: Math.floor(heightMm * dotsPerMm + 1e-6),
});
