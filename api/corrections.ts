// Defines the answer to a correction of a lot's facts.
import { z } from "zod";
import { DetailNameText } from "../protocol/event/restrict.ts";
import { Hash } from "../protocol/base/values.ts";
import { Acceptance } from "./settlement.ts";

const Scalar = z.union([z.string(), z.number(), z.boolean()]);

/** One fact that a correction changes. */
export const Change = z
  .strictObject({
    name: DetailNameText.meta({ description: "The field's name." }),
    before: Scalar.nullable().meta({ description: "Null: the lot states nothing of it." }),
    after: Scalar,
  })
  .meta({ id: "Change" });
export type Change = z.infer<typeof Change>;

/** The answer to a correction. A dry run has neither hash nor settlement. */
export const CorrectionResult = z
  .strictObject({
    hash: Hash.nullable().meta({ description: "The notice's digest." }),
    settlement: Acceptance.shape.settlement.nullable(),
    changes: z.array(Change),
  })
  .meta({ id: "Corrected" });
export type CorrectionResult = z.infer<typeof CorrectionResult>;
