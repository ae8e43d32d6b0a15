// Checks a signed event as far as that needs no database: its digest, its signer, its details and their root.
import { fromHex } from "../../protocol/base/bytes.ts";
import { signerOrNone } from "../../protocol/base/crypto.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { checkDetails, type Details } from "../../protocol/event/details.ts";
import { detailsRoot } from "../../protocol/event/disclosure.ts";
import { eventDigest } from "../../protocol/event/event.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import type { SignedEvent } from "./signed.ts";
import { newLotsOf } from "./store.ts";

/** The party that is answered; null for the operator. A refusal tells nothing of lots that it does not see. */
export interface Asker {
  party: string | null;
}

/** A signed event whose bytes are checked. Whether the rules allow it is still open. */
export interface Candidate {
  ctx: Context;
  signed: SignedEvent;
  hash: string;
  /** Undefined if nobody signed: the rules refuse it then, in their order. */
  signer: string | undefined;
  asker: Asker;
}

/**
 * Checks a signed event.
 * @throws Refusal DETAILS_MISMATCH if the details are not those that the event commits to; BAD_FIELD
 * @throws ProtocolError for malformed details
 */
export function checkSigned(ctx: Context, signed: SignedEvent, asker: Asker): Candidate {
  const { event, signature, details } = signed;
  const hash = eventDigest(ctx.domain, event);
  checkRoot(event.details, signed);
  if (details) checkDetails(event, details);
  else if (newLotsOf(event).length > 0)
    throw new Refusal(
      "BAD_FIELD",
      422,
      "An event that makes lots needs their details. Send details and secret.",
      { field: "details" },
    );
  return { ctx, signed, hash, signer: signerOrNone(hash, signature, ctx.recover), asker };
}

/** Checks that details are those that an event or a notice commits to. @throws Refusal DETAILS_MISMATCH, BAD_FIELD */
export function checkRoot(
  root: string,
  { details, secret }: { details?: Details; secret?: string },
): void {
  if ((details === undefined) !== (secret === undefined)) {
    throw new Refusal("BAD_FIELD", 400, "Details and secret go together. Send both or neither.", {
      field: details ? "secret" : "details",
    });
  }
  const computed = details && secret ? detailsRoot(details, fromHex(secret)) : ZERO_HASH;
  if (computed !== root) {
    throw new Refusal(
      "DETAILS_MISMATCH",
      422,
      `The details have the root ${computed}, but the event commits to ${root}. Send the details that were signed.`,
      { field: "details" },
    );
  }
}
