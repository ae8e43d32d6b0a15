// Turns an event into what the ledger takes: the struct `Submission` of contracts/interfaces/ICustodyLedger.sol.
import { abiSlots, fromHex, toHex } from "../base/bytes.ts";
import { ProtocolError } from "../base/errors.ts";
import type { CustodyEvent } from "./event.ts";
import { MAX_INTEGER } from "../base/limits.ts";
import { type LotState, wordOf } from "./lot.ts";
import { ZERO_HASH } from "../base/values.ts";

/** The part of a state before an event that several lots can share: all but the pieces. */
export type Origin = Pick<LotState, "lastEvent" | "holder" | "consignee" | "held">;

/** The signed event. The states from which the ledger computes the previous words replace the words. */
export interface Submission extends Omit<CustodyEvent, "entries"> {
  lots: string[];
  /** One per lot. Bits 0-63: pieces after. 64-127: pieces before. 128-135: its origin (1: the first; 0: the lot is new). */
  lines: bigint[];
  /** Each different one once, in the order in which the lines first use them. */
  origins: Origin[];
  signature: { r: string; s: string; v: number };
}

const PIECES_BITS = 64n;
const ORIGIN_SHIFT = 128n;
const MAX_ORIGINS = 255;

/**
 * Makes an event ready for the ledger.
 * @param before the state of each entry's lot before the event, null for a new lot
 * @param signature 65 bytes r, s, v as lower-case hex. The ledger checks whether it is valid.
 * @throws ProtocolError BEFORE_MISMATCH if `before` does not match the entries' `previous`; TOO_LARGE if the states before
 * differ in more ways than a line can point to; BAD_SIGNATURE if the signature is not 65 bytes
 */
export function submissionOf(
  event: CustodyEvent,
  before: readonly (LotState | null)[],
  signature: string,
): Submission {
  const { entries, ...members } = event;
  if (before.length !== entries.length)
    throw new ProtocolError("BEFORE_MISMATCH", "each entry needs one state before the event");
  const origins = new Map<string, { origin: Origin; index: number }>();

  const lines = entries.map(({ previous, quantity }, i) => {
    const state = before[i] ?? null;
    if ((state ? wordOf(state) : ZERO_HASH) !== previous)
      throw new ProtocolError(
        "BEFORE_MISMATCH",
        "the state does not match the entry's previous word",
        {
          field: `entries.${i}.previous`,
        },
      );
    if (state === null) return BigInt(quantity);
    const { quantity: quantityBefore, ...origin } = state;
    const key = toHex(abiSlots([origin.lastEvent, origin.holder, origin.consignee, origin.held]));
    const shared = origins.get(key) ?? { origin, index: origins.size + 1 };
    origins.set(key, shared);
    return (
      BigInt(quantity) |
      (BigInt(quantityBefore) << PIECES_BITS) |
      (BigInt(shared.index) << ORIGIN_SHIFT)
    );
  });
  if (origins.size > MAX_ORIGINS)
    throw new ProtocolError(
      "TOO_LARGE",
      `the states before the event differ in more than ${MAX_ORIGINS} ways`,
      {
        field: "entries",
      },
    );

  return {
    ...members,
    lots: entries.map(({ lot }) => lot),
    lines,
    origins: [...origins.values()].map(({ origin }) => origin),
    signature: signatureParts(signature),
  };
}

/**
 * A signature (65 bytes as lower-case hex) as the contract's struct.
 * @throws ProtocolError BAD_SIGNATURE if it is not 65 bytes
 */
export function signatureParts(signature: string): Submission["signature"] {
  if (!/^0x[0-9a-f]{130}$/.test(signature))
    throw new ProtocolError("BAD_SIGNATURE", "a signature has 0x and 130 digits 0-9, a-f", {
      field: "signature",
    });
  const bytes = fromHex(signature);
  return { r: toHex(bytes.subarray(0, 32)), s: toHex(bytes.subarray(32, 64)), v: bytes[64]! };
}

/**
 * Unpacks a line of a submission or of the ledger's log. `origin` 0 means that the lot was new.
 * @throws ProtocolError BAD_FIELD if a recorded event cannot have such a line
 */
export function unpackLine(line: bigint): {
  quantity: number;
  quantityBefore: number;
  origin: number;
} {
  const quantity = BigInt.asUintN(64, line);
  const quantityBefore = BigInt.asUintN(64, line >> PIECES_BITS);
  const origin = line >> ORIGIN_SHIFT;
  const limit = BigInt(MAX_INTEGER);
  if (line < 0n || quantity > limit || quantityBefore > limit || origin > BigInt(MAX_ORIGINS))
    throw new ProtocolError(
      "BAD_FIELD",
      "a line must have 64 bits of pieces after, 64 of pieces before and 8 of origin",
      {
        field: "lines",
      },
    );
  return {
    quantity: Number(quantity),
    quantityBefore: Number(quantityBefore),
    origin: Number(origin),
  };
}
