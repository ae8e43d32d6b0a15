// Finds who vouches for what a trail states of its parts, so that others' claims count against it by precedence.
import { ACTIONS } from "../event/event.ts";
import { AFTER_ALL } from "../chain/place.ts";
import {
  coversDay,
  SPEAKING_GRADES,
  strongest,
  type Voucher,
  voucherOf,
  weighingOn,
} from "../verdict/precedence.ts";
import type { Case } from "./case.ts";
import { dayOf } from "./dates.ts";
import { identityOf, type Origin } from "./identity.ts";
import { isSameName } from "./parts.ts";
import { recorded, statedOnWay } from "./record.ts";
import type { Step } from "./replay.ts";

/** Who vouches for the pieces: the party that made or introduced them. It vouches only for what it stated itself. */
export function voucherOfPieces(subject: Case): Voucher {
  const origin = subject.identities.origins.get(subject.trail.lot);
  if (!origin) return "other";
  const stated = identityOf(subject.identities, origin.lot);
  const isRelabelled = (["manufacturer", "mpn", "makerLot"] as const).some(
    (name) => recorded(subject, name)?.value !== (stated[name] ?? undefined),
  );
  return isRelabelled ? "other" : voucherOfStep(subject, origin.by);
}

/**
 * Who vouches for the lot against claims about its package, or about a document that one of its events names. The pieces of a
 * manufacturer stay the manufacturer's when another party splits them or names a document for them. A stranger's claim does
 * not outweigh that.
 */
export const voucherOfNaming = (subject: Case, step: Step | undefined): Voucher =>
  strongest(voucherOfPieces(subject), step ? voucherOfStep(subject, step) : "other");

/** Who vouches for what an event states of the lot's parts. */
function voucherOfStep(subject: Case, { event: { action, actor, time } }: Step): Voucher {
  return voucherOf({
    action,
    isMaker: isMaker(subject, actor),
    isAuthorised: isAuthorised(subject, actor, dayOf(time)),
  });
}

/**
 * Whether a party is the manufacturer that the record names, or may speak for it by the reader's policy. Without a node, the
 * party that commissioned the lot counts as its manufacturer: the verdict says anyway that the ledger was not asked.
 */
function isMaker(subject: Case, party: string): boolean {
  const { chain, policy, identities, trail } = subject;
  const name = recorded(subject, "manufacturer")?.value;
  const origin = identities.origins.get(trail.lot);
  if (name === undefined) return party === makerByOrigin(origin);
  if (Object.hasOwn(policy.brands, name) && policy.brands[name]!.includes(party)) return true;
  if (!chain) return party === makerByOrigin(origin);
  const known = chain.registry.party(party, AFTER_ALL);
  return known !== undefined && isSameName(known.name, name);
}

/** The party that commissioned or assembled the pieces. A manufacturer need not name itself. */
const makerByOrigin = (origin: Origin | undefined): string | undefined =>
  origin && origin.by.event.action !== ACTIONS.introduce ? origin.by.event.actor : undefined;

function isAuthorised(subject: Case, party: string, day: string): boolean {
  const name = recorded(subject, "manufacturer")?.value;
  if (name === undefined) return false;
  return (subject.statements?.sound ?? []).some(
    (each) =>
      each.kind === "authorisation" &&
      each.stands === true &&
      !each.withdrawn &&
      each.content.party === party &&
      SPEAKING_GRADES.includes(each.content.grade) &&
      isSameName(each.content.brand, name) &&
      coversDay(each.content, day) &&
      isMaker(subject, each.issuer),
  );
}

/** Whether facts leave out claims that would count in full in the verdict on a lot. */
export const leavesOut = (own: Voucher, complete: readonly Voucher[]): boolean =>
  weighingOn(own).some((voucher) => !complete.includes(voucher));

/**
 * Whether a lot must be compared with its manufacturer's own: its manufacturer keeps lots on the ledger, and only another
 * party vouches for this one. What is missing for that makes the verdict INCOMPLETE, also if another party causes it, until
 * the reader has the parts tested itself. Another party's test does not count: it may act for the one that made the lot.
 */
export function isSuspect(subject: Case, own: Voucher): boolean {
  const { facts } = subject.input;
  if (own !== "other" || facts?.makerOnLedger !== true) return false;
  return !statedOnWay(subject, "testResult").some(
    ({ step, value }) => value === "pass" && step.event.actor === facts.reader,
  );
}
