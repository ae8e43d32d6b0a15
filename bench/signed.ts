// Makes signed events for the benches: commissions of new lots with the details that a manufacturer gives, and inspections.
import { randomBytes } from "node:crypto";
import { toHex } from "../protocol/base/bytes.ts";
import { signDigest } from "../protocol/base/crypto.ts";
import { detailsRoot } from "../protocol/event/disclosure.ts";
import { ACTIONS, type CustodyEvent, type Domain, eventDigest } from "../protocol/event/event.ts";
import { lotId, wordOf } from "../protocol/event/lot.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../protocol/base/values.ts";
import type { SignedEvent } from "../server/custody/signed.ts";

/** The party that signs, with its private key and the ledger. */
export interface Signer {
  domain: Domain;
  party: string;
  privateKey: Uint8Array;
}

let made = 0;

/** Makes an event that commissions lots. No two calls make the same lots. */
export function signedCommission(
  { domain, party, privateKey }: Signer,
  entries: number,
): SignedEvent {
  const secret = Uint8Array.from(randomBytes(32));
  const lots = Array.from({ length: entries }, () => {
    const lotNumber = `BENCH-${made++}`;
    return { lot: lotId(party, lotNumber), lotNumber };
  }).sort((a, b) => (a.lot < b.lot ? -1 : 1));
  const details = {
    manufacturer: "Northgate Semiconductor",
    mpn: "NG74LVC1G08-Q",
    makerLot: "K7T221",
    dateCode: "2631",
    countryOfOrigin: "MY",
    entries: lots.map(({ lotNumber }) => ({ lotNumber, packageId: `PKG-${lotNumber}` })),
  };
  const event: CustodyEvent = {
    action: ACTIONS.commission,
    actor: party,
    holder: party,
    consignee: ZERO_ADDRESS,
    entries: lots.map(({ lot }) => ({ lot, previous: ZERO_HASH, quantity: 4_000 })),
    time: Math.floor(Date.now() / 1000),
    details: detailsRoot(details, secret),
  };
  const signature = signDigest(eventDigest(domain, event), privateKey);
  return { event, signature, details, secret: toHex(secret) };
}

/** Makes inspections of a lot, each after the one before, that its signer commissioned alone in an event. */
export function signedInspections(
  { domain, party, privateKey }: Signer,
  { event: origin }: SignedEvent,
  count: number,
): SignedEvent[] {
  const { lot, quantity } = origin.entries[0]!;
  let lastEvent = eventDigest(domain, origin);
  return Array.from({ length: count }, () => {
    const state = { lastEvent, holder: party, consignee: ZERO_ADDRESS, quantity, held: false };
    const event: CustodyEvent = {
      action: ACTIONS.inspect,
      actor: party,
      holder: party,
      consignee: ZERO_ADDRESS,
      entries: [{ lot, previous: wordOf(state), quantity }],
      time: origin.time,
      details: ZERO_HASH,
    };
    lastEvent = eventDigest(domain, event);
    return { event, signature: signDigest(lastEvent, privateKey) };
  });
}
