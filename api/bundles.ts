// Defines the answer to the import of a bundle.
import { z } from "zod";
import { Hash } from "../protocol/base/values.ts";
import { Verdict } from "../protocol/verdict/verdict.ts";

export const ImportedBundle = z
  .strictObject({
    lot: Hash,
    verdict: Verdict.meta({ description: "The verdict on the bundle as it was sent." }),
    events: z
      .int()
      .meta({ description: "The number of events of which the service learnt something new." }),
    notices: z.int().meta({ description: "The same for notices." }),
  })
  .meta({ id: "ImportedBundle" });
export type ImportedBundle = z.infer<typeof ImportedBundle>;
