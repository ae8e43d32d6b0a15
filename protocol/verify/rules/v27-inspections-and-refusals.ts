// Judges rule V27, inspections and refusals. What an inspection, a test or a consignee objected to stands until it is answered
// by a later inspection or test, and follows the pieces into whatever they are split or assembled into.
import { ZERO_HASH } from "../../base/values.ts";
import type { DetailName } from "../../event/detail-fields.ts";
import { ACTIONS, type ActionName, actionName } from "../../event/event.ts";
import { card } from "../../verdict/findings/v27-inspections-and-refusals.ts";
import type { Case } from "../case.ts";
import type { Passage } from "../record.ts";
import { rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;
type Code = Exclude<Ruling, { unknown: string }>["code"];

/** What somebody found wrong with a lot, or that it was released from a hold. */
interface Mark {
  code: Code;
  at: Passage;
  /** The field that says it. */
  field: string;
  answered?: { by: Passage; field: string };
}

/** Actions whose details can hold the result of an inspection or test. */
const INSPECTING: readonly ActionName[] = [
  "receive",
  "refuse",
  "inspect",
  "hold",
  "release",
  "scrap",
];
/** Marks that are followed for one lot: splits and assemblies could multiply a stranger's without end. */
const MAX_MARKS = 200;
/** What no later event answers. */
const UNANSWERABLE: readonly Code[] = [
  "HOLD_RELEASED",
  "RELEASED_WITHOUT_REASON",
  "OBJECTIONS_LEFT_OUT",
];
/** What must not be left out for something else. */
const GRAVEST: readonly Code[] = ["REJECTED_AT_INSPECTION", "TEST_FAILED", "OBJECTIONS_LEFT_OUT"];
/** Actions by which a party says that it looked again. Accepting a lot at the dock is not enough. */
const ANSWERING: readonly ActionName[] = ["inspect", "release"];

export const inspectionsAndRefusals = rule(card, function* (subject) {
  if (!subject.replay.unbroken) yield { unknown: "INSPECTIONS_NOT_FOLLOWED" };
  const marks = new Map<string, Mark[]>();
  for (const step of subject.replay.steps) {
    const { entries, action } = step.event;
    const isMaking = action === ACTIONS.split || action === ACTIONS.assemble;
    const sources = entries.filter(
      ({ previous, withheld }) => previous !== ZERO_HASH && withheld === undefined,
    );
    const inherited = isMaking ? distinct(sources.flatMap(({ lot }) => marks.get(lot) ?? [])) : [];
    for (const [index, { lot, previous, withheld }] of entries.entries()) {
      if (withheld !== undefined || !subject.replay.ancestry.lots.has(lot)) continue;
      const at = { step, index, lot };
      const earlier =
        previous === ZERO_HASH ? inherited.map((mark) => ({ ...mark })) : (marks.get(lot) ?? []);
      answer(subject, at, earlier);
      marks.set(lot, bounded([...earlier, ...marksOf(subject, at)]));
      yield* unknownsOf(subject, at);
    }
  }
  for (const mark of marks.get(subject.trail.lot) ?? []) yield rulingOf(subject, mark);
});

/** The new objections of an event to one of its lots, and its release. */
function marksOf(subject: Case, at: Passage): Mark[] {
  const action = actionName(at.step.event.action);
  if (action === undefined || !INSPECTING.includes(action)) return [];
  const mark = (code: Code, name: DetailName): Mark => ({
    code,
    at,
    field: fieldOf(subject, at, name),
  });
  const is = (name: DetailName, bad: (value: unknown) => boolean) =>
    bad(valueOf(subject, at, name));
  if (is("testResult", (value) => value === "fail")) return [mark("TEST_FAILED", "testResult")];
  if (action === "refuse") return [mark("REFUSED_BY_CONSIGNEE", "reason")];
  if (is("inspectionResult", (value) => value === "rejected"))
    return [mark("REJECTED_AT_INSPECTION", "inspectionResult")];
  if (action === "release") {
    const isExplained = (["reason", "remarks", "inspectionResult", "testResult"] as const).some(
      (name) => subject.identities.stated(at.step, at.index, name) !== undefined,
    );
    return [mark(isExplained ? "HOLD_RELEASED" : "RELEASED_WITHOUT_REASON", "reason")];
  }
  if (is("inspectionResult", (value) => value === "conditional"))
    return [mark("ACCEPTED_CONDITIONALLY", "inspectionResult")];
  const fault = FAULTS.find(([name, bad]) => is(name, bad));
  return fault ? [mark("INSPECTION_FOUND_FAULT", fault[0])] : [];
}

/** What an inspector can state besides a result, and when it is a fault. */
const FAULTS: readonly [DetailName, (value: unknown) => boolean][] = [
  ["markingMatches", (value) => value === false],
  ["labelMatches", (value) => value === false],
  ["packageDamaged", (value) => value === true],
  ["samplesFailed", (value) => Number(value) > 0],
];

/** Marks as answered what this event answers: a failed test by a passed one, all else by an inspection that accepts, too. */
function answer(subject: Case, by: Passage, earlier: readonly Mark[]): void {
  const action = actionName(by.step.event.action);
  const isAccepted = valueOf(subject, by, "inspectionResult") === "accepted";
  const isPassed = valueOf(subject, by, "testResult") === "pass";
  const isSecondLook =
    action !== undefined && ANSWERING.includes(action) && (isAccepted || isPassed);
  for (const mark of earlier) {
    if (UNANSWERABLE.includes(mark.code)) continue;
    // The word of the party that objected counts for more than another's earlier answer.
    if (mark.answered && (isOfOneParty(mark.at, mark.answered.by) || !isOfOneParty(mark.at, by)))
      continue;
    // The consignee that refused the parts takes them after all.
    const isTakenAfterAll =
      mark.code === "REFUSED_BY_CONSIGNEE" && action === "receive" && isOfOneParty(mark.at, by);
    const isAnswer = isTakenAfterAll || (isSecondLook && (mark.code !== "TEST_FAILED" || isPassed));
    if (isAnswer)
      mark.answered = {
        by,
        field: fieldOf(subject, by, isPassed ? "testResult" : "inspectionResult"),
      };
  }
}

/** Each mark once: two inputs of a product can be split from one lot, and share its marks. */
const distinct = (marks: readonly Mark[]): Mark[] =>
  bounded([...new Map(marks.map((mark) => [keyOf(mark), mark])).values()]);

/** At most MAX_MARKS, the gravest first. If an open one is left out, one mark says so from then on. */
function bounded(marks: Mark[]): Mark[] {
  if (marks.length <= MAX_MARKS) return marks;
  const isOpen = ({ code, answered }: Mark) => !answered && code !== "HOLD_RELEASED";
  const rank = (mark: Mark) => {
    const place = GRAVEST.indexOf(mark.code);
    return !isOpen(mark) ? GRAVEST.length + 1 : place < 0 ? GRAVEST.length : place;
  };
  const leftOut = marks.find(({ code }) => code === "OBJECTIONS_LEFT_OUT");
  const sorted = marks
    .filter((mark) => mark.code !== "OBJECTIONS_LEFT_OUT" || mark === leftOut)
    .sort((a, b) => rank(a) - rank(b));
  const kept = sorted.slice(0, MAX_MARKS);
  if (sorted.filter(isOpen).length <= MAX_MARKS || kept.includes(leftOut!)) return kept;
  return [...kept.slice(0, -1), { ...kept.at(-1)!, code: "OBJECTIONS_LEFT_OUT" }];
}

const keyOf = ({ code, at, answered }: Mark): string =>
  [code, at.step.digest, at.lot, answered?.by.step.digest].join();

function rulingOf(subject: Case, { code, at, field, answered }: Mark): Ruling {
  const isRejection = code === "REJECTED_AT_INSPECTION" || code === "TEST_FAILED";
  const { step, lot } = answered?.by ?? at;
  return {
    code: !answered
      ? code
      : isRejection && !isOfOneParty(at, answered.by)
        ? "OBJECTION_ANSWERED_BY_OTHER"
        : "OBJECTION_ANSWERED",
    event: step.digest,
    lot,
    field: answered?.field ?? field,
    ...(answered && { expected: code }),
    ...reasonOf(subject, answered?.by ?? at),
  };
}

/** The reason that the party gives, in its own words. */
function reasonOf(subject: Case, at: Passage): { found?: string } {
  for (const name of ["reason", "remarks"] as const) {
    const value = valueOf(subject, at, name);
    if (typeof value === "string") return { found: value };
  }
  return {};
}

function* unknownsOf(subject: Case, { step, index }: Passage): Generator<Ruling> {
  const action = actionName(step.event.action);
  if (action === undefined || !INSPECTING.includes(action)) return;
  if (step.details === null && step.event.details !== ZERO_HASH)
    yield { unknown: "INSPECTION_DETAILS_MISSING" };
  const results = ["inspectionResult", "testResult"] as const;
  const isWithheld = results.some((name) => {
    const stated = subject.identities.stated(step, index, name);
    return stated !== undefined && "withheld" in stated;
  });
  if (isWithheld) yield { unknown: "INSPECTION_RESULT_WITHHELD" };
}

const isOfOneParty = (one: Passage, other: Passage): boolean =>
  one.step.event.actor === other.step.event.actor;

function valueOf({ identities }: Case, { step, index }: Passage, name: DetailName): unknown {
  const stated = identities.stated(step, index, name);
  return stated && "value" in stated ? stated.value : undefined;
}

const fieldOf = ({ identities }: Case, { step, index }: Passage, name: DetailName): string =>
  identities.stated(step, index, name)?.field ?? "action";
