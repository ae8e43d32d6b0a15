// Checks a log-only trail: that the ledger recorded no other path for it, and how far anybody can know that it is
// the latest.
import type { ObservationIn } from "../verdict/verdict.ts";
import type { Trust } from "../verdict/trust.ts";
import type { Case } from "./case.ts";
import { isFinal } from "./places.ts";
import type { Chain } from "./chain.ts";
import type { KnownLog } from "./logs.ts";
import type { Step } from "./replay.ts";

type Observed = ObservationIn<"latest">;

/** The logs are anchored on the contract that the reader trusts. */
export function* contract({ trail, trust, chain }: Case): Generator<Observed> {
  const { checkpoints: expected } = trust;
  const { checkpoints: stated } = trail;
  const isLog = chain && (chain.logged.size > 0 || chain.logFaults.size > 0);
  if (isLog && expected !== undefined && stated !== undefined && stated !== expected)
    yield { code: "OTHER_CHECKPOINTS", field: "checkpoints", expected, found: stated };
}

/** No lot that the trail's unrecorded events are about went another way on the ledger. */
export function* forks({ chain, trust, replay }: Case): Generator<Observed> {
  for (const [lot, expected] of chain?.forkedWords ?? [])
    yield {
      code: "SETTLED_ELSEWHERE",
      verdict: forkVerdict(chain!, trust, lot),
      lot,
      expected,
      found: replay.histories.get(lot)?.at(-1)?.word,
    };
}

/** That a lot went another way is FAIL once the first record that says so is final; undefined is the code's usual. */
export function forkVerdict(chain: Chain, trust: Trust, lot: string): "INCOMPLETE" | undefined {
  const since = chain.forkedSince.get(lot);
  return since !== undefined && isFinal(chain, trust, since) ? undefined : "INCOMPLETE";
}

/** Nothing else follows what the trail's events follow, or comes after the last of them, as far as logs were followed. */
export function* latest(subject: Case): Generator<Observed> {
  const { trail, chain, replay } = subject;
  if (!chain || chain.logged.size === 0) return;
  const others = [...otherEvents(subject)];
  yield* others;
  const whole = chain.followed.filter((log) => isWhole(subject, log));
  const listed = new Set(
    whole.flatMap(({ operator, after }) => after.map(({ event }) => operator + event)),
  );
  // What vouches for an event lists it as well: what was made for another trail says nothing of this one.
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

/** The events in followed logs that go on from the trail's states without being in the trail. */
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

/** By lot and word, the event of the trail that follows it, or that makes the lot. */
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

/** What a log says may still change until its checkpoint is final. */
function gravity({ chain, trust }: Case, { anchored }: KnownLog): "INCOMPLETE" | undefined {
  return anchored && isFinal(chain!, trust, anchored.block) ? undefined : "INCOMPLETE";
}
