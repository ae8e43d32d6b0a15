// Reports corrected facts. A correction that comes after others relied on the fact, or objected to it, is graver than one that
// nobody was waiting for.
import { type ChainPlace, isBefore } from "../chain/place.ts";
import { ZERO_HASH } from "../base/values.ts";
import { MAX_TIME_AHEAD_SECONDS } from "../base/limits.ts";
import { ACTIONS } from "../event/event.ts";
import { issuerOf } from "../event/lot.ts";
import { NOTICE_KINDS } from "../event/notice.ts";
import type { ObservationIn } from "../verdict/verdict.ts";
import type { Case } from "./case.ts";
import type { Chain } from "./chain.ts";
import {
  type Correction,
  type CorrectedFact,
  factBefore,
  isChange,
  valueOf,
} from "./corrections.ts";
import type { Step } from "./replay.ts";

type Observed = ObservationIn<"notices">;

/** When something happened: by the ledger's order where it recorded it, else by the time that its actor states. */
interface Moment {
  place: ChainPlace | undefined;
  /** Unix seconds. */
  time: number;
}
/** What a party did to a lot. */
interface Mark extends Moment {
  actor: string;
  digest: string;
}
/** What happened to a lot and to what was made of it. The first two marks of different parties suffice; the last two for `accepted`. */
interface Marks {
  handover: Mark[];
  dispute: Mark[];
  suspicion: Mark[];
  recall: Mark[];
  accepted: Mark[];
}

/** From the gravest to the mildest. */
const GRADES = [
  "FACT_CORRECTED_AFTER_RECALL",
  "FACT_CORRECTED_AFTER_DISPUTE",
  "FACT_CORRECTED_UNDER_SUSPICION",
  "FACT_CORRECTED_AFTER_HANDOVER",
  "FACT_CORRECTED",
] as const;
type Grade = (typeof GRADES)[number];

/** Reports the facts that were corrected, and the corrections that do not count. */
export function* corrections(subject: Case): Generator<Observed> {
  const { facts, idle } = subject.corrections;
  for (const { digest, ...each } of idle) yield { ...each, notice: digest };
  if (facts.length === 0) return;
  const marks = marksOf(subject, subject.chain!);
  for (const fact of facts) yield* reportOf(fact, marks.get(fact.lot) ?? noMarks());
}

function* reportOf(corrected: CorrectedFact, marks: Marks) {
  const { lot, name, first } = corrected;
  const corrections = corrected.corrections.flatMap((each, i) =>
    isChange(corrected, i) ? [{ ...each, before: factBefore(corrected, i) }] : [],
  );
  if (corrections.length === 0) return;
  const issuer = issuerOf(lot);
  const last = corrections.at(-1)!;
  const grades = corrections.map((each) => gradeOf(each, marks, issuer));
  const gravest = GRADES.find((grade) => grades.includes(grade))!;
  // The first value holds again. Nobody relied on the others, unless something else came before.
  const isBack = valueOf(last.fact) === valueOf(first) && !(last.fact && "withheld" in last.fact);
  if (isBack && gravest === "FACT_CORRECTED") return;
  const where = {
    notice: corrections[grades.indexOf(gravest)]!.digest,
    lot,
    field: `details.${name}`,
    expected: valueOf(last.fact),
    found: valueOf(isBack ? last.before : first),
  };
  const accepted = marks.accepted.find(({ actor }) => actor !== issuer);
  const isAccepted = accepted !== undefined && !isEarlier(accepted, last);
  if (gravest !== "FACT_CORRECTED" && isAccepted)
    yield { code: "CORRECTION_ACCEPTED" as const, ...where, event: accepted.digest };
  else yield { code: gravest, ...where };
  if (last.fact && "withheld" in last.fact)
    yield { code: "CORRECTION_WITHHELD" as const, notice: last.digest, lot, field: where.field };
}

/** How grave a correction is: by what came before it. What the issuer did itself is no dispute. */
function gradeOf(correction: Correction, marks: Marks, issuer: string): Grade {
  const before = (some: readonly Mark[]) => some.some((mark) => mayBeEarlier(mark, correction));
  const byOthers = (some: readonly Mark[]) => some.filter(({ actor }) => actor !== issuer);
  if (before(marks.recall)) return "FACT_CORRECTED_AFTER_RECALL";
  if (before(byOthers(marks.dispute))) return "FACT_CORRECTED_AFTER_DISPUTE";
  if (before(byOthers(marks.suspicion))) return "FACT_CORRECTED_UNDER_SUSPICION";
  return before(marks.handover) ? "FACT_CORRECTED_AFTER_HANDOVER" : "FACT_CORRECTED";
}

