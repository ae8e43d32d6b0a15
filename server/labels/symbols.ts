// Draws the symbols of a lot's label: its data as Data Matrix or PDF417, the link to its page as a QR code.
import { toBuffer, toSVG } from "bwip-js/node";
import { lotLink, type LotLink } from "../../protocol/label/link.ts";
import { labelText, type LabelContent } from "../../protocol/label/write.ts";

export interface LotLabel {
  content: LabelContent;
  /** The service's address, as phones that scan the label reach it. */
  origin: string;
  link: LotLink;
}

// Two units are one module of a matrix; the quiet zones are those of the symbols' standards, or wider: two modules for
// Data Matrix (ISO/IEC 16022) and PDF417 (15438), four for QR (18004).
const SYMBOLS = {
  DataMatrix: { bcid: "datamatrix", padding: 4 },
  PDF417: { bcid: "pdf417", padding: 4, columns: 6 },
  QR: { bcid: "qrcode", padding: 8, eclevel: "M" },
};
export type SymbolName = keyof typeof SYMBOLS;
export const SYMBOL_NAMES = Object.keys(SYMBOLS) as [SymbolName, ...SymbolName[]];

/** Pixels of a unit in a PNG: eight for a module, which printers of 300 and 600 dots per inch scale without blur. */
const PNG_SCALE = 4;

/**
 * The text of a symbol.
 * @throws ProtocolError BAD_FIELD, BAD_TEXT where the content cannot be printed on a label
 */
export function symbolText(name: SymbolName, { content, origin, link }: LotLabel): string {
  return name === "QR" ? lotLink(origin, link) : labelText(content);
}

// Control characters stay unchanged. A white background, because some readers take the default, transparency, for black.
const options = (name: SymbolName, label: LotLabel) => ({
  ...SYMBOLS[name],
  text: symbolText(name, label),
  backgroundcolor: "FFFFFF",
});

/** A symbol as SVG, for print at any size. */
export function symbolSvg(name: SymbolName, label: LotLabel): string {
  return toSVG(options(name, label));
}

/** The link to a lot as QR code, as SVG. */
export function linkSvg(origin: string, link: LotLink): string {
  return toSVG({ ...SYMBOLS.QR, text: lotLink(origin, link), backgroundcolor: "FFFFFF" });
}

/** A symbol as PNG. */
export async function symbolPng(name: SymbolName, label: LotLabel): Promise<Uint8Array> {
  return toBuffer({ ...options(name, label), scale: PNG_SCALE });
}
