// Reads a bundle that a caller sent: what an import needs to know of it first, and then its events one after the other.
import { parseWith } from "../../protocol/base/canonical.ts";
import type { RecoverPublicKey } from "../../protocol/base/crypto.ts";
import type { LedgerReader } from "../../protocol/chain/reader.ts";
import { type CustodyEvent, type Domain, eventDigest } from "../../protocol/event/event.ts";
import { noticeDigest } from "../../protocol/event/notice.ts";
import { Bundle } from "../../protocol/trail/bundle.ts";
import type { TrailEvent, TrailNotice } from "../../protocol/trail/trail.ts";
import type { Trust } from "../../protocol/verdict/trust.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { verifyBundle } from "../../protocol/verify/bundle.ts";

/** What an import needs to know of a bundle first. */
export interface BundleSummary {
  chainId: number;
  ledger: string;
  lot: string;
  /** Digests of its events and of its notices, in their order. */
  hashes: string[];
  digests: string[];
  /** The parties that the lot's own events name. */
  named: Pick<CustodyEvent, "actor" | "holder" | "consignee">[];
  /** The lots of all entries that are not withheld. */
  disclosed: string[];
  /** The fields that authors restrict, by event. */
  restricted: NonNullable<Bundle["restricted"]>;
}

/** A bundle that was read. */
export interface BundleReading {
  summary: BundleSummary;
  verify(trust: Trust): Promise<Verdict>;
  /** The events from one place to before another. */
  events(from: number, to: number): Promise<TrailEvent[]>;
  notices(from: number, to: number): Promise<TrailNotice[]>;
  close(): Promise<void>;
}

/**
 * Reads a bundle in this thread.
 * @param input the result of JSON.parse
 * @throws ProtocolError where it is not a bundle
 */
export function readBundleHere(
  input: unknown,
  { domain, reader, recover }: { domain: Domain; reader: LedgerReader; recover: RecoverPublicKey },
): BundleReading {
  const bundle = parseWith(Bundle, input);
  const { events, notices } = bundle.trail;
  return {
    summary: summaryOf(bundle, domain),
    verify: (trust) => verifyBundle(input, trust, reader, recover),
    events: (from, to) => Promise.resolve(events.slice(from, to)),
    notices: (from, to) => Promise.resolve(notices.slice(from, to)),
    close: () => Promise.resolve(),
  };
}

function summaryOf({ trail, restricted = {} }: Bundle, domain: Domain): BundleSummary {
  const { chainId, ledger, lot, events, notices } = trail;
  const named = events
    .filter(({ event }) => event.entries.some((entry) => entry.lot === lot))
    .map(({ event: { actor, holder, consignee } }) => ({ actor, holder, consignee }));
  const disclosed = events.flatMap(({ event }) =>
    event.entries.flatMap((entry) => entry.lot ?? []),
  );
  return {
    chainId,
    ledger,
    lot,
    hashes: events.map(({ event }) => eventDigest(domain, event)),
    digests: notices.map(({ notice }) => noticeDigest(domain, notice)),
    named: [...new Map(named.map((each) => [Object.values(each).join(), each])).values()],
    disclosed: [...new Set(disclosed)],
    restricted,
  };
}
