// Defines the answers of insight: what a party's own evidence says, each with the basis on which it was computed.
import { z } from "zod";
import { LENSES, type Lens } from "../protocol/insight/origins.ts";
import { MOVEMENT_KINDS } from "../protocol/insight/facts.ts";
import { Address, Hash, Quantity, Time } from "../protocol/base/values.ts";
import { PartyName } from "./parties.ts";

/** Lots that one drill follows. */
export const MAX_DRILLED = 1_000;

export const Basis = z
  .strictObject({
    asOf: Time.meta({ description: "Only what was known then, Unix seconds." }),
    reader: Address.nullable().meta({ description: "Whose view it is; null: the operator's." }),
    method: z.strictObject({ name: z.string(), version: z.int() }),
    events: z.int().meta({ description: "Events that were used." }),
    unsettled: z.int().meta({
      description:
        "Lots of which newer events wait for the ledger or the log: these were left out.",
    }),
    inputs: Hash.meta({
      description:
        "The Merkle tree hash (RFC 9162) over the sorted hashes of the events used. Who has the same, disputes the method and not the data.",
    }),
  })
  .meta({ id: "InsightBasis" });
export type Basis = z.infer<typeof Basis>;

export const Abstention = z
  .strictObject({
    code: z.enum([
      ...["PART_NOT_SHOWN", "NO_BOM", "NOT_SEEN", "TOO_FEW", "NO_PROMISE", "DRIFTING"],
      "NO_BETTER_THAN_NAIVE",
    ] as const),
    about: z
      .string()
      .meta({ description: "A lot, a shipment, a product or a group of shipments." }),
    have: z.int().nullable().meta({ description: "Cases that there are; null: none are counted." }),
    need: z.int().nullable(),
    advice: z.string().meta({ description: "What is missing, and what to do." }),
  })
  .meta({ id: "InsightAbstention" });
export type Abstention = z.infer<typeof Abstention>;

/** What every answer begins with. */
export const head = {
  sentence: z.string().meta({ description: "The answer in a sentence." }),
  basis: Basis,
  abstained: z.array(Abstention),
  parties: z.array(PartyName).meta({ description: "The parties that the answer names." }),
};
export const Part = z
  .strictObject({ manufacturer: z.string(), mpn: z.string() })
  .meta({ id: "Part" });
export const Bounds = z
  .tuple([z.number(), z.number()])
  .meta({ id: "Bounds", description: "At least, and at most. Both are possible." });
export const because = z.array(Hash).meta({ description: "The events of which it is made." });
const Counts = z.partialRecord(z.enum(MOVEMENT_KINDS), z.int());

export const StockAnswer = z
  .strictObject({
    ...head,
    from: Time,
    to: Time,
    parts: z.array(
      z.strictObject({
        part: Part.nullable().meta({
          description:
            "Null: pieces whose manufacturer or part number is not shown. They may be of several parts.",
        }),
        opening: z.int(),
        in: Counts,
        out: Counts.meta({ description: "Less than 0." }),
        closing: z.int(),
        free: z.int(),
        held: z.int(),
        sent: z.int().meta({ description: "Sent, and not received yet: still the sender's." }),
        recalled: z.int().meta({ description: "Under a standing recall or suspicion." }),
        coming: z.int().meta({ description: "On the way here: not in the closing." }),
        oldest: Time.nullable(),
        lots: z.array(
          z.strictObject({
            lot: Hash,
            lotNumber: z.string().nullable(),
            pieces: z.int(),
            not: z.enum(["held", "sent", "recalled"]).nullable(),
            site: z.string().nullable(),
            dateCode: z.string().nullable(),
            since: Time,
          }),
        ),
        because,
      }),
    ),
  })
  .meta({
    id: "StockAnswer",
    description:
      "Of each part, opening + in + out = closing, and free + held + sent + recalled = closing.",
  });
export type StockAnswer = z.infer<typeof StockAnswer>;

const Picked = z.strictObject({
  lot: Hash,
  lotNumber: z.string().nullable(),
  mpn: z.string(),
  pieces: z.int(),
  site: z.string().nullable(),
});
export const BuildAnswer = z
  .strictObject({
    ...head,
    product: z.string(),
    units: Quantity,
    by: z.string().nullable().meta({ description: "The part number that runs out first." }),
    lines: z.array(
      z.strictObject({
        mpn: z.string(),
        perUnit: Bounds,
        from: z.enum(["assemblies", "yours"]),
        builds: z.int(),
        alternates: z.array(z.string()),
        usable: z.int(),
        units: z.int(),
        lots: z.array(Picked),
        left: z.array(
          z.strictObject({
            lot: Hash,
            lotNumber: z.string().nullable(),
            pieces: z.int(),
            why: z.array(z.string()),
          }),
        ),
      }),
    ),
    builtAt: z.array(
      z.strictObject({
        party: Address,
        site: z.string().nullable(),
        line: z.string().nullable(),
        units: z.int(),
        last: Time,
      }),
    ),
    because,
  })
  .meta({ id: "BuildAnswer" });
