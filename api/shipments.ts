// Defines the views of shipments: as listed, and with their lots.
import { z } from "zod";
import { Hash, Quantity, Time } from "../protocol/base/values.ts";
import { PlainDetails } from "./events.ts";
import { PartyName } from "./parties.ts";
import { settlementShape } from "./settlement.ts";

const shipmentShape = {
  shipment: Hash.meta({ description: "The hash of the ship event." }),
  shipper: PartyName,
  consignee: PartyName,
  time: Time,
  lots: z.int().meta({ description: "The number of lots shipped." }),
  open: z.int().meta({ description: "The number of lots still in transit." }),
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
