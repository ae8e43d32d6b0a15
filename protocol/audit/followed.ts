// Makes the fact that a follower of a whole log can state about a trail's lots. A verifier uses it for log-only lots.
import { parseWith } from "../base/canonical.ts";
import { FollowedLog } from "../verdict/facts.ts";
import { ANYBODY, judge, type Replay } from "../verify/replay.ts";
import { ZERO_HASH } from "../base/values.ts";
import type { CheckpointAnchored } from "../chain/checkpoint.ts";
import { readEvent } from "./audit.ts";
import { NOT_SIGNED } from "./findings.ts";
import type { AuditMemory, KeptEvent } from "./memory.ts";

/** The subject of the fact: the trail, and the log that was followed. */
export interface FollowedFor {
  operator: string;
  /** Its anchored checkpoints, in order. */
  logs: readonly CheckpointAnchored[];
  trail: Pick<Replay, "steps" | "ancestry" | "histories">;
}

/**
 * Describes the log up to the newest anchored checkpoint that was followed, with the events that follow a word of the
 * trail's lots. These are the trail's own events, and others that break no rule for the trail's lots: otherwise a log's
 * operator could spend the lots of others. An event without a valid signature or key may have one elsewhere, so it counts
 * as withheld.
 * @returns undefined if nothing that was followed is anchored
 * @throws ProtocolError TOO_LARGE if more events follow than a verifier accepts
 */
export function followedLog(
  memory: AuditMemory,
  { operator, logs, trail }: FollowedFor,
): FollowedLog | undefined {
  const anchored = logs.findLast(
    ({ size, root }) => size <= memory.judgedTo() && memory.passedAt(size)?.root === root,
  );
  if (!anchored) return undefined;
  const { size, root } = anchored;
  const followers = [...wordsIn(trail)].flatMap(([lot, words]) =>
    [...words].flatMap((word) =>
      memory.followersOf(lot, word).map((event) => ({ lot, word, event })),
    ),
  );
  const own = new Set(trail.steps.map(({ digest }) => digest));
  const breaks = breaksRule(trail, memory);
  const isSigned = (event: string) =>
    !memory.findingsOf(event).some(({ code }) => NOT_SIGNED.includes(code));
  const after = new Set<string>();
  const doubtful = new Set<string>();
  for (const event of new Set(followers.map((each) => each.event))) {
    const kept = memory.eventOf(event)!;
    if (kept.index >= size || (!own.has(event) && breaks(event, kept))) continue;
    (own.has(event) || isSigned(event) ? after : doubtful).add(event);
  }
  return parseWith(FollowedLog, {
    operator,
    size,
    root,
    withheld: memory.passedAt(size)!.withheld + doubtful.size,
    after: followers.filter(({ event }) => after.has(event)),
  });
}

/** The words of each lot of the trail, from zero (before the lot was made) to the last one that is known. */
function wordsIn({ steps, ancestry, histories }: FollowedFor["trail"]): Map<string, Set<string>> {
  const words = new Map([...ancestry.lots].map((lot) => [lot, new Set([ZERO_HASH])]));
  for (const { event } of steps)
    for (const { lot, previous } of event.entries) words.get(lot)?.add(previous);
  for (const [lot, standings] of histories)
    for (const { word } of standings) words.get(lot)?.add(word);
  return words;
}

/**
 * Whether an event breaks a rule, as a verifier of the trail would judge it: the states of other lots are unknown, because
 * their validity says nothing about the trail's lots.
 */
function breaksRule(
  { histories, ancestry: { lots } }: FollowedFor["trail"],
  memory: AuditMemory,
): (digest: string, kept: KeptEvent) => boolean {
  const states = new Map([...histories.values()].flat().map(({ word, state }) => [word, state]));
  return (digest, { bytes }) => {
    const event = readEvent(bytes!)!; // only readable events are kept as followers
    const before = event.entries.map(({ lot, previous }) => {
      if (previous === ZERO_HASH) return null;
      return lots.has(lot) ? (states.get(previous) ?? memory.stateOf(previous)) : undefined;
    });
    return (
      judge({ event, digest, before } as Parameters<typeof judge>[0], ANYBODY).violation !==
      undefined
    );
  };
}
