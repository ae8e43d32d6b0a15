// Defines a lot: its id, its state, and the word that stands for the state on the ledger.
import { z } from "zod";
import { abiSlots, concat, fromHex, toHex, utf8 } from "../base/bytes.ts";
import { keccak256, keccakHex } from "../base/crypto.ts";
import { MAX_LOT_NUMBER_LENGTH } from "../base/limits.ts";
import { Identifier } from "../base/text.ts";
import { Address, Hash, Quantity } from "../base/values.ts";

/** The issuer's unique package id. */
export const LotNumber = Identifier(1, MAX_LOT_NUMBER_LENGTH);

/** The lot's id: 20 bytes of the issuer's address, 12 bytes of keccak-256 of the lot number; as lower-case hex. */
export function lotId(issuer: string, lotNumber: string): string {
  return toHex(concat(fromHex(issuer), keccak256(utf8(lotNumber)).subarray(0, 12)));
}

/** The party that made the lot: the first 20 bytes of its id. */
export function issuerOf(lot: string): string {
  return lot.slice(0, 42);
}

/** The state behind the ledger's word. A consignee other than zero: the lot is in transit. Zero pieces: it is closed. */
export const LotState = z.strictObject({
  lastEvent: Hash,
  holder: Address,
  consignee: Address,
  quantity: Quantity,
  held: z.boolean(),
});
export type LotState = z.infer<typeof LotState>;

/** The word of a state: keccak-256 of its ABI encoding, as lower-case hex. */
export function wordOf({ lastEvent, holder, consignee, quantity, held }: LotState): string {
  return keccakHex(abiSlots([lastEvent, holder, consignee, quantity, held]));
}
