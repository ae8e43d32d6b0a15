// Foresees what the rules will say of a new lot by its own facts alone, so that a list can be refused before they are signed.
import type { EntryDetails } from "../event/details.ts";
import { detailsRoot, disclose } from "../event/disclosure.ts";
import { ACTIONS } from "../event/event.ts";
import { lotId } from "../event/lot.ts";
import { TRAIL_VERSION, type Trail } from "../trail/trail.ts";
import type { FindingCode } from "../verdict/findings.ts";
import { policyOf } from "../verdict/policy.ts";
import { type Finding, finding } from "../verdict/verdict.ts";
import { HASH_BYTES, ZERO_ADDRESS, ZERO_HASH } from "../base/values.ts";
import type { Case } from "./case.ts";
import { NO_CORRECTIONS } from "./corrections.ts";
import { identitiesOf } from "./identity.ts";
import { readNotices } from "./notices.ts";
import { replay } from "./replay.ts";
import { dateImpossible } from "./rules/v17-date-impossible.ts";
import { undeclaredMix } from "./rules/v20-undeclared-mix.ts";
import { originConsistency } from "./rules/v21-origin-consistency.ts";

/** The rules that judge a lot by what its first event states. */
const RULES = [dateImpossible, undeclaredMix, originConsistency];
/** Any ledger: the rules compare facts, not addresses. */
const DOMAIN = { chainId: 1, ledger: ZERO_ADDRESS };
const ISSUER = `0x${"11".repeat(20)}`;
const SECRET = new Uint8Array(HASH_BYTES);
// The event is never signed, so there is nobody to recover.
const nobody = () => {
  throw new Error("the event has no signature");
};

/** A finding that a lot will have, and the field that it is about. */
export interface Foreseen extends Omit<Finding, "code"> {
  code: FindingCode;
  name: keyof EntryDetails;
}

/**
 * Judges the facts with which a lot is to be registered.
 * @param now Unix seconds
 * @returns the findings about these facts, one for each field
 */
export function foresee(
  facts: EntryDetails,
  action: "commission" | "introduce",
  now: number,
): Foreseen[] {
  const subject = caseOf(facts, action, now);
  const found = RULES.flatMap(({ judge }) =>
    [...judge(subject)].flatMap((each) => {
      const name = "unknown" in each ? undefined : each.field?.split(".").at(-1);
      if ("unknown" in each || name === undefined || !(name in facts)) return [];
      return [{ ...finding(each), code: each.code, name: name as keyof EntryDetails }];
    }),
  );
  // The date of the event is today's, too: the last finding about a date is that it has not begun.
  return [...new Map(found.map((each) => [each.name, each])).values()];
}

/**
 * The case of a lot of which only its first event is known.
 * @param now Unix seconds
 */
export function caseOf(facts: EntryDetails, action: "commission" | "introduce", now: number): Case {
  const lotNumber = facts.lotNumber ?? "1";
  const lot = lotId(ISSUER, lotNumber);
  const details = { entries: [{ ...facts, lotNumber }] };
  const event = {
    action: ACTIONS[action],
    actor: ISSUER,
    holder: ISSUER,
    consignee: ZERO_ADDRESS,
    entries: [{ lot, previous: ZERO_HASH, quantity: 1 }],
    time: now,
    details: detailsRoot(details, SECRET),
  };
  const trail: Trail = {
    version: TRAIL_VERSION,
    ...DOMAIN,
    lot,
    events: [{ event, signature: null, details: disclose(details, SECRET, () => true) }],
    notices: [],
  };
  const replayed = replay(trail, DOMAIN, nobody);
  const trust = { ...DOMAIN, finality: 0, now };
  const identities = identitiesOf(replayed);
  return {
    hasRecord: true,
    trail,
    trust,
    now,
    chain: null,
    policy: policyOf(undefined),
    input: { label: null, expected: null, facts: null },
    replay: replayed,
    identities,
    firstIdentities: identities,
    corrections: NO_CORRECTIONS,
    notices: readNotices({ trail, replay: replayed, chain: null, trust }, DOMAIN, nobody),
    statements: null,
  };
}
