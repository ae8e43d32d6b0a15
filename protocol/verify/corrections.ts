// Reads the corrections of a trail's lots, and puts the corrected facts in the place of those that they supersede.
import { AFTER_ALL, type ChainPlace, isBefore } from "../chain/place.ts";
import { CORRECTABLE, DATE_FIELDS, type DetailName } from "../event/detail-fields.ts";
import { detailName, type Scalar } from "../event/details.ts";
import { ACTIONS } from "../event/event.ts";
import { issuerOf } from "../event/lot.ts";
import { NOTICE_KINDS } from "../event/notice.ts";
import { isInherited } from "../trail/lineage.ts";
import { sourceOf } from "../trail/trail.ts";
import type { Trust } from "../verdict/trust.ts";
import type { Chain } from "./chain.ts";
import type { Identities, Stated, ValueOf } from "./identity.ts";
import type { NoticeEvidence, Notices } from "./notices.ts";
import { ZERO_HASH } from "../base/values.ts";
import { isFinal, placeOf } from "./places.ts";
import type { Replay, Step } from "./replay.ts";
import { detailsFaults } from "./signed.ts";

/** A fact that an issuer corrected: what it stated first, and its corrections that count, in the ledger's order. */
export interface CorrectedFact {
  lot: string;
  name: DetailName;
  /** What the event that made the lot states. Undefined if it states nothing. */
  first: Stated;
  /** Never empty. The last one holds. */
  corrections: Correction[];
}

/** One correction of one fact, or the withdrawal of one, after which an earlier value holds again. */
export interface Correction {
  /** Of the correction or the withdrawal. */
  digest: string;
  place: ChainPlace;
  /** The block's time, Unix seconds. */
  time: number;
  /** Undefined if the correction leaves the fact out: a date code without its newest. */
  fact: Stated;
}

/** A correction that does not count. */
export interface IdleCorrection {
  code:
    | "CORRECTION_PENDING"
    | "CORRECTION_OF_OTHERS_FACT"
    | "CORRECTION_WITHHELD"
    | "CORRECTIONS_LEFT_OUT";
  digest: string;
  lot: string;
  field?: string;
}

/** Corrections that are read for one trail. An issuer could give any number, about any lot of its own in it. */
const MAX_CORRECTIONS = 200;

/** The corrections of a trail's lots. */
export interface Corrections {
  facts: CorrectedFact[];
  idle: IdleCorrection[];
}

export const NO_CORRECTIONS: Corrections = { facts: [], idle: [] };

interface Subject {
  notices: Notices;
  chain: Chain | null;
  trust: Trust;
  identities: Identities;
}

/** A fact with the corrections of it that stand, in the ledger's order. */
interface Standing {
  corrected: CorrectedFact;
  standing: { digest: string; fact: Stated }[];
}

/**
 * Reads the corrections that count: signed by the lot's issuer, recorded finally, with the signed details. An issuer corrects
 * only what it stated itself; a lot that was split off has the facts of its parent, which are its parent's issuer's. A withdrawal
 * is a change like any other: it must not take back in silence what others have relied on.
 */
export function readCorrections(subject: Subject): Corrections {
  const facts = new Map<string, Standing>();
  const idle: IdleCorrection[] = [];
  let count = 0;
  for (const each of subject.notices.all) {
    const { digest, notice, withdrawn } = each;
    const { lot, kind, issuer } = notice;
    if (issuer !== issuerOf(lot)) continue;
    if (kind === NOTICE_KINDS.withdrawal) takeBack(each, subject, facts);
    if (kind !== NOTICE_KINDS.correction) continue;
    const creation = subject.identities.created.get(lot);
    if (!creation || !mayHaveSignedDetails(each)) continue;
    if (++count > MAX_CORRECTIONS) {
      idle.push({ code: "CORRECTIONS_LEFT_OUT", digest, lot });
      break;
    }
    const at = placeOfFinal(each, subject);
    if (!at) {
      idle.push({ code: "CORRECTION_PENDING", digest, lot });
      continue;
    }
    if (each.item?.details == null) {
      idle.push({ code: "CORRECTION_WITHHELD", digest, lot, field: "details" });
      continue;
    }
    const isSplit = creation.by.event.action === ACTIONS.split;
    for (const [name, fact] of factsOf(each)) {
      const first = subject.identities.stated(creation.by, creation.index, name);
      if (isSplit && first === undefined && fact !== undefined && !withdrawn)
        idle.push({ code: "CORRECTION_OF_OTHERS_FACT", digest, lot, field: fact.field });
      if (isSplit && first === undefined) continue;
      const key = `${lot}/${name}`;
      const { corrected, standing } = facts.get(key) ?? {
        corrected: { lot, name, first, corrections: [] },
        standing: [],
      };
      corrected.corrections.push({ digest, ...at, fact });
      standing.push({ digest, fact });
      facts.set(key, { corrected, standing });
    }
  }
  return { facts: [...facts.values()].map(({ corrected }) => corrected), idle };
}

