// Bundles: what importing one answers.
import { z } from "zod";
import { Hash } from "../protocol/base/values.ts";
import { Verdict } from "../protocol/verdict/verdict.ts";

export const ImportedBundle = z
  .strictObject({
    lot: Hash,
    verdict: Verdict.meta({ description: "On the bundle as it came in." }),
    events: z.int().meta({ description: "Events of which something came to be known." }),
    notices: z.int().meta({ description: "The same of notices." }),
  })
  .meta({ id: "ImportedBundle" });
