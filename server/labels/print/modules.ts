// Draws symbols as modules: dark and light squares or bars, without a size.
import bwip from "bwip-js/node";
import { correction, generate } from "lean-qr";

/** Dark and light modules, row by row. A linear code has one row. */
export interface Modules {
  columns: number;
  rows: number;
  /** 1 where dark. */
  dark: Uint8Array;
}

/** The modules of a Data Matrix ECC 200. Control characters stay unchanged. */
export const dataMatrixOf = (text: string): Modules => matrixOf({ bcid: "datamatrix", text });

const QR_LEVEL = {
  minCorrectionLevel: correction.M,
  maxCorrectionLevel: correction.M,
};

/** The modules of a QR code with error correction M. bwip-js draws the same, and needs ten times as long. */
export function qrCodeOf(text: string): Modules {
  const code = generate(text, QR_LEVEL);
  const { size } = code;
  const dark = Uint8Array.from({ length: size * size }, (_, i) =>
    Number(code.get(i % size, Math.floor(i / size))),
  );
  return { columns: size, rows: size, dark };
}

interface Matrix {
  pixs: ArrayLike<number>;
  pixx: number;
  pixy: number;
}

function matrixOf(options: { bcid: string; text: string }): Modules {
  const [symbol] = bwip.raw(options) as unknown as [Matrix];
  return { columns: symbol.pixx, rows: symbol.pixy, dark: Uint8Array.from(symbol.pixs) };
}

/** The bars and spaces of a Code 128 with a text of printable ASCII. */
export function code128Of(text: string): Modules {
  const [{ sbs }] = bwip.raw({ bcid: "code128", text }) as unknown as [{ sbs: number[] }];
  const dark = sbs.flatMap((width, i) => Array<number>(width).fill(i % 2 === 0 ? 1 : 0));
  return { columns: dark.length, rows: 1, dark: Uint8Array.from(dark) };
}

/** A run of dark modules in one row. */
export interface Run {
  row: number;
  from: number;
  length: number;
}

/** The runs of dark modules, row by row. */
export function* runsOf({ columns, rows, dark }: Modules): Generator<Run> {
  for (let row = 0; row < rows; row++)
    for (let from = 0; from < columns; from++) {
      let to = from;
      while (to < columns && dark[row * columns + to]) to++;
      if (to > from) yield { row, from, length: to - from };
      from = to;
    }
}