/** Lets the values before a withdrawn correction hold again. A withdrawal counts once its record is final. */
function takeBack(each: NoticeEvidence, subject: Subject, facts: Map<string, Standing>): void {
  const { digest, notice } = each;
  const at = placeOfFinal(each, subject);
  if (!at) return;
  for (const { corrected, standing } of facts.values()) {
    const index =
      corrected.lot === notice.lot
        ? standing.findIndex((one) => one.digest === notice.withdraws)
        : -1;
    if (index < 0) continue;
    standing.splice(index, 1);
    const fact = standing.length > 0 ? standing.at(-1)!.fact : corrected.first;
    corrected.corrections.push({ digest, ...at, fact });
  }
}

/** Details that are not shown may be the signed ones. */
function mayHaveSignedDetails({ notice, item }: NoticeEvidence): boolean {
  if (!item) return false; // the trail lacks the notice, which has a finding of its own
  if (item.details === null) return notice.details !== ZERO_HASH;
  return [...detailsFaults(notice.details, item.details, 0, {})].length === 0;
}

/** Doubt never frees a lot: a correction counts once its record is final. */
function placeOfFinal(
  { taken }: NoticeEvidence,
  { chain, trust }: Subject,
): Pick<Correction, "place" | "time"> | undefined {
  if (!chain || !taken || !isFinal(chain, trust, taken.block)) return undefined;
  const { block, logIndex } = taken;
  return { place: { block, logIndex }, time: chain.times.get(block)! };
}

/** The facts that a correction states anew. Date code, newest and format are corrected together. */
function factsOf({ item }: NoticeEvidence): Map<DetailName, Stated> {
  const { open, withheld } = item!.details!;
  const stated = new Map<DetailName, Stated>([
    ...open.map(({ path, value }): [DetailName, Stated] => [
      detailName(path),
      { value, field: `details.${path.join(".")}` },
    ]),
    ...withheld.map(({ path }): [DetailName, Stated] => [
      detailName(path),
      { withheld: true, field: `details.${path.join(".")}` },
    ]),
  ]);
  const hasDate = stated.has("dateCode");
  const names = CORRECTABLE.filter((name) => (isOfDate(name) ? hasDate : stated.has(name)));
  return new Map(names.map((name) => [name, stated.get(name)]));
}

const isOfDate = (name: DetailName): boolean =>
  (DATE_FIELDS as readonly DetailName[]).includes(name);

/**
 * The identities in which corrected facts stand in the place of those that they supersede: in the event that made the lot, in
 * splits that repeat them, and in earlier events of the same issuer that do. What another party observed stays.
 */
