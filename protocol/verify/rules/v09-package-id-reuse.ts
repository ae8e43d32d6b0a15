// Judges rule V09, package id reuse. No other open lot has this package's id, and the reader has not
// scanned its label since another holder received it.
import { labelOf } from "../label.ts";
import { recorded } from "../record.ts";
import type { Case } from "../case.ts";
import type { Standing } from "../replay.ts";
import { ZERO_ADDRESS } from "../../base/values.ts";
import { card } from "../../verdict/findings/v09-package-id-reuse.ts";
import { weightOn } from "../../verdict/precedence.ts";
import { isSuspect, leavesOut, voucherOfNaming, voucherOfPieces } from "../vouchers.ts";
import { rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

/** How long after a handover the other party's scans are tolerated, in seconds: people record custody later than they scan. */
const CROSSING_SECONDS = 3_600;

export const packageIdReuse = rule(card, function* (subject) {
  yield* judgePackages(subject);
  yield* judgeSightings(subject);
});

function* judgePackages(subject: Case): Iterable<Ruling> {
  const { input, replay, trail } = subject;
  const id = recorded(subject, "packageId") ?? recorded(subject, "lotNumber");
  if (!id) yield { unknown: "PACKAGE_ID_NOT_RECORDED" };
  const packages = input.facts?.packages;
  if (!packages) return yield { unknown: "PACKAGES_NOT_KNOWN" };
  const where = {
    lot: trail.lot,
    ...(id && { event: id.step.digest, field: id.field, expected: id.value }),
  };
  const own = voucherOfNaming(subject, replay.ancestry.creations.get(trail.lot)?.by);
  const weights = packages.by.map((other) => weightOn(own, other));
  const found = packages.lots[0];
  if (weights.includes("full")) yield { code: "PACKAGE_ID_TWICE", ...where, found };
  else if (leavesOut(own, packages.complete))
    // Who splits a manufacturer's pieces chooses the package's id. The pieces are the manufacturer's all the same.
    yield isSuspect(subject, voucherOfPieces(subject))
      ? { code: "PACKAGES_NOT_COMPARED", ...where }
      : { unknown: "PACKAGES_NOT_KNOWN" };
  else if (weights.length > 0) yield { code: "PACKAGE_ID_CLAIMED", ...where, found };
}

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
  const elsewhere = (sightings ?? []).flatMap(({ own, by, lastNamed }) =>
    by !== "holder" && lastNamed !== null && lastNamed > (since ?? Infinity) + CROSSING_SECONDS
      ? [{ own, at: lastNamed }]
      : [],
  );
  // Anyone that sees the lot can say that it scanned the label. Only the reader's own eyes prove something to it.
  const [own, other] = [elsewhere.find((each) => each.own), elsewhere.find((each) => !each.own)];
  if (isClosed && labelOf(subject))
    yield { code: "SEEN_AFTER_CLOSED", ...where, found: subject.now };
  else if (own)
    yield { code: isClosed ? "SEEN_AFTER_CLOSED" : "SEEN_ELSEWHERE", ...where, found: own.at };
  if (other) yield { code: "SEEN_BY_OTHERS", ...where, found: other.at };
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
