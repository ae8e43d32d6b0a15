// Judges rule V23, return and re-entry. A lot that a customer returned was inspected, or its seal
// was unbroken, before it was sold again.
import { ACTIONS } from "../../event/event.ts";
import type { Case } from "../case.ts";
import { type Passage } from "../record.ts";
import { ZERO_HASH } from "../../base/values.ts";
import { card } from "../../verdict/findings/v23-return-re-entry.ts";
import { rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

/** The `reason` of a shipment that is a return. */
const RETURN = "return";

export const returnReEntry = rule(card, function* (subject) {
  if (!subject.replay.unbroken) yield { unknown: "RETURNS_NOT_FOLLOWED" };
  for (const transit of transitsOf(subject.replay.way)) {
    const sign = returnOf(subject, transit);
    if (sign === "withheld") yield { unknown: "RETURN_WITHHELD" };
    else if (sign === "missing") yield { unknown: "RETURN_DETAILS_MISSING" };
    else if (sign) yield* judged(subject, transit, sign);
  }
});

/** A shipment that was neither refused nor cancelled, and the lot's events between it and the next one. */
interface Transit {
  sent: Passage;
  /** Undefined while the lot is in transit. */
  received: Passage | undefined;
  after: Passage[];
  next: Transit | undefined;
}

function transitsOf(way: readonly Passage[]): Transit[] {
  const transits: Transit[] = [];
  let open: Transit | undefined;
  for (const passage of way) {
    const { action } = passage.step.event;
    if (action === ACTIONS.ship)
      open = { sent: passage, received: undefined, after: [], next: undefined };
    else if (action === ACTIONS.receive && open) {
      transits.push({ ...open, received: passage });
      open = undefined;
    } else if (action === ACTIONS.refuse || action === ACTIONS.cancel) open = undefined;
    else transits.at(-1)?.after.push(passage);
  }
  if (open) transits.push(open);
  transits.forEach((transit, i) => (transit.next = transits[i + 1]));
  return transits;
}

/** The field by which a shipment or its receipt is a return; or whether such a field is withheld, or the details missing. */
function returnOf(
  { identities }: Case,
  { sent, received }: Transit,
): { passage: Passage; field: string } | "withheld" | "missing" | undefined {
  let withheld = false;
  for (const passage of received ? [sent, received] : [sent]) {
    const authorisation = identities.stated(passage.step, passage.index, "returnAuthorisation");
    // An authorisation means a return, whatever its number.
    if (authorisation) return { passage, field: authorisation.field };
    const reason =
      passage === sent ? identities.stated(passage.step, passage.index, "reason") : undefined;
    if (reason && "withheld" in reason) withheld = true;
    else if (reason?.value.trim().toLowerCase() === RETURN) return { passage, field: reason.field };
  }
  return withheld ? "withheld" : isWithoutDetails(sent) ? "missing" : undefined;
}

/** Reports a return, and whether the lot was sold again without an inspection. */
function* judged(
  subject: Case,
  { received, after, next }: Transit,
  { passage, field }: { passage: Passage; field: string },
): Generator<Ruling> {
  yield { code: "RETURNED", event: passage.step.digest, lot: passage.lot, field };
  const goesOn = received && next && typeof returnOf(subject, next) !== "object";
  if (!goesOn) return;
  const inspections = after.filter(
    ({ step: { event } }) =>
      event.action === ACTIONS.inspect && event.actor === received.step.event.actor,
  );
  const evidence = [
    sealOf(subject, received),
    ...inspections.map((each) => inspectionOf(subject, each)),
  ];
  if (evidence.includes("there")) return;
  if (evidence.includes("withheld")) yield { unknown: "INSPECTION_WITHHELD" };
  else
    yield {
      code: "RETURN_NOT_INSPECTED",
      event: next.sent.step.digest,
      lot: next.sent.lot,
      field: "action",
    };
}

type Evidence = "there" | "withheld" | "not there";

/**
 * Whether the party that took the lot back found the manufacturer's seal unbroken. Accepting the lot at the dock is not enough.
 */
function sealOf({ identities }: Case, { step, index }: Passage): Evidence {
  const seal = identities.stated(step, index, "sealIntact");
  if (!seal) return isWithoutDetails({ step }) ? "withheld" : "not there";
  return "withheld" in seal ? "withheld" : seal.value ? "there" : "not there";
}

/** Whether an inspection passed the lot. Without a result, whether it found the seal unbroken. */
function inspectionOf(subject: Case, passage: Passage): Evidence {
  const result = subject.identities.stated(passage.step, passage.index, "inspectionResult");
  if (!result) return sealOf(subject, passage);
  return "withheld" in result ? "withheld" : result.value === "rejected" ? "not there" : "there";
}

const isWithoutDetails = ({ step }: Pick<Passage, "step">): boolean =>
  step.details === null && step.event.details !== ZERO_HASH;
