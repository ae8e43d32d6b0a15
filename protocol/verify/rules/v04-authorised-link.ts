// V04: each distributor on the way was authorised for the brand on the day on which it received the lot.
import { ACTIONS } from "../../event/event.ts";
import { type RoleName, ROLES } from "../../event/roles.ts";
import { type Authorisation, STATEMENT_KINDS } from "../../event/statement.ts";
import type { Found } from "../../verdict/verdict.ts";
import { type Case, placeOf } from "../case.ts";
import { AFTER_ALL } from "../chain.ts";
import { dayOf } from "../dates.ts";
import type { Origin } from "../identity.ts";
import { isSameName, partsOf } from "../parts.ts";
import { type Passage, recorded, wayOf } from "../record.ts";
import { kind, type Kinds, type Rule, type Unknown } from "./rule.ts";

export const findings = {
  DISTRIBUTOR_NOT_AUTHORISED: kind(
    "WARN",
    "holder",
    "Nobody who may has authorised this distributor for the brand, and you have not approved it: ask it for its authorisation, or inspect the parts.",
  ),
  AUTHORISATION_ENDED: kind(
    "WARN",
    "holder",
    "The distributor's authorisation for the brand had ended when it received the lot: ask its maker whether it was renewed.",
  ),
  AUTHORISATION_NOT_BEGUN: kind(
    "WARN",
    "holder",
    "The distributor received the lot before its authorisation for the brand began: ask where it had the parts from.",
  ),
  DISTRIBUTOR_APPROVED: kind(
    "INFO",
    "reader",
    "This distributor is approved, and not authorised by the maker: inspect the parts as you do for approved sources.",
  ),
  AFTERMARKET_SOURCE: kind(
    "INFO",
    "reader",
    "The maker has authorised this party for its aftermarket, as for parts that it no longer makes itself: check the kind of part.",
  ),
  AUTHORISATION_UNSOUND: kind(
    "WARN",
    "service",
    "An authorisation was altered, or its issuer has not signed it, so it counts for nothing: ask the issuer for it again.",
  ),
} satisfies Kinds;

/** Each distributor on the way was authorised for the brand on the day on which it received the lot. */
export const authorisedLink: Rule = {
  id: "V04",
  name: "authorised link",
  version: 1,
  looksAt:
    "each distributor that held the lot, and the maker's authorisations for the brand on the day of its receipt",
  findings,
  unknowns: {
    DISTRIBUTORS_NOT_KNOWN:
      "Which of the holders are distributors was not asked of the ledger: verify with a node that answers.",
    WAY_NOT_KNOWN:
      "Where the lot's way began is not in the trail, so its holders are not all known: ask for the rest.",
    AUTHORISATIONS_NOT_KNOWN:
      "Which authorisations the maker has given was not looked up: verify where its statements are known.",
    BRAND_NOT_KNOWN:
      "The record does not show the brand, so no authorisation can be found: ask for it to be disclosed.",
  },
  *judge(subject) {
    for (const { statement, digest, field } of subject.statements?.unsound ?? [])
      if (statement.kind === STATEMENT_KINDS.authorisation)
        yield { code: "AUTHORISATION_UNSOUND", statement: digest, field };
    if (!subject.chain) return yield { unknown: "DISTRIBUTORS_NOT_KNOWN" };
    const origin = subject.identities.origins.get(subject.trail.lot);
    if (!origin) return yield { unknown: "WAY_NOT_KNOWN" };
    const word = wordOfMaker(subject, origin);
    for (const passage of intermediaries(subject))
      if (passage.step.event.actor !== word.maker)
        yield* judgeOne(passage, word, subject.policy.approvedSuppliers);
  },
};

/** Where distributors came to hold the lot. Who introduced it is one of them: that was not its maker. */
function intermediaries(subject: Case): Passage[] {
  const { chain, replay } = subject;
  const holder = replay.history.at(-1)?.state.holder;
  const has = (roles: number, role: RoleName) => (roles & ROLES[role]) !== 0;
  return wayOf(subject).filter(({ step }) => {
    const { action, actor } = step.event;
    if (action !== ACTIONS.receive && action !== ACTIONS.introduce) return false;
    const roles = chain?.registry.party(actor, placeOf(chain, step) ?? AFTER_ALL)?.roles ?? 0;
    const isLastAssembler = actor === holder && has(roles, "assembler");
    return has(roles, "distributor") && !isLastAssembler;
  });
}

