// Judges rule V09, package id reuse. No other open lot has this package's id, and no other party
// has scanned its label since the holder received it.
import { labelOf } from "../label.ts";
import { recorded } from "../record.ts";
import type { Case } from "../case.ts";
import type { Standing } from "../replay.ts";
import { ZERO_ADDRESS } from "../../base/values.ts";
import { card } from "../../verdict/findings/v09-package-id-reuse.ts";
import { rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

/** How long after a handover the other party's scans are tolerated, in seconds: people record custody later than they scan. */
const CROSSING_SECONDS = 3_600;

export const packageIdReuse = rule(card, function* (subject) {
  const { facts } = subject.input;
  const id = recorded(subject, "packageId") ?? recorded(subject, "lotNumber");
  if (!id) yield { unknown: "PACKAGE_ID_NOT_RECORDED" };
  if (facts?.packages === undefined) yield { unknown: "PACKAGES_NOT_KNOWN" };
  else if (facts.packages.others > 0) {
    const where = id && { event: id.step.digest, field: id.field, expected: id.value };
    yield {
      code: "PACKAGE_ID_TWICE",
      lot: subject.trail.lot,
      ...where,
      found: facts.packages.lots[0],
    };
  }
  yield* judgeSightings(subject);
});

function* judgeSightings(subject: Case): Iterable<Ruling> {
  const { input, replay, trail } = subject;
  const sightings = input.facts?.sightings;
  if (!replay.unbroken || sightings === undefined)
    yield { unknown: "SIGHTINGS_OF_PACKAGE_NOT_KNOWN" };
  const last = replay.unbroken ? replay.history.at(-1)! : undefined;
  const isClosed = last?.state.quantity === 0;
  const since = last && heldSince(replay.history);
  const where = { event: last?.state.lastEvent, lot: trail.lot, expected: since };
  // A party that names no place may have scanned a paper copy of the label.
  const named = (sightings ?? []).filter((each) => each.named);
  const other = named.find(
    ({ by, last: at }) => by === "party" && at > (since ?? Infinity) + CROSSING_SECONDS,
  );
  if (isClosed && labelOf(subject))
    yield { code: "SEEN_AFTER_CLOSED", ...where, found: subject.trust.now };
  else if (isClosed && other) yield { code: "SEEN_AFTER_CLOSED", ...where, found: other.last };
  else if (other) yield { code: "SEEN_ELSEWHERE", ...where, found: other.last };
  const stranger = named.find(({ by }) => by === "stranger");
  if (stranger) yield { code: "SEEN_BY_STRANGER", lot: trail.lot, found: stranger.last };
}

/** When the lot was closed, or came to its holder. Undefined while it is in transit. */
function heldSince(history: readonly Standing[]): number | undefined {
  const { step, state } = history.at(-1)!;
  if (state.quantity === 0) return step.event.time;
  if (state.consignee !== ZERO_ADDRESS) return undefined;
  const came = history.findLastIndex(
    ({ state: one }) => one.holder !== state.holder || one.consignee !== ZERO_ADDRESS,
  );
  return history[came + 1]!.step.event.time;
}
