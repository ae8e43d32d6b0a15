// Defines the answer to a scan: the label's content, the lots that it can mean, and the verdict where there is only one.
import { z } from "zod";
import { FieldComparison } from "../protocol/label/compare.ts";
import { LabelReading } from "../protocol/label/reading.ts";
import { Verdict } from "../protocol/verdict/verdict.ts";
import { Time } from "../protocol/base/values.ts";
import { LotView } from "./lots.ts";

/** The most lots in one answer. */
export const MAX_CANDIDATES = 20;

export const SightingView = z
  .strictObject({
    place: z.string().meta({ description: "As the party calls it. Empty where it named none." }),
    first: Time.meta({ description: "When the party first scanned the label there." }),
    last: Time,
  })
  .meta({ id: "Sighting" });

export const SightingList = z
  .strictObject({ items: z.array(SightingView) })
  .meta({ id: "SightingList" });

/** Why a label does not name one lot. */
const SCAN_REASONS = [
  "LABEL_REFUSED",
  "OTHER_LEDGER",
  "NO_LOT_ON_LABEL",
  "NOT_KNOWN",
  "SEVERAL_LOTS",
] as const;
export type ScanReason = (typeof SCAN_REASONS)[number];

const Comparison = FieldComparison.meta({
  id: "Compared",
  description:
    "One field on the label, in the record and in the order. Dates agree if they can mean the same time. Null: one side has no value, or none that can be compared.",
});

export const ScanView = z
  .strictObject({
    reading: LabelReading.meta({
      id: "LabelReading",
      description: "The content of the label, or why it was refused.",
    }),
    candidates: z.array(LotView).meta({
      description: `The lots that the label can mean and the caller may see, at most ${MAX_CANDIDATES}.`,
    }),
    more: z.boolean().meta({ description: "There are more candidates than these." }),
    why: z
      .enum(SCAN_REASONS)
      .nullable()
      .meta({ description: "Why the label does not name a single lot. Null where it does." }),
    message: z.string().nullable().meta({ description: "The same in a sentence, and what to do." }),
    comparison: z.array(Comparison).nullable().meta({
      description:
        "Label, record and order, compared. Without a single lot only label and order, if there is a verdict.",
    }),
    verdict: Verdict.nullable().meta({
      description:
        "The verdict on the single lot, now, with the label and the order. Without a single lot, the verdict on the label alone, which is never PASS: what differs from the order, dates, the label's own form, and alerts on the part. Null if the label was refused, or names neither a lot nor a part.",
    }),
  })
  .meta({ id: "Scan" });
export type ScanView = z.infer<typeof ScanView>;
