// What a scanner read, taken to the lot that it names.
import { z } from "zod";
import { Expected } from "../../../protocol/label/expected.ts";
import { Text } from "../../../protocol/base/text.ts";
import { ScanView } from "../../../api/scan.ts";
import { scan } from "../../labels/scan.ts";
import { route } from "./route.ts";

/** All codes that the reader takes, at their longest, as JSON writes them. */
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
      "Reads what a scanner delivered, and finds the lot by its link, else by the package's id, else by the maker's lot; a part number alone names no lot. A label is the claim of its printer: what it says otherwise than the record is marked. That a lot's label was scanned is kept; nobody can list it, and rules only count by how many and at how many places.",
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
    answers: { 200: ScanView },
    async handle({ ctx }, { body, caller }) {
      return { status: 200, body: await scan(ctx, caller, body) };
    },
  }),
];