export function correctedIdentities(
  identities: Identities,
  { facts }: Corrections,
  { chain, replay }: { chain: Chain | null; replay: Replay },
): Identities {
  if (facts.length === 0 || !chain) return identities;
  const nearest = nearestFacts(facts, replay);
  /** The corrected fact that an entry's statement about a field repeats as it was before. */
  const repeatedBy = (step: Step, index: number, name: DetailName) => {
    // A date is repeated by its code, whatever format it is in.
    const key = isOfDate(name) ? "dateCode" : name;
    const corrected = nearest(key, step.event.entries[index]!.lot);
    const statement = identities.stated(step, index, key);
    const isRepeated =
      corrected && isSuperseded(statement, corrected, placeOf(chain, step) ?? AFTER_ALL);
    return isRepeated ? corrected : undefined;
  };
  return {
    ...identities,
    stated<N extends DetailName>(step: Step, index: number, name: N) {
      const own = identities.stated(step, index, name);
      const { lot } = step.event.entries[index]!;
      const corrected = nearest(name, lot);
      if (!corrected) return own;
      const holding = corrected.corrections.at(-1)!.fact as Stated<ValueOf<N>>;
      const creation = identities.created.get(lot);
      const isCreation = creation?.by === step && creation.index === index;
      if (isCreation && corrected.lot === lot) return holding;
      const mayRepeat = isCreation || step.event.actor === issuerOf(corrected.lot);
      return mayRepeat && repeatedBy(step, index, name) ? holding : own;
    },
    isOutdated: (step, index, name) => repeatedBy(step, index, name) !== undefined,
  };
}

/** Whether a statement at a place repeats what was corrected later. */
function isSuperseded(
  statement: Stated,
  { first, corrections }: CorrectedFact,
  place: ChainPlace,
): boolean {
  if (!statement || !("value" in statement)) return false;
  const values = [first, ...corrections.slice(0, -1).map(({ fact }) => fact)];
  return values.some(
    (value, i) => valueOf(value) === statement.value && isBefore(place, corrections[i]!.place),
  );
}

/**
 * The identities at each time before a lot's last correction: the values that held then, which others may have relied on.
 */
export function earlierIdentities(
  firstIdentities: Identities,
  facts: readonly CorrectedFact[],
  context: { chain: Chain | null; replay: Replay },
): Identities[] {
  const places = new Map(
    facts.flatMap(({ corrections }) =>
      corrections.map(({ digest, place }): [string, ChainPlace] => [digest, place]),
    ),
  );
  return [...places.values()].map((end) => {
    const earlier = facts.flatMap((fact) => {
      const corrections = fact.corrections.filter(({ place }) => isBefore(place, end));
      return corrections.length > 0 ? [{ ...fact, corrections }] : [];
    });
    return correctedIdentities(firstIdentities, { facts: earlier, idle: [] }, context);
  });
}

/** What a fact was before its correction of this number. */
export const factBefore = ({ first, corrections }: CorrectedFact, i: number): Stated =>
  i === 0 ? first : corrections[i - 1]!.fact;

/** Whether the correction of this number states another value than what held before, or withholds it. */
export function isChange(corrected: CorrectedFact, i: number): boolean {
  const { fact } = corrected.corrections[i]!;
  const isWithheld = fact !== undefined && "withheld" in fact;
  return isWithheld || valueOf(fact) !== valueOf(factBefore(corrected, i));
}

/** The value of a statement. Undefined if it is withheld, or there is none. */
export const valueOf = (stated: Stated): Scalar | undefined =>
  stated && "value" in stated ? stated.value : undefined;

/** Finds the corrected fact that holds for a lot: its own, or that of the nearest lot that it was split from. */
function nearestFacts(
  facts: readonly CorrectedFact[],
  { ancestry: { creations } }: Replay,
): (name: DetailName, lot: string) => CorrectedFact | undefined {
  const byName = new Map(
    [...Map.groupBy(facts, ({ name }) => name)].map(([name, some]) => [
      name,
      new Map<string, CorrectedFact | undefined>(some.map((fact) => [fact.lot, fact])),
    ]),
  );
  return (name, lot) => {
    const known = byName.get(name);
    if (!known) return undefined;
    const walked: string[] = [];
    let at: string | undefined = lot;
    while (at !== undefined && !known.has(at)) {
      walked.push(at);
      known.set(at, undefined);
      const event: Step["event"] | undefined = creations.get(at)?.by.event;
      at = event?.action === ACTIONS.split && isInherited(name) ? sourceOf(event) : undefined;
    }
    const fact = at === undefined ? undefined : known.get(at);
    for (const each of walked) known.set(each, fact);
    return fact;
  };
}
