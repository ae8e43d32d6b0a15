// What whoever followed a log in whole can say of a trail's lots: the fact that a verifier goes by where no ledger has them.
import { parseWith } from "../canonical.ts";
import { type Domain, eventDigest } from "../event.ts";
import { FollowedLog } from "../facts.ts";
import type { LotState } from "../lot.ts";
import { ANYBODY, judge, type Replay } from "../verify/replay.ts";
import { ZERO_HASH } from "../values.ts";
import type { CheckpointAnchored } from "../chain/checkpoint.ts";
import { readEvent } from "./audit.ts";
import { VOIDING } from "./audit-findings.ts";
import type { AuditMemory, KeptEvent } from "./audit-memory.ts";

/** What is said of: the trail, and whose log was followed. */
export interface FollowedFor {
  domain: Domain;
  operator: string;
  /** All that it has anchored, in order. */
  logs: readonly CheckpointAnchored[];
  trail: Pick<Replay, "steps" | "ancestry" | "histories">;
}

/**
 * The log up to the newest anchored checkpoint that was followed, with the events in it that follow a word of the trail's
 * lots. What breaks a rule, as the audit or the trail's own states show, or was not
 * signed with a key that stood, follows nothing: else whoever keeps a log could spend the lots of others.
 * @returns undefined where nothing of what was followed is anchored
 * @throws ProtocolError TOO_LARGE where more follows than a verifier takes
 */
export function followedLog(
  memory: AuditMemory,
  { domain, operator, logs, trail }: FollowedFor,
): FollowedLog | undefined {
  const anchored = logs.findLast(({ size, root }) => size <= memory.judgedTo() && memory.passedAt(size)?.root === root);
  if (!anchored) return undefined;
  const { size, root } = anchored;
  const states = statesIn(trail);
  const voided = new Set(
    memory.findings().flatMap(({ code, event }) => (event !== undefined && VOIDING.includes(code) ? [event] : [])),
  );
  const counts = (digest: string, kept: KeptEvent | undefined) =>
    kept !== undefined && kept.index < size && !voided.has(digest) && !breaksRule(kept, domain, memory, states);
  const after = [...wordsIn(trail)].flatMap(([lot, words]) =>
    [...words].flatMap((word) =>
      memory
        .followersOf(lot, word)
        .filter((event) => counts(event, memory.eventOf(event)))
        .map((event) => ({ lot, word, event })),
    ),
  );
  return parseWith(FollowedLog, { operator, size, root, withheld: memory.passedAt(size)!.withheld, after });
}

/** The words of each of the trail's lots, from zero, which is before it was made, to the last that is known. */
function wordsIn({ steps, ancestry, histories }: FollowedFor["trail"]): Map<string, Set<string>> {
  const words = new Map([...ancestry.lots].map((lot) => [lot, new Set([ZERO_HASH])]));
  for (const { event } of steps) for (const { lot, previous } of event.entries) words.get(lot)?.add(previous);
  for (const [lot, standings] of histories) for (const { word } of standings) words.get(lot)?.add(word);
  return words;
}

const statesIn = ({ histories }: FollowedFor["trail"]): Map<string, LotState> =>
  new Map([...histories.values()].flat().map(({ word, state }) => [word, state]));

/** The log alone may not have the states before an event; with those of the trail it can be judged. */
function breaksRule(
  { bytes }: KeptEvent,
  domain: Domain,
  memory: AuditMemory,
  states: ReadonlyMap<string, LotState>,
): boolean {
  const event = readEvent(bytes!)!; // what follows a word was read before
  const before = event.entries.map(({ previous }) =>
    previous === ZERO_HASH ? null : (states.get(previous) ?? memory.stateOf(previous)),
  );
  const digest = eventDigest(domain, event);
  return judge({ event, digest, before } as Parameters<typeof judge>[0], ANYBODY).violation !== undefined;
}
