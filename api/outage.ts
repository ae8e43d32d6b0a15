// Defines the answers about what stops when a place, a manufacturer, a sender or a carrier stops.
import { z } from "zod";
import { Text } from "../protocol/base/text.ts";
import { Address, Time } from "../protocol/base/values.ts";
import { STOP_MODES } from "../protocol/insight/stops.ts";
import { Pieces } from "./demand.ts";
import { Band, because, Bounds, head, LensName } from "./insight.ts";

const name = Text(1, 128);
export const Stop = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("place"), lens: LensName, place: name }),
    z.strictObject({ kind: z.literal("manufacturer"), manufacturer: name }),
    z.strictObject({ kind: z.literal("sender"), party: Address }),
    z.strictObject({ kind: z.literal("carrier"), carrier: name }),
  ])
  .meta({ id: "Stop", description: "What stops." });
export const StopModeName = z.enum(STOP_MODES).meta({
  description:
    "`new`: nothing more is sent from there. `transit`: what is on its way from there does not arrive, either. `all`: what has arrived from there may not be used, either.",
});
export const SweepBy = z.enum([...LensName.options, "manufacturer", "sender", "carrier"]);

const brackets = <T extends z.ZodType>(of: T) =>
  z.strictObject({
    alone: of.meta({ description: "Nothing else comes but what is safely on its way." }),
    withOthers: of.meta({
      description: "What is known to come from elsewhere goes on as in the last year.",
    }),
  });
const Chance = z.number().min(0).max(1);
const ProductStop = z.strictObject({
  product: z.string(),
  stops: brackets(Band),
  by: z.string().meta({ description: "The part number that most often runs out first." }),
  exposed: brackets(Chance).meta({
    description: "How likely it stops before the outage ends, 0 to 1.",
  }),
});

export const OutageAnswer = z
  .strictObject({
    ...head,
    stop: Stop,
    days: z.int(),
    mode: StopModeName,
    parts: z.array(
      z.strictObject({
        mpn: z.string(),
        hit: Bounds.meta({
          description: "Of the pieces received in the last year: from there, and possibly so.",
        }),
        received: z.int(),
        usable: z.int(),
        safeComing: z.int(),
        runsOut: brackets(Band).nullable(),
        short: brackets(Pieces).nullable(),
        otherSources: z.array(
          z.strictObject({
            party: Address,
            place: z.string().nullable(),
            pieces: z.int(),
            last: Time,
          }),
        ),
      }),
    ),
    products: z.array(ProductStop),
    because,
  })
  .meta({ id: "OutageAnswer" });
export type OutageAnswer = z.infer<typeof OutageAnswer>;

export const SweepAnswer = z
  .strictObject({
    ...head,
    by: SweepBy,
    days: z.int(),
    mode: StopModeName,
    stops: z.array(
      z.strictObject({
        stop: Stop,
        parts: z.int().meta({ description: "Part numbers that are hit, for certain or possibly." }),
        first: ProductStop.nullable().meta({ description: "The product that stops first." }),
      }),
    ),
  })
  .meta({ id: "SweepAnswer" });
export type SweepAnswer = z.infer<typeof SweepAnswer>;
