// Keeps and anchors logs as an operator does who accepts events and never settles them.
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { encodeCheckpoint } from "../../protocol/chain/checkpoint.ts";
import { eventDigest } from "../../protocol/event/event.ts";
import type { FollowedLog } from "../../protocol/verdict/facts.ts";
import { consistencyProof, inclusionProof, leafHash, rootOf } from "../../protocol/base/merkle.ts";
import type { LogProof, Trail, TrailEvent } from "../../protocol/trail/trail.ts";
import { type Receipt, type TestLedger, send } from "./ledger.ts";
import { type World, trailFor } from "./trails.ts";

export interface TestLog {
  ledger: TestLedger;
  /** The contract that anchors it. */
  contract: string;
  operator: string;
  /** The digests of its events. */
  digests: string[];
  /** The sizes at which it was anchored. */
  sizes: number[];
  events: TrailEvent[];
}

/** A log of an account that is not a party. */
export function openLog(ledger: TestLedger, contract: string): TestLog {
  return { ledger, contract, operator: ledger.spare.shift()!, digests: [], sizes: [], events: [] };
}

const leavesOf = ({ digests }: TestLog, size: number = digests.length) =>
  digests.slice(0, size).map((digest) => leafHash(fromHex(digest)));

/** The log's root at a size, as hex. */
const rootAt = (log: TestLog, size?: number): string => toHex(rootOf(leavesOf(log, size)));

/** Appends events to a log. */
export function take(log: TestLog, ...events: TrailEvent[]): void {
  for (const item of events) {
    log.digests.push(eventDigest(log.ledger.domain, item.event));
    log.events.push(item);
  }
}

/** Anchors a log at its present size. */
export async function anchor(log: TestLog): Promise<Receipt> {
  const last = log.sizes.at(-1);
  const size = log.digests.length;
  const proof = last === undefined ? [] : consistencyProof(last, leavesOf(log)).map(toHex);
  log.sizes.push(size);
  return send(log.ledger, log.operator, encodeCheckpoint(size, rootAt(log), proof), log.contract);
}

/** An event's place in a log, by the first checkpoint that has it, or by the one of this size. */
export function placeIn(log: TestLog, digest: string, at?: number): LogProof | undefined {
  const index = log.digests.indexOf(digest);
  const size = at ?? log.sizes.find((each) => index < each);
  if (index === -1 || size === undefined) return undefined;
  return {
    operator: log.operator,
    index,
    size,
    proof: inclusionProof(index, leavesOf(log, size)).map(toHex),
  };
}

/** The trail of a lot from these logs, without `settled`: the ledger has not recorded the events. */
export function loggedTrail(world: World, logs: readonly TestLog[], lot: string): Trail {
  const trail = trailFor(world, lot);
  for (const item of trail.events) {
    const digest = eventDigest(world.ledger.domain, item.event);
    const logged = logs.map((log) => placeIn(log, digest)).find((place) => place !== undefined);
    if (logged) item.logged = logged;
  }
  return { ...trail, checkpoints: logs[0]!.contract };
}

/** The view of a reader who has followed the whole log to its newest checkpoint. */
export function followed(log: TestLog, more: Partial<FollowedLog> = {}): FollowedLog {
  const size = log.sizes.at(-1)!;
  const after = log.events
    .slice(0, size)
    .flatMap(({ event }, i) =>
      event.entries.map(({ lot, previous }) => ({ lot, word: previous, event: log.digests[i]! })),
    );
  return { operator: log.operator, size, root: rootAt(log, size), withheld: 0, after, ...more };
}
