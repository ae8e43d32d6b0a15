// Defines what a live stream says: that there is something new which its reader may see. What it is, the reader asks for.
import { z } from "zod";
import { Hash } from "../protocol/base/values.ts";

export const LiveChange = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("event"),
    id: Hash,
    lots: z.array(Hash).meta({ description: "Those of its lots that the reader sees." }),
  }),
  z.strictObject({ kind: z.literal("notice"), id: Hash, lots: z.array(Hash) }),
  z.strictObject({
    kind: z.literal("block"),
    number: z.int().meta({ description: "The block on which the service stands now." }),
  }),
]);
export type LiveChange = z.infer<typeof LiveChange>;

export const LIVE_TYPE = "text/event-stream";
