// Decides what a receipt would say: which lots, with how many pieces, and what cannot be signed so.
import type { ShippedLot } from "../data/shipments.ts";
import { count, pieces } from "../../verify/words.ts";

/** What was entered for a shipment: scanned or chosen lots, and counted pieces by lot, as typed. */
export interface Entered {
  chosen: readonly string[];
  counts: Readonly<Record<string, string>>;
}
export const NOTHING_ENTERED: Entered = { chosen: [], counts: {} };

/** Why a count of pieces cannot be received, and what to do instead. Undefined if it can. */
export function countFault({ quantity }: ShippedLot, text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const counted = Number(text.replaceAll(/[ ,']/g, ""));
  if (!Number.isSafeInteger(counted) || counted < 0) return "Enter whole pieces, in digits only.";
  if (counted === 0)
    return "Zero pieces are not received. Leave the lot under way and tell the shipper, or refuse it.";
  if (counted > quantity)
    return `That is ${pieces(counted - quantity)} more than was shipped. Receive ${pieces(quantity)}, and register the surplus as a lot of its own that was found in this one.`;
  return undefined;
}

/** The pieces of a lot that a receipt states. */
export function countedOf({ lot, quantity }: ShippedLot, { counts }: Entered): number {
  const text = counts[lot]?.trim() ?? "";
  return text === "" ? quantity : Number(text.replaceAll(/[ ,']/g, ""));
}

/** A receipt of lots, as the service takes it. */
export function receiptBody(lots: readonly ShippedLot[], entered: Entered, reason: string): object {
  return {
    lots: lots.map((lot) => {
      const quantity = countedOf(lot, entered);
      return { lot: lot.lot, ...(quantity < lot.quantity && { quantity }) };
    }),
    details: reason === "" ? {} : { shortfallReason: reason },
  };
}

/** The lots and pieces of an act in words: `3 lots (PWD1, PWD2, PWD3), 6,000 pieces`. */
export function lotsText(lots: readonly ShippedLot[], total: number): string {
  const names = lots.slice(0, 5).map(({ lotNumber, lot }) => lotNumber ?? `${lot.slice(0, 10)}…`);
  const more = lots.length > names.length ? ` and ${pieces(lots.length - names.length)} more` : "";
  return `${count(lots.length, "lot")} (${names.join(", ")}${more}), ${count(total, "piece")}`;
}
