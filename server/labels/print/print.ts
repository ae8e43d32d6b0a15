// Prints labels into one file: a roll or sheets as PDF, a roll as ZPL, or one label as an image.
import { letOthersRun } from "../../loop.ts";
import type { Lot } from "../../../prisma/generated/client.ts";
import { unprintable } from "../lot-label.ts";
import type { LotLabel } from "../symbols.ts";
import type { Drawing } from "./drawing.ts";
import { layOut, type LayoutOptions } from "./layout.ts";
import { openPdf } from "./pdf.ts";
import type { Sheet } from "./media.ts";
import { writePng } from "./png.ts";
import { writeSvg } from "./svg.ts";
import { writeZpl } from "./zpl.ts";

/** The media type of each format. ZPL has none of its own with IANA. */
export const LABEL_TYPES = {
  pdf: "application/pdf",
  zpl: "application/zpl",
  png: "image/png",
  svg: "image/svg+xml",
} as const;
export type LabelFormat = keyof typeof LABEL_TYPES;

/** Formats of a file with many labels. */
export const ROLL_FORMATS = ["pdf", "zpl"] as const;
export type RollFormat = (typeof ROLL_FORMATS)[number];

export interface RollOptions extends LayoutOptions {
  format: RollFormat;
  /** Each label so many times, one after the other. */
  copies: number;
  /** PDF alone: labels in rows and columns. */
  sheet?: Sheet | undefined;
  /** The first place on the first sheet, counted from 0. */
  first?: number;
  created: Date;
}

/** A lot and what its label says. */
export interface LabelledLot {
  lot: Lot;
  label: LotLabel;
}

/**
 * Prints labels in their order. Lets others run after each.
 * @throws as drawLabel does, for the first label that cannot be printed
 */
export async function printRoll(
  labels: AsyncIterable<LabelledLot> | Iterable<LabelledLot>,
  { format, copies, sheet, first = 0, created, ...layout }: RollOptions,
): Promise<Uint8Array> {
  const options = sheet ? { ...layout, size: sheet.label } : layout;
  const pdf = format === "pdf" ? openPdf({ sheet, first, created }) : undefined;
  const zpl: string[] = [];
  for await (const label of labels) {
    const drawing = drawLabel(label, options);
    if (pdf) for (let copy = 0; copy < copies; copy++) pdf.add(drawing);
    else zpl.push(writeZpl(drawing, copies));
    await letOthersRun();
  }
  return pdf ? pdf.end() : Buffer.from(zpl.join(""));
}

/** Writes one label as an image. @throws as drawLabel does */
export function printImage(
  label: LabelledLot,
  format: "png" | "svg",
  options: LayoutOptions,
): Uint8Array | string {
  const drawing = drawLabel(label, options);
  return format === "png" ? writePng(drawing) : writeSvg(drawing);
}

/**
 * Draws a label.
 * @throws Refusal BAD_FIELD, BAD_TEXT, CHARACTER_NOT_PRINTABLE, LABEL_DOES_NOT_FIT: each names the lot and the field
 */
function drawLabel({ lot, label }: LabelledLot, options: LayoutOptions): Drawing {
  try {
    return layOut(label, options);
  } catch (error) {
    throw unprintable(error, lot);
  }
}
