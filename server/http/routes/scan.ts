// Scans labels: finds and verifies the lot that a label names.
import { z } from "zod";
import { Expected } from "../../../protocol/label/expected.ts";
import { Text } from "../../../protocol/base/text.ts";
import { ScanView } from "../../../api/scan.ts";
import { scan } from "../../labels/scan.ts";
import { route } from "./route.ts";

/** The longest accepted codes, as JSON. */
const MAX_SCAN_BYTES = 1024 * 1024;

/** Characters of a place's name. */
const MAX_PLACE_LENGTH = 64;

export const scans = [
  route({
    method: "post",
    path: "/v1/scan",
    tag: "Labels",
    summary: "Find and verify the lot that a label names",
    about:
      "Reads the text of a label and finds the lot by its link, else by the package id, else by the manufacturer's lot. A part number alone does not name a lot. A label is only a claim by its printer: differences from the record are marked. With a key of scope `write`, the service records that the party scanned the label of a lot that it sees. Others learn the times of its scans, but neither the party nor the places.",
    access: { scope: "read", who: "anyone" },
    body: z.strictObject({
      label: z.union([z.string(), z.array(z.string())]).meta({
        description:
          "The text of one code, with its control characters, or the texts of all codes of one label.",
      }),
      place: Text(1, MAX_PLACE_LENGTH)
        .optional()
        .meta({ description: "Where it is scanned, in the caller's own words: a site, a dock. Kept only with a key of scope `write`." }),
      expected: Expected.optional().meta({
        description: "The line of the order or packing list to compare with.",
      }),
    }),
    bodyBytes: MAX_SCAN_BYTES,
    answers: { 200: ScanView },
    async handle({ ctx }, { body, caller }) {
      const isKept = caller.scope !== "read";
      return { status: 200, body: await scan(ctx, caller, { ...body, isKept }) };
    },
  }),
];
