// V09: one package is in one place at a time, and nowhere once its pieces are gone.
import { labelOf } from "../label.ts";
import { recorded } from "../record.ts";
import type { Found } from "../../verdict/verdict.ts";
import type { Case } from "../case.ts";
import type { Standing } from "../replay.ts";
import { ZERO_ADDRESS } from "../../base/values.ts";
import { kind, type Kinds, type Rule, type Unknown } from "./rule.ts";

export const findings = {
  PACKAGE_ID_TWICE: kind(
    "FAIL",
    "issuer",
    "Another open lot of the same maker has this package id, and a package is one lot: find out which of the two is the real one.",
  ),
  SEEN_AFTER_CLOSED: kind(
    "FAIL",
    "holder",
    "The package was scanned after its pieces were used up or gone: its label is on something else, so refuse that package.",
  ),
  SEEN_ELSEWHERE: kind(
    "FAIL",
    "holder",
    "The package was scanned at a place of a party that does not have it: one of the two packages with this label is false.",
  ),
  SEEN_BY_STRANGER: kind(
    "WARN",
    "issuer",
    "A party that the record does not know scanned this label at a place of its own: ask the issuer whether a copy is about.",
  ),
} satisfies Kinds;

/** Scans are registered at once and custody when people come to it: so long they may cross, in seconds. */
const CROSSING_SECONDS = 3_600;

/** One package is in one place at a time, and nowhere once its pieces are gone. */
export const packageIdReuse: Rule = {
  id: "V09",
  name: "package id reuse",
  version: 1,
  looksAt:
    "other open lots with the package's id, and where its label was scanned while somebody held it",
  findings,
  unknowns: {
    PACKAGES_NOT_KNOWN:
      "Whether another lot has this package id was not looked up: verify through a service that knows more lots.",
    SIGHTINGS_OF_PACKAGE_NOT_KNOWN:
      "Where else this package was seen is not known here: verify through a service at which labels are scanned.",
    PACKAGE_ID_NOT_RECORDED:
      "The record shows no id of this package, so that others with the same one cannot be found: ask its issuer for the id.",
  },
  *judge(subject) {
    const { facts } = subject.given;
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
    yield* seen(subject);
  },
};

function* seen(subject: Case): Iterable<Found | Unknown> {
  const { given, replay, trail } = subject;
  const sightings = given.facts?.sightings;
  if (!replay.unbroken || sightings === undefined)
    yield { unknown: "SIGHTINGS_OF_PACKAGE_NOT_KNOWN" };
  const last = replay.unbroken ? replay.history.at(-1)! : undefined;
  const isClosed = last?.state.quantity === 0;
  const since = last && heldSince(replay.history);
  const where = { event: last?.state.lastEvent, lot: trail.lot, expected: since };
  // Where a party names no place, it may have scanned a copy on paper.
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

/** Since when the lot is as it is: closed, or in its holder's hands; undefined while it is in transit. */
function heldSince(history: readonly Standing[]): number | undefined {
  const { step, state } = history.at(-1)!;
  if (state.quantity === 0) return step.event.time;
  if (state.consignee !== ZERO_ADDRESS) return undefined;
  const came = history.findLastIndex(
    ({ state: one }) => one.holder !== state.holder || one.consignee !== ZERO_ADDRESS,
  );
  return history[came + 1]!.step.event.time;
}