/** Compares two moments. Where the ledger has no order for them, their times decide. */
function isEarlier(one: Moment, other: Moment): boolean {
  return one.place && other.place ? isBefore(one.place, other.place) : one.time <= other.time;
}

/**
 * Whether something may have come before a correction. An event that the ledger has not recorded states its own time, up to
 * MAX_TIME_AHEAD_SECONDS ahead: an issuer that hands over and corrects at once must not make it look like the other order.
 */
function mayBeEarlier(mark: Moment, correction: Moment): boolean {
  if (mark.place && correction.place) return isBefore(mark.place, correction.place);
  return mark.time - MAX_TIME_AHEAD_SECONDS <= correction.time;
}

/** Reads for each lot of the trail what happened to it and to what was made of it. */
function marksOf({ replay, notices, identities }: Case, chain: Chain): Map<string, Marks> {
  const marks = new Map([...replay.ancestry.lots].map((lot) => [lot, noMarks()]));
  for (const { notice, digest, taken } of notices.all) {
    const own = marks.get(notice.lot);
    const name =
      notice.kind === NOTICE_KINDS.recall
        ? "recall"
        : notice.kind === NOTICE_KINDS.suspicion
          ? "suspicion"
          : undefined;
    if (!own || !taken || !name) continue;
    const { block, logIndex } = taken;
    const time = chain.times.get(block)!;
    add(own, name, { actor: notice.issuer, digest, place: { block, logIndex }, time });
  }
  const next = new Map<string, number>();
  // The last event first: what was made of a lot is known before the event that made it.
  for (const step of replay.steps.toReversed()) {
    const { entries, action, actor } = step.event;
    const mark: Mark = { actor, digest: step.digest, ...momentOf(chain, step) };
    for (const [index, { lot, previous }] of entries.entries()) {
      const own = marks.get(lot);
      if (!own) continue;
      const value = (name: "inspectionResult" | "testResult" | "labelMatches") =>
        valueOf(identities.stated(step, index, name));
      const isRejected =
        value("inspectionResult") === "rejected" ||
        value("testResult") === "fail" ||
        value("labelMatches") === false;
      const isSecondLook = action === ACTIONS.inspect || action === ACTIONS.release;
      // A shipment that was called back reached nobody.
      if (action === ACTIONS.ship && next.get(lot) !== ACTIONS.cancel) add(own, "handover", mark);
      if (action === ACTIONS.refuse || action === ACTIONS.hold || isRejected)
        add(own, "dispute", mark);
      else if (isSecondLook && value("inspectionResult") === "accepted") add(own, "accepted", mark);
      next.set(lot, action);
      if (previous !== ZERO_HASH) continue;
      for (const source of entries)
        if (source.previous !== ZERO_HASH && marks.has(source.lot))
          addAll(marks.get(source.lot)!, own, action === ACTIONS.split);
    }
  }
  return marks;
}

function momentOf(chain: Chain, step: Step): Moment {
  const record = chain.records.get(step);
  if (!record) return { place: undefined, time: step.event.time };
  const { block, logIndex } = record;
  return { place: { block, logIndex }, time: chain.times.get(block)! };
}

const noMarks = (): Marks => ({
  handover: [],
  dispute: [],
  suspicion: [],
  recall: [],
  accepted: [],
});

function add(marks: Marks, name: keyof Marks, mark: Mark): void {
  const isWanted = (one: Mark, other: Mark) =>
    name === "accepted" ? !isEarlier(one, other) : isEarlier(one, other);
  const sorted = [...marks[name], mark].sort((a, b) => (isWanted(a, b) ? -1 : 1));
  const byActor = new Map(sorted.toReversed().map((each) => [each.actor, each]));
  marks[name] = sorted.filter((each) => byActor.get(each.actor) === each).slice(0, 2);
}

/** Adds what happened to what was made of a lot. An inspection of a product does not compare the facts of what is in it. */
function addAll(marks: Marks, made: Marks, isSplit: boolean): void {
  for (const name of ["handover", "dispute", "suspicion", "recall"] as const)
    for (const mark of made[name]) add(marks, name, mark);
  if (isSplit) for (const mark of made.accepted) add(marks, "accepted", mark);
}
