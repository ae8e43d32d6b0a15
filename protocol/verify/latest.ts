// Checks a log-only trail: the ledger recorded no other path, and whether the trail is proven to be the latest.
import type { ObservationIn } from "../verdict/verdict.ts";
import type { Case } from "./case.ts";
import { isFinal } from "./places.ts";
import type { KnownLog } from "./logs.ts";
import type { Step } from "./replay.ts";

type Observed = ObservationIn<"latest">;

/** Checks that the logs are anchored on the contract that the reader trusts. */
export function* contract({ trail, trust, chain }: Case): Generator<Observed> {
  const { checkpoints: expected } = trust;
  const { checkpoints: stated } = trail;
  const isLog = chain && (chain.logged.size > 0 || chain.logFaults.size > 0);
  if (isLog && expected !== undefined && stated !== undefined && stated !== expected)
    yield { code: "OTHER_CHECKPOINTS", field: "checkpoints", expected, found: stated };
}

/** Reports the lots that the ledger has moved on by another event than a log. */
export function* forks({ chain, trust, replay }: Case): Generator<Observed> {
  for (const [lot, { block }] of chain?.settledElsewhere ?? []) {
    const isSettled = isFinal(chain!, trust, block);
    yield {
      code: "SETTLED_ELSEWHERE",
      verdict: isSettled ? undefined : "INCOMPLETE",
      lot,
      expected: chain!.forkedWords.get(lot),
      found: replay.histories.get(lot)?.at(-1)?.word,
    };
  }
}

/** Checks in the followed logs that no other event follows the trail's words, and none comes after its last event. */
export function* latest(subject: Case): Generator<Observed> {
  const { trail, chain, replay } = subject;
  if (!chain || chain.logged.size === 0) return;
  const others = [...otherEvents(subject)];
  yield* others;
  const whole = chain.followed.filter((log) => isWhole(subject, log));
  const listed = new Set(
    whole.flatMap(({ operator, after }) => after.map(({ event }) => operator + event)),
  );
  // A log's fact must list the trail's own events: a fact that was made for another trail proves nothing here.
  const isFollowed = replay.steps.every((step) =>
    listed.has((chain.logged.get(step)?.operator ?? "") + step.digest),
  );
  if (!isFollowed) yield { code: "LATEST_UNPROVEN", lot: trail.lot };
  else if (others.length === 0) yield { code: "LATEST_BY_LOGS", lot: trail.lot };
}

/** Whether a log was followed to its newest final checkpoint, and nothing in it was withheld. */
function isWhole({ chain, trust }: Case, { anchored, isNewest, withheld }: KnownLog): boolean {
  return (
    isNewest && withheld === 0 && anchored !== undefined && isFinal(chain!, trust, anchored.block)
  );
}

/** Yields events in followed logs that follow the trail's words but are not in the trail. */
function* otherEvents(subject: Case): Generator<Observed> {
  const { trail, chain, replay } = subject;
  const own = new Set(replay.steps.map(({ digest }) => digest));
  const followers = followersOf(subject);
  const last = replay.unbroken ? replay.history.at(-1)!.word : undefined;
  const reported = new Set<string>();
  for (const log of chain!.followed)
    for (const { lot, word, event } of log.after) {
      const name = lot + word + event;
      if (own.has(event) || reported.has(name)) continue;
      reported.add(name);
      const follower = followers.get(lot + word);
      if (follower) yield { code: "WORD_SPENT_TWICE", ...follower, lot, found: event };
      else if (lot === trail.lot && word === last)
        yield {
          code: "LATER_EVENT_LOGGED",
          verdict: gravity(subject, log),
          event,
          lot,
          found: word,
        };
    }
}

/** Maps lot and word to the trail's event that follows the word, or makes the lot. */
function followersOf({
  replay: { steps, ancestry },
}: Case): Map<string, Pick<Observed, "event" | "field">> {
  const entries = steps.flatMap((step: Step) =>
    step.event.entries.map((entry, index) => ({ step, index, ...entry })),
  );
  const linked = entries.filter(
    ({ step, index, lot }) => ancestry.lots.has(lot) && step.before[index] !== undefined,
  );
  return new Map(
    linked.map(({ step, index, lot, previous }) => [
      lot + previous,
      { event: step.digest, field: `entries.${index}.previous` },
    ]),
  );
}

/** INCOMPLETE while the log's checkpoint is not final and may still change; then the code's usual verdict. */
function gravity({ chain, trust }: Case, { anchored }: KnownLog): "INCOMPLETE" | undefined {
  return anchored && isFinal(chain!, trust, anchored.block) ? undefined : "INCOMPLETE";
}
