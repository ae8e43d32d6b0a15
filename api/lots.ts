// Lots: as listed, in full, and their trails in both directions.
import { z } from "zod";
import { LotState } from "../protocol/event/lot.ts";
import { Address, Hash, Quantity, Time } from "../protocol/base/values.ts";
import { EventView, PlainDetails } from "./events.ts";
import { PartyName } from "./parties.ts";
import { LoggedView, SettlementName, settlementShape } from "./settlement.ts";

const lotShape = {
  lot: Hash.meta({ description: "The lot's id." }),
  lotNumber: z.string().nullable(),
  manufacturer: z.string().nullable(),
  mpn: z.string().nullable(),
  makerLot: z.string().nullable(),
  dateCode: z.string().nullable(),
  quantity: Quantity.meta({ description: "Pieces; zero: the lot is closed." }),
  issuer: PartyName,
  holder: PartyName,
  consignee: PartyName.nullable().meta({
    description: "Who is to receive it; null where it is not in transit.",
  }),
  inTransit: z.boolean(),
  held: z.boolean().meta({ description: "Its holder has put it on hold." }),
  settlement: SettlementName.meta({ description: "How its last event stands with the ledger." }),
};
export const LotView = z.strictObject(lotShape).meta({ id: "Lot" });
export type LotView = z.infer<typeof LotView>;

export const LotWithDetails = z
  .strictObject({
    ...lotShape,
    state: LotState,
    word: Hash.nullable().meta({
      description:
        "The hash of the state: what the ledger has once the last event is settled. Null where the stored state is none.",
    }),
    origin: z.strictObject({ event: Hash, actor: Address, time: Time }).nullable(),
    details: PlainDetails.nullable().meta({
      description: "What the event that made the lot says of it; null where nothing is known here.",
    }),
    settled: settlementShape.settled,
    reason: settlementShape.reason,
    logged: LoggedView,
  })
  .meta({ id: "LotWithDetails" });
export type LotWithDetails = z.infer<typeof LotWithDetails>;

export const TrailUp = z
  .strictObject({ lot: Hash, direction: z.literal("up"), items: z.array(EventView) })
  .meta({
    id: "TrailUp",
    description: "The events of the lot and its ancestors, each after its predecessors.",
  });

/** Lots that one trail downwards has at most. */
export const MAX_DESCENDANTS = 1_000;

export const TrailDown = z
  .strictObject({
    lot: Hash,
    direction: z.literal("down"),
    items: z.array(
      z.strictObject({
        ...lotShape,
        from: z
          .array(Hash)
          .meta({ description: "The lots that it was split from or assembled of." }),
        madeBy: Hash.meta({ description: "The event that made it." }),
        steps: z
          .int()
          .meta({ description: "Splits and assemblies between the lot asked for and this one." }),
      }),
    ),
    withheld: z.int().meta({ description: "How many more there are that the caller may not see." }),
    truncated: z
      .boolean()
      .meta({ description: `There are more than ${MAX_DESCENDANTS}; the nearest are here.` }),
  })
  .meta({ id: "TrailDown", description: "What became of the lot, the nearest first." });
