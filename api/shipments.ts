// Defines the views of shipments: as listed, and with their lots.
import { z } from "zod";
import { Hash, Quantity, Time } from "../protocol/base/values.ts";
import { PlainDetails } from "./events.ts";
import { PartyName } from "./parties.ts";
import { settlementShape } from "./settlement.ts";

/** What a list of shipments can be narrowed to. */
export const SHIPMENT_STATES = [
  "open",
  "partial",
  "closed",
  "short",
  "refused",
  "cancelled",
  "all",
] as const;
export type ShipmentState = (typeof SHIPMENT_STATES)[number];

const shipmentShape = {
  shipment: Hash.meta({ description: "The hash of the ship event." }),
  shipper: PartyName,
  consignee: PartyName,
  time: Time,
  lots: z.int().meta({ description: "The number of lots shipped." }),
  open: z.int().meta({ description: "The number of lots still in transit." }),
  received: z.int().meta({ description: "The number of lots received." }),
  short: z.int().meta({ description: "The number of lots received with fewer pieces." }),
  refused: z.int().meta({ description: "The number of lots refused." }),
  cancelled: z.int().meta({ description: "The number of lots taken back by the shipper." }),
  ...settlementShape,
};
export const ShipmentView = z.strictObject(shipmentShape).meta({ id: "Shipment" });
export type ShipmentView = z.infer<typeof ShipmentView>;

const Outcome = z.enum(["in transit", "received", "refused", "cancelled", "void"]);
export type Outcome = z.infer<typeof Outcome>;

export const ShipmentWithLots = z
  .strictObject({
    ...shipmentShape,
    details: PlainDetails,
    items: z.array(
      z.strictObject({
        lot: Hash,
        lotNumber: z.string().nullable(),
        mpn: z.string().nullable(),
        dateCode: z.string().nullable(),
        quantity: Quantity.meta({ description: "Pieces shipped." }),
        details: PlainDetails,
        outcome: Outcome,
        received: Quantity.nullable().meta({
          description: "Pieces received. Null where it was not received.",
        }),
        event: Hash.nullable().meta({
          description: "The event that ended the transit. Null while it is in transit.",
        }),
      }),
    ),
  })
  .meta({ id: "ShipmentWithLots" });
export type ShipmentWithLots = z.infer<typeof ShipmentWithLots>;
