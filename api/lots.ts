// Defines the views of lots: as listed, with all details, and their trails in both directions.
import { z } from "zod";
import { LotState } from "../protocol/event/lot.ts";
import { Address, Hash, Quantity, Time } from "../protocol/base/values.ts";
import { EventView, PlainDetails } from "./events.ts";
import { PartyName } from "./parties.ts";
import { LoggedView, SettlementName, settlementShape } from "./settlement.ts";

export const lotShape = {
  lot: Hash.meta({ description: "The lot's id." }),
  lotNumber: z.string().nullable(),
  manufacturer: z.string().nullable(),
  mpn: z.string().nullable(),
  makerLot: z.string().nullable(),
  dateCode: z.string().nullable(),
  quantity: Quantity.meta({ description: "Pieces. Zero: the lot is closed." }),
  issuer: PartyName,
  holder: PartyName,
  consignee: PartyName.nullable().meta({
    description: "The party that is to receive it. Null where it is not in transit.",
  }),
  inTransit: z.boolean(),
  held: z.boolean().meta({ description: "Its holder put it on hold." }),
  settlement: SettlementName.meta({ description: "The settlement of its last event." }),
};
export const LotView = z.strictObject(lotShape).meta({ id: "Lot" });
export type LotView = z.infer<typeof LotView>;

export const LotWithDetails = z
  .strictObject({
    ...lotShape,
    state: LotState,
    word: Hash.nullable().meta({
      description:
        "The hash of the state: the ledger stores it once the last event is settled. Null where the stored state is invalid.",
    }),
    origin: z.strictObject({ event: Hash, actor: Address, time: Time }).nullable(),
    details: PlainDetails.nullable().meta({
      description:
        "The lot's details in the event that made it. Null where the service does not have them.",
    }),
    settled: settlementShape.settled,
    reason: settlementShape.reason,
    logged: LoggedView,
    seenTo: Hash.nullable().meta({
      description:
        "The event up to which the caller sees the lot, because it handed the lot on: everything here is as it was then. Null where the caller sees the newest event.",
    }),
  })
  .meta({ id: "LotWithDetails" });
export type LotWithDetails = z.infer<typeof LotWithDetails>;

export const TrailUp = z
  .strictObject({ lot: Hash, direction: z.literal("up"), items: z.array(EventView) })
  .meta({
    id: "TrailUp",
    description: "The events of the lot and its ancestors, each after its predecessors.",
  });
export type TrailUp = z.infer<typeof TrailUp>;

export const LotTwin = z
  .strictObject({
    lotNumber: z.string().meta({ description: "As asked." }),
    registered: z.string().meta({ description: "The number of a lot that the caller issued." }),
  })
  .meta({ id: "LotTwin" });
export type LotTwin = z.infer<typeof LotTwin>;

export const LotTwins = z.strictObject({ items: z.array(LotTwin) }).meta({ id: "LotTwins" });

/** The most lots in one trail downwards. */
export const MAX_DESCENDANTS = 1_000;

export const TrailDown = z
  .strictObject({
    lot: Hash,
    direction: z.literal("down"),
    items: z.array(
      z.strictObject({
        ...lotShape,
        from: z.array(Hash).meta({ description: "The lots that it was split or assembled from." }),
        used: z.array(z.strictObject({ lot: Hash, quantity: Quantity })).meta({
          description:
            "The same lots with the pieces that the event used of each, for all the lots that it made.",
        }),
        how: z.enum(["split", "assemble"]).meta({ description: "How it was made of them." }),
        made: Quantity.meta({ description: "Pieces of which it was made." }),
        madeBy: Hash.meta({ description: "The event that made it." }),
        steps: z
          .int()
          .meta({ description: "Splits and assemblies between the lot asked for and this one." }),
      }),
    ),
    withheld: z.int().meta({
      description:
        "The number of lots made directly of a lot that the caller sees, which it may not see.",
    }),
    truncated: z.boolean().meta({
      description: `There are more than ${MAX_DESCENDANTS} lots. The nearest are listed.`,
    }),
  })
  .meta({
    id: "TrailDown",
    description: "The lots that were made from this lot, the nearest first.",
  });
export type TrailDown = z.infer<typeof TrailDown>;
