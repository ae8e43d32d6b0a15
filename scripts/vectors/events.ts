// Makes vectors of events: canonical bytes, hashes, digests and signatures, and objects that are not events.
import { toHex } from "../../protocol/base/bytes.ts";
import { canonicalize, parseWith } from "../../protocol/base/canonical.ts";
import { signDigest } from "../../protocol/base/crypto.ts";
import {
  CustodyEvent,
  type Domain,
  domainSeparator,
  entryHash,
  eventDigest,
} from "../../protocol/event/event.ts";
import { MAX_ENTRIES, MAX_INTEGER } from "../../protocol/base/limits.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import { DOMAIN, KEY, NOW, PARTY, type PartyName, lotOf } from "../../test/support/model.ts";
import type { Vector, Vectors } from "./vector.ts";
import { faultOf } from "./fault.ts";

const [low, high] = [lotOf("maker", "R-1"), lotOf("maker", "R-2")].toSorted() as [string, string];
const previous = `0x${"b0".repeat(32)}`;
const base: CustodyEvent = {
  action: 1,
  actor: PARTY.maker,
  holder: PARTY.maker,
  consignee: ZERO_ADDRESS,
  entries: [{ lot: low, previous: ZERO_HASH, quantity: 5000 }],
  time: NOW,
  details: `0x${"d0".repeat(32)}`,
};
const moved = { ...base, entries: [{ lot: low, previous, quantity: 5000 }] };

function valid(about: string, event: CustodyEvent, by: PartyName, domain: Domain = DOMAIN): Vector {
  const digest = eventDigest(domain, parseWith(CustodyEvent, event));
  return {
    about,
    domain,
    event,
    canonical: canonicalize(event),
    domainSeparator: domainSeparator(domain),
    entryHashes: event.entries.map((entry) => toHex(entryHash(entry))),
    digest,
    signature: signDigest(digest, KEY[by].privateKey),
    signer: KEY[by].address,
  };
}

const invalid = (about: string, event: unknown): Vector => ({
  about,
  event,
  error: faultOf(() => parseWith(CustodyEvent, event)),
});

/** So many new lots, in ascending order. */
const lotsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    lot: `${PARTY.maker}${i.toString(16).padStart(24, "0")}`,
    previous: ZERO_HASH,
    quantity: 1,
  }));

export function eventVectors(): Vectors {
  const entry = base.entries[0]!;
  return {
    "valid/commission": valid("A maker makes one lot.", base, "maker"),
    "valid/commission-two-lots": valid(
      "Two lots, in ascending order of their ids.",
      {
        ...base,
        entries: [low, high].map((lot) => ({ lot, previous: ZERO_HASH, quantity: 5000 })),
      },
      "maker",
    ),
    "valid/ship": valid(
      "A shipment: the consignee is set.",
      { ...moved, action: 3, consignee: PARTY.distributor },
      "maker",
    ),
    "valid/receive": valid(
      "A receipt, of ten pieces less.",
      {
        ...moved,
        action: 4,
        actor: PARTY.distributor,
        holder: PARTY.distributor,
        entries: [{ lot: low, previous, quantity: 4990 }],
      },
      "distributor",
    ),
    "valid/refuse": valid(
      "A refusal: the holder is the sender again.",
      { ...moved, action: 5, actor: PARTY.distributor },
      "distributor",
    ),
    "valid/without-details": valid(
      "No details: a root of zero.",
      { ...base, details: ZERO_HASH },
      "maker",
    ),
    "valid/without-entries": valid(
      "No entries: well-formed, though no ledger takes it.",
      { ...base, entries: [] },
      "maker",
    ),
    "valid/largest-values": valid(
      "All numbers at their limits.",
      { ...base, action: 255, time: MAX_INTEGER, entries: [{ ...entry, quantity: MAX_INTEGER }] },
      "maker",
      { chainId: MAX_INTEGER, ledger: `0x${"f".repeat(40)}` },
    ),
    "valid/another-ledger": valid(
      "The event of commission.json for another ledger has another digest.",
      base,
      "maker",
      { ...DOMAIN, ledger: `0x${"2".repeat(40)}` },
    ),
    "valid/action-0": valid(
      "Well-formed, though no ledger takes it.",
      { ...base, action: 0 },
      "maker",
    ),
    "valid/entries-not-ascending": valid(
      "Their order is a rule of the transition, not of the form.",
      { ...base, entries: [entry, entry] },
      "maker",
    ),
    "valid/chain-1": valid("The smallest chain id.", base, "maker", { ...DOMAIN, chainId: 1 }),
    "invalid/entries-251": invalid("One entry more than there may be.", {
      ...base,
      entries: lotsOf(MAX_ENTRIES + 1),
    }),
    "invalid/entries-as-object": invalid("Entries are an array.", { ...base, entries: {} }),
    "invalid/entry-null": invalid("An entry is an object.", { ...base, entries: [null] }),
    "invalid/previous-null": invalid("A new lot has the word zero before, not null.", {
      ...base,
      entries: [{ ...entry, previous: null }],
    }),
    "invalid/consignee-null": invalid("Nobody is the zero address, not null.", {
      ...base,
      consignee: null,
    }),
    "invalid/action-negative": invalid("An action is 0 to 255.", { ...base, action: -1 }),
    "invalid/action-fraction": invalid("An action is an integer.", { ...base, action: 1.5 }),
    "invalid/time-unsafe": invalid("A time of 2^53.", { ...base, time: MAX_INTEGER + 1 }),
    "invalid/time-negative": invalid("A time before 1970.", { ...base, time: -1 }),
    "invalid/event-as-array": invalid("An event is an object.", [base]),
    "invalid/event-null": invalid("An event is an object.", null),
    "invalid/member-unknown": invalid("A member that an event does not have.", {
      ...base,
      note: "x",
    }),
    "invalid/member-missing": invalid("No details.", { ...base, details: undefined }),
    "invalid/entry-member-unknown": invalid("A price.", {
      ...base,
      entries: [{ ...entry, price: 1 }],
    }),
    "invalid/action-256": invalid("An action is a byte.", { ...base, action: 256 }),
    "invalid/action-as-text": invalid("An action is a number.", { ...base, action: "commission" }),
    "invalid/address-upper-case": invalid("Hex is lower-case.", {
      ...base,
      actor: `0x${PARTY.maker.slice(2).toUpperCase()}`,
    }),
    "invalid/address-without-prefix": invalid("Hex begins with 0x.", {
      ...base,
      holder: PARTY.maker.slice(2),
    }),
    "invalid/hash-too-short": invalid("31 bytes.", { ...base, details: ZERO_HASH.slice(0, 64) }),
    "invalid/quantity-unsafe": invalid("2^53 pieces.", {
      ...base,
      entries: [{ ...entry, quantity: MAX_INTEGER + 1 }],
    }),
    "invalid/quantity-negative": invalid("-1 pieces.", {
      ...base,
      entries: [{ ...entry, quantity: -1 }],
    }),
    "invalid/quantity-fraction": invalid("Half a piece.", {
      ...base,
      entries: [{ ...entry, quantity: 0.5 }],
    }),
    "invalid/quantity-as-text": invalid("Pieces are a number.", {
      ...base,
      entries: [{ ...entry, quantity: "5000" }],
    }),
    "invalid/time-with-fraction": invalid("Times are whole seconds.", { ...base, time: NOW + 0.5 }),
  };
}
