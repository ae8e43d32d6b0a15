// What a scanner read, taken to the lot that it names.
import { z } from "zod";
import { Expected } from "../../../protocol/verdict/facts.ts";
import { Compared } from "../../../protocol/label/compare.ts";
import { LabelReading } from "../../../protocol/label/reading.ts";
import { Text } from "../../../protocol/base/text.ts";
import { Verdict } from "../../../protocol/verdict/verdict.ts";
import { MAX_CANDIDATES, scan, WHY_NOTS } from "../../labels/scan.ts";
import { LotView } from "../../custody/views.ts";
import { route } from "./route.ts";

/** All codes that the reader takes, at their longest, as JSON writes them. */
const MAX_SCAN_BYTES = 1024 * 1024;

/** Characters of a place's name. */
const MAX_PLACE_LENGTH = 64;

const Comparison = Compared.meta({
  id: "Compared",
  description:
    "One field on the label, in the record and in the order. Dates agree where they can mean the same time. Null: one side says nothing, or nothing that can be compared.",
});

const Scan = z
  .strictObject({
    reading: LabelReading.meta({
      id: "LabelReading",
      description: "What the label says, or why it was refused.",
    }),
    candidates: z.array(LotView).meta({
      description: `The lots that the caller may see and the label can mean, at most ${MAX_CANDIDATES}.`,
    }),
    more: z.boolean().meta({ description: "There are more candidates than these." }),
    why: z
      .enum(WHY_NOTS)
      .nullable()
      .meta({ description: "Why the label names no single lot; null where it does." }),
    message: z
      .string()
      .nullable()
      .meta({ description: "The same in a sentence, and what to do about it." }),
    comparison: z
      .array(Comparison)
      .nullable()
      .meta({ description: "Label, record and order; null without a single lot." }),
    verdict: Verdict.nullable().meta({
      description:
        "On the single lot, now, with the label and the order; of a link to a lot that nobody ever issued, that; else null.",
    }),
  })
  .meta({ id: "Scan" });

export const scans = [
  route({
    method: "post",
    path: "/v1/scan",
    tag: "Labels",
    summary: "Find and verify the lot that a label names",
    about:
      "Reads what a scanner delivered, and finds the lot by its link, else by the package's id, else by the maker's lot; a part number alone names no lot. A label is a claim of whoever printed it: what it says otherwise than the record is marked. That a lot's label was scanned is kept; nobody can list it, and rules only count by how many and at how many places.",
    access: { scope: "read", who: "anyone" },
    body: z.strictObject({
      label: z.union([z.string(), z.array(z.string())]).meta({
        description:
          "The text of one code, control characters included, or those of all codes of one label.",
      }),
      place: Text(1, MAX_PLACE_LENGTH)
        .optional()
        .meta({ description: "Where it is scanned, as the caller calls it: a site, a dock." }),
      expected: Expected.optional().meta({
        description: "The order's or packing list's line, to compare with.",
      }),
    }),
    bodyBytes: MAX_SCAN_BYTES,
    answers: { 200: Scan },
    async handle({ ctx }, { body, caller }) {
      return { status: 200, body: await scan(ctx, caller, body) };
    },
  }),
];
