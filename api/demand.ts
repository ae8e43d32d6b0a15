// Defines the answer about the pieces that the coming weeks take.
import { z } from "zod";
import { Time } from "../protocol/base/values.ts";
import { DEMAND_CLASSES } from "../protocol/insight/stats/intermittent.ts";
import { USE_METHODS } from "../protocol/insight/use-methods.ts";
import { FLOWS } from "../protocol/insight/weekly.ts";
import { head, Kept, Part } from "./insight.ts";

export const Pieces = z
  .tuple([z.number().nullable(), z.number().nullable(), z.number().nullable()])
  .meta({ description: "At most so many pieces once, five and nine times in ten." });

export const DemandAnswer = z
  .strictObject({
    ...head,
    weeks: z.int().meta({ description: "Weeks that are forecast together, from this week on." }),
    parts: z.array(
      z.strictObject({
        part: Part,
        flow: z.enum(FLOWS).meta({
          description: "Used in assemblies, handed to next holders, or built.",
        }),
        first: Time.meta({ description: "The Monday of the first week with any." }),
        past: z.array(z.int()).meta({ description: "Pieces of each week, to the last whole one." }),
        class: z.enum(DEMAND_CLASSES).nullable(),
        method: z.enum(USE_METHODS).nullable(),
        band: Pieces.nullable(),
        naive: Pieces.nullable().meta({ description: "What sums of past weeks alone would say." }),
        loss: z.strictObject({ ours: z.number(), naive: z.number() }).nullable(),
        kept: Kept,
        record: z.array(z.strictObject({ at: Time, band: Pieces, naive: Pieces, was: z.int() })),
      }),
    ),
  })
  .meta({ id: "DemandAnswer" });
export type DemandAnswer = z.infer<typeof DemandAnswer>;
