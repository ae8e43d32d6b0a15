// What a scanner read, taken to the lot that it names.
import { z } from "zod";
import { LabelReading } from "../../protocol/label/reading.ts";
import { Verdict } from "../../protocol/verdict.ts";
import { COMPARED_FIELDS, MAX_CANDIDATES, scan, WHY_NOTS } from "../scan.ts";
import { LotView } from "../views.ts";
import { route } from "./route.ts";

/** All codes that the reader takes, at their longest, as JSON writes them. */
const MAX_SCAN_BYTES = 1024 * 1024;

const Value = z.union([z.string(), z.number()]).nullable();

const Comparison = z.strictObject({
  field: z.enum(COMPARED_FIELDS),
  scanned: Value.meta({ description: "What the label says; several different values with commas between." }),
  recorded: Value.meta({ description: "What the record says, as far as the caller may see it." }),
  agrees: z.boolean().nullable().meta({
    description:
      "Dates agree where they can mean the same time. Null: one side says nothing, or nothing that can be compared.",
  }),
});

const Scan = z
  .strictObject({
    reading: LabelReading.meta({ id: "LabelReading", description: "What the label says, or why it was refused." }),
    candidates: z.array(LotView).meta({
      description: `The lots that the caller may see and the label can mean, at most ${MAX_CANDIDATES}.`,
    }),
    more: z.boolean().meta({ description: "There are more candidates than these." }),
    why: z.enum(WHY_NOTS).nullable().meta({ description: "Why the label names no single lot; null where it does." }),
    message: z.string().nullable().meta({ description: "The same in a sentence, and what to do about it." }),
    comparison: z.array(Comparison).nullable().meta({ description: "Label and record; null without a single lot." }),
    verdict: Verdict.nullable().meta({ description: "On the single lot, now; null without one." }),
  })
  .meta({ id: "Scan" });

export const scans = [
  route({
    method: "post",
    path: "/v1/scan",
    tag: "Labels",
    summary: "Find and verify the lot that a label names",
    about:
      "Reads what a scanner delivered, and finds the lot by its link, else by the package's id, else by the maker's lot; a part number alone names no lot. A label is a claim of whoever printed it: what it says otherwise than the record is marked.",
    access: { scope: "read", who: "anyone" },
    body: z.strictObject({
      label: z.union([z.string(), z.array(z.string())]).meta({
        description: "The text of one code, control characters included, or those of all codes of one label.",
      }),
    }),
    bodyBytes: MAX_SCAN_BYTES,
    answers: { 200: Scan },
    async handle({ ctx }, { body, caller }) {
      return { status: 200, body: await scan(ctx, caller, body.label) };
    },
  }),
];
