// Defines the signed event or notice that a caller submits, with the facts behind it.
import { z } from "zod";
import { CustodyEvent } from "../../protocol/event/event.ts";
import { parseWith } from "../../protocol/base/canonical.ts";
import { Details } from "../../protocol/event/details.ts";
import { Restrictions } from "../../protocol/event/restrict.ts";
import { Notice } from "../../protocol/event/notice.ts";
import { Hash, Signature } from "../../protocol/base/values.ts";
import { SettlementMode } from "../config.ts";
import { SETTLEMENT_CHOICE } from "./mode.ts";

/** A signed event with the facts behind it. Without details the event's `details` must be zero. */
export const SignedEvent = z.strictObject({
  event: CustodyEvent,
  signature: Signature,
  details: Details.exactOptional(),
  /** 32 random bytes, used for this event only. The salts of its details are derived from them. */
  secret: Hash.exactOptional(),
  /** Fields that the author restricts. Not signed: this service respects it, and passes it on to others. */
  restricted: Restrictions.exactOptional(),
  /** Where the lots that it makes settle. Existing lots keep their mode. */
  settlement: SettlementMode.meta({ description: SETTLEMENT_CHOICE }).exactOptional(),
});
export type SignedEvent = z.infer<typeof SignedEvent>;

/** A signed notice with the facts behind it. */
export const SignedNotice = z.strictObject({
  notice: Notice,
  signature: Signature,
  details: Details.exactOptional(),
  secret: Hash.exactOptional(),
});
export type SignedNotice = z.infer<typeof SignedNotice>;

/** Parses a signed event from a caller. @throws ProtocolError */
export function parseSignedEvent(value: unknown): SignedEvent {
  return parseWith(SignedEvent, value);
}
