// States what an answer rests on: whose view, as of when, by which method, and the hash of the events that were used. Nothing of
// it follows from what the reader does not see: neither the height of the chain nor the size of the log is told.
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { leafHash, rootOf } from "../../protocol/base/merkle.ts";
import type { Basis } from "../../api/insight.ts";
import type { Reader } from "../access/visibility.ts";
import type { Gathered } from "./facts.ts";

/** A way in which answers are computed. A version is another one whenever the same events give another answer. */
export interface Method {
  name: string;
  version: number;
}

/** Makes the basis of an answer. @param cut Unix seconds */
export const basisOf = (
  { party }: Reader,
  { cut, method, gathered }: { cut: number; method: Method; gathered: Gathered },
): Basis => ({
  asOf: cut,
  reader: party,
  method,
  events: gathered.events.length,
  unsettled: gathered.unsettled,
  inputs: inputsOf(gathered.events),
});

/** The Merkle tree hash (RFC 9162) over the hashes of events, sorted. */
export const inputsOf = (events: readonly string[]): string =>
  toHex(rootOf(events.toSorted().map((hash) => leafHash(fromHex(hash)))));