export type BuildAnswer = z.infer<typeof BuildAnswer>;

export const LensName = z.enum(Object.keys(LENSES) as [Lens, ...Lens[]]);
export const OriginsAnswer = z
  .strictObject({
    ...head,
    lens: LensName,
    from: Time,
    parts: z.array(
      z.strictObject({
        part: Part,
        pieces: z.int(),
        places: z.array(z.strictObject({ place: z.string(), pieces: z.int(), share: Bounds })),
        unknown: z.number(),
        concentration: Bounds,
        effective: z.tuple([z.number().nullable(), z.number().nullable()]),
        flips: z.array(LensName),
        because,
      }),
    ),
    products: z.array(
      z.strictObject({
        product: z.string(),
        certain: z.array(z.string()),
        possible: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: "OriginsAnswer" });
export type OriginsAnswer = z.infer<typeof OriginsAnswer>;

export const Band = z
  .tuple([Time.nullable(), Time.nullable(), Time.nullable()])
  .meta({ description: "By these times it happens once, five and nine times in ten." });
export const Kept = z
  .tuple([z.int(), z.int()])
  .meta({ description: "How many of the past 90 % bounds held, of how many." });

export const ArrivalsAnswer = z
  .strictObject({
    ...head,
    shipments: z.array(
      z.strictObject({
        event: Hash,
        from: Address,
        to: Address,
        carrier: z.string().nullable(),
        left: Time,
        promised: Time.nullable(),
        arrival: Band.nullable(),
        late: z
          .number()
          .nullable()
          .meta({ description: "The chance to miss the promise, 0 to 1." }),
        method: z.enum(["transit", "promise"]).nullable(),
        level: z
          .string()
          .nullable()
          .meta({ description: "The group of shipments that it counts from." }),
        n: z.int(),
        kept: Kept,
        unusual: z.number().nullable(),
        parts: z.array(z.strictObject({ mpn: z.string().nullable(), pieces: z.int() })),
      }),
    ),
  })
  .meta({ id: "ArrivalsAnswer" });
export type ArrivalsAnswer = z.infer<typeof ArrivalsAnswer>;

export const PromisesAnswer = z
  .strictObject({
    ...head,
    of: z.array(
      z.strictObject({
        party: Address,
        carrier: z.string().nullable(),
        service: z.string().nullable(),
        n: z.int(),
        inWindow: z.strictObject({
          x: z.int(),
          n: z.int(),
          rate: z.number().nullable(),
          interval: z.tuple([z.number(), z.number()]).nullable(),
        }),
        add90: z.number().nullable().meta({
          description: "Seconds to add to a promise so that nine in ten arrive by then.",
        }),
        measured: Kept,
      }),
    ),
  })
  .meta({ id: "PromisesAnswer" });
export type PromisesAnswer = z.infer<typeof PromisesAnswer>;

export const TrackRecordAnswer = z
  .strictObject({
    ...head,
    what: z.literal("arrivals"),
    version: z.int(),
    by: z.enum(["week", "cut"]),
    cuts: z.array(
      z.strictObject({
        at: Time,
        n: z.int(),
        inside: z.int(),
        nominal: z.number(),
        loss: z.number().nullable(),
        naive: z.number().nullable(),
        width: z.number().nullable(),
        abstained: z.int(),
      }),
    ),
    worst: z.array(z.strictObject({ subject: Hash, at: Time, said: z.number(), was: z.number() })),
  })
  .meta({ id: "TrackRecordAnswer" });
export type TrackRecordAnswer = z.infer<typeof TrackRecordAnswer>;

export const RecallAnswer = z
  .strictObject({
    ...head,
    lots: z.array(
      z.strictObject({
        lot: Hash,
        lotNumber: z.string().nullable(),
        issued: z.int(),
        free: z.int(),
        transit: z.int(),
        handedOn: z.int().meta({
          description:
            "In lots that the caller handed on, as it last saw them: where they are now, it does not see.",
        }),
        consumed: z.int(),
        scrapped: z.int(),
        short: z.int(),
        unseen: z.int(),
        difference: z.int(),
      }),
    ),
    products: z.array(
      z.strictObject({
        lot: Hash,
        lotNumber: z.string().nullable(),
        mpn: z.string().nullable(),
        units: z.int(),
        affected: Bounds,
        holder: Address.nullable(),
      }),
    ),
    holders: z.array(
      z.strictObject({
        party: Address,
        lots: z.int(),
        pieces: z.int(),
        handedOn: z.int(),
        units: z.int(),
      }),
    ),
    because,
  })
  .meta({ id: "RecallAnswer" });
export type RecallAnswer = z.infer<typeof RecallAnswer>;