type Given = Authorisation & { digest: string };

/** Whom the lot's maker has authorised for its brand. */
interface MakersWord {
  /** Null where no maker has commissioned the lot: then nobody's word would count. */
  maker: string | null;
  unknown: "AUTHORISATIONS_NOT_KNOWN" | "BRAND_NOT_KNOWN" | undefined;
  given: Map<string, Given[]>;
}

function wordOfMaker(subject: Case, { by: { event } }: Origin): MakersWord {
  const { statements } = subject;
  const maker = event.action === ACTIONS.introduce ? null : event.actor;
  const none = { maker, given: new Map<string, Given[]>() };
  if (!statements) return { ...none, unknown: "AUTHORISATIONS_NOT_KNOWN" };
  if (maker === null) return { ...none, unknown: undefined };
  const brand = brandOf(subject);
  if (brand === undefined) return { ...none, unknown: "BRAND_NOT_KNOWN" };
  const given = statements.known.flatMap((each): Given[] =>
    each.kind === "authorisation" && each.stands && !each.withdrawn && each.issuer === maker
      ? [{ digest: each.digest, ...each.content }]
      : [],
  );
  const ofBrand = given.filter((each) => isSameName(each.brand, brand));
  return { maker, unknown: undefined, given: Map.groupBy(ofBrand, ({ party }) => party) };
}

function* judgeOne(
  { step, lot }: Passage,
  { unknown, given }: MakersWord,
  approvedSuppliers: readonly string[],
): Generator<Found | Unknown> {
  const { actor: party, time } = step.event;
  const where = { event: step.digest, lot, field: "actor", found: party };
  const day = dayOf(time);
  const own = given.get(party) ?? [];
  const valid = own.filter(({ from, to }) => from <= day && (to === undefined || day <= to));
  const of = (grade: Authorisation["grade"]) => valid.find((each) => each.grade === grade);
  if (of("authorised")) return;
  const [aftermarket, approved] = [of("aftermarket"), of("approved")];
  if (aftermarket) yield { code: "AFTERMARKET_SOURCE", ...where, statement: aftermarket.digest };
  else if (approved) yield { code: "DISTRIBUTOR_APPROVED", ...where, statement: approved.digest };
  else if (approvedSuppliers.includes(party)) yield { code: "DISTRIBUTOR_APPROVED", ...where };
  else yield unknown === undefined ? missing(own, day, where) : { unknown };
}

/** Why no authorisation covers the day: the one that ended last, else the one that begins first, else there is none. */
function missing(own: readonly Given[], day: string, where: Pick<Found, "event" | "lot">): Found {
  const at = { ...where, field: "time", found: day };
  const ended = own
    .filter(({ to }) => to !== undefined && to < day)
    .sort((a, b) => (a.to! > b.to! ? -1 : 1))[0];
  if (ended)
    return { code: "AUTHORISATION_ENDED", ...at, statement: ended.digest, expected: ended.to! };
  const begins = own.toSorted((a, b) => (a.from < b.from ? -1 : 1))[0];
  if (begins)
    return {
      code: "AUTHORISATION_NOT_BEGUN",
      ...at,
      statement: begins.digest,
      expected: begins.from,
    };
  return { code: "DISTRIBUTOR_NOT_AUTHORISED", ...where };
}

/** The brand on the parts: what the record calls so, else their maker's name. Undefined where it is withheld or unknown. */
function brandOf(subject: Case): string | undefined {
  const { by, index } = subject.identities.origins.get(subject.trail.lot)!;
  const says = subject.identities.stated(by, index, "brand");
  if (says && "withheld" in says) return undefined;
  return recorded(subject, "brand")?.value ?? partsOf(subject)[0]?.manufacturer ?? undefined;
}
