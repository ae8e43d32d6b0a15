// Judges rule V04, authorised link. Every distributor that held the lot was authorised for the
// brand on the day it received the lot.
import { ACTIONS } from "../../event/event.ts";
import { type RoleName, ROLES } from "../../event/roles.ts";
import { type Authorisation, STATEMENT_KINDS } from "../../event/statement.ts";
import type { Case } from "../case.ts";
import { placeOf } from "../places.ts";
import { AFTER_ALL } from "../../chain/place.ts";
import { dayOf } from "../dates.ts";
import type { Origin } from "../identity.ts";
import { isSameName, partsOf } from "../parts.ts";
import { type Passage, recorded } from "../record.ts";
import { card } from "../../verdict/findings/v04-authorised-link.ts";
import { coversDay } from "../../verdict/precedence.ts";
import { type FindingOf, rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

export const authorisedLink = rule(card, function* (subject) {
  for (const { statement, digest, field } of subject.statements?.unsound ?? [])
    if (statement.kind === STATEMENT_KINDS.authorisation)
      yield { code: "AUTHORISATION_UNSOUND", statement: digest, field };
  if (!subject.chain) return yield { unknown: "DISTRIBUTORS_NOT_KNOWN" };
  const origin = subject.identities.origins.get(subject.trail.lot);
  if (!origin) return yield { unknown: "WAY_NOT_KNOWN" };
  const word = wordOfMaker(subject, origin);
  for (const passage of intermediaries(subject))
    if (passage.step.event.actor !== word.maker)
      yield* judgeDistributor(passage, word, subject.policy.approvedSuppliers);
});

/**
 * The entries by which distributors came to hold the lot. A distributor that introduced it counts, because it is not its
 * manufacturer.
 */
function intermediaries(subject: Case): Passage[] {
  const { chain, replay } = subject;
  const holder = replay.history.at(-1)?.state.holder;
  const has = (roles: number, role: RoleName) => (roles & ROLES[role]) !== 0;
  return subject.replay.way.filter(({ step }) => {
    const { action, actor } = step.event;
    if (action !== ACTIONS.receive && action !== ACTIONS.introduce) return false;
    const roles = chain?.registry.party(actor, placeOf(chain, step) ?? AFTER_ALL)?.roles ?? 0;
    const isLastAssembler = actor === holder && has(roles, "assembler");
    return has(roles, "distributor") && !isLastAssembler;
  });
}

type Grant = Authorisation & { digest: string };

/** The parties that the lot's manufacturer has authorised for its brand. */
interface MakersWord {
  /** Null if no manufacturer commissioned the lot: then no authorisation counts. */
  maker: string | null;
  unknown: "AUTHORISATIONS_NOT_KNOWN" | "BRAND_NOT_KNOWN" | undefined;
  grants: Map<string, Grant[]>;
}

function wordOfMaker(subject: Case, { by: { event } }: Origin): MakersWord {
  const { statements } = subject;
  const maker = event.action === ACTIONS.introduce ? null : event.actor;
  const none = { maker, grants: new Map<string, Grant[]>() };
  if (!statements) return { ...none, unknown: "AUTHORISATIONS_NOT_KNOWN" };
  if (maker === null) return { ...none, unknown: undefined };
  const brand = brandOf(subject);
  if (brand === undefined) return { ...none, unknown: "BRAND_NOT_KNOWN" };
  const grants = statements.sound.flatMap((each): Grant[] =>
    each.kind === "authorisation" && each.stands && !each.withdrawn && each.issuer === maker
      ? [{ digest: each.digest, ...each.content }]
      : [],
  );
  const ofBrand = grants.filter((each) => isSameName(each.brand, brand));
  return { maker, unknown: undefined, grants: Map.groupBy(ofBrand, ({ party }) => party) };
}

function* judgeDistributor(
  { step, lot }: Passage,
  { unknown, grants }: MakersWord,
  approvedSuppliers: readonly string[],
): Generator<Ruling> {
  const { actor: party, time } = step.event;
  const where = { event: step.digest, lot, field: "actor", found: party };
  const day = dayOf(time);
  const own = grants.get(party) ?? [];
  const valid = own.filter((each) => coversDay(each, day));
  const of = (grade: Authorisation["grade"]) => valid.find((each) => each.grade === grade);
  if (of("authorised")) return;
  const [aftermarket, approved] = [of("aftermarket"), of("approved")];
  if (aftermarket) yield { code: "AFTERMARKET_SOURCE", ...where, statement: aftermarket.digest };
  else if (approved) yield { code: "DISTRIBUTOR_APPROVED", ...where, statement: approved.digest };
  else if (approvedSuppliers.includes(party)) yield { code: "DISTRIBUTOR_APPROVED", ...where };
  else yield unknown === undefined ? missing(own, day, where) : { unknown };
}

/** Why no authorisation covers the day: the last one ended, or the first one begins later, or there is none. */
function missing(
  own: readonly Grant[],
  day: string,
  where: Pick<FindingOf<typeof card>, "event" | "lot">,
): Ruling {
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

/** The recorded brand, or else the manufacturer's name. Undefined if it is withheld or unknown. */
function brandOf(subject: Case): string | undefined {
  const { by, index } = subject.identities.origins.get(subject.trail.lot)!;
  const detail = subject.identities.stated(by, index, "brand");
  if (detail && "withheld" in detail) return undefined;
  return recorded(subject, "brand")?.value ?? partsOf(subject)[0]?.manufacturer ?? undefined;
}
