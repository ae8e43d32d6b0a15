// Judges rule V25, documents. Every document that an event names has the content that was hashed,
// agrees with the record, and has an issuer that may vouch for it.
import type { DocumentFact } from "../../verdict/facts.ts";
import { READABLE_DOCUMENT_FIELDS, type ReadableDocumentField } from "../../event/document.ts";
import { ACTIONS } from "../../event/event.ts";
import { ROLES } from "../../event/roles.ts";
import type { Case } from "../case.ts";
import { placeOf } from "../places.ts";
import { AFTER_ALL } from "../../chain/place.ts";
import { isSameCode, isSameName } from "../parts.ts";
import { type Passage, isShareable, recorded } from "../record.ts";
import { card } from "../../verdict/findings/v25-documents.ts";
import { type Voucher, VOUCHERS, weighingOn } from "../../verdict/precedence.ts";
import { voucherOfNaming } from "../vouchers.ts";
import { rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

export const documents = rule(card, function* (subject) {
  const facts = subject.input.facts?.documents;
  const byHash = Map.groupBy(facts ?? [], ({ hash }) => hash);
  for (const naming of namings(subject)) {
    if (naming.field === "testReportHash") yield* laboratory(subject, naming);
    if (naming.hash === undefined) yield { unknown: "DOCUMENT_WITHHELD" };
    else if (!facts) yield { unknown: "DOCUMENTS_NOT_KNOWN" };
    else yield* judgeDocument(subject, naming, byHash.get(naming.hash) ?? []);
  }
});

/** A place in the lot's history where an event names a document. */
interface Naming {
  passage: Passage;
  field: ReadableDocumentField;
  path: string;
  /** Undefined if it is withheld. */
  hash: string | undefined;
}

function namings(subject: Case): Naming[] {
  return subject.replay.way.flatMap((passage) =>
    READABLE_DOCUMENT_FIELDS.flatMap((field): Naming[] => {
      const detail = subject.identities.stated(passage.step, passage.index, field);
      if (!detail) return [];
      return [
        { passage, field, path: detail.field, hash: "value" in detail ? detail.value : undefined },
      ];
    }),
  );
}

const whereOf = ({ passage: { step, lot }, path }: Naming) => ({
  event: step.digest,
  lot,
  field: path,
});

function* judgeDocument(
  subject: Case,
  naming: Naming,
  facts: readonly DocumentFact[],
): Generator<Ruling> {
  const { field, hash } = naming;
  const where = whereOf(naming);
  if (facts.some(({ altered }) => altered === true))
    yield {
      code: "DOCUMENT_NOT_AS_NAMED",
      ...where,
      ...(isShareable(field) && { expected: hash }),
    };
  else if (!facts.some(({ present }) => present === true)) yield { unknown: "DOCUMENT_NOT_HERE" };
  if (field !== "cocHash") return;
  yield* otherMakerLots(subject, naming, facts);
  for (const { claims } of facts)
    for (const difference of differences(subject, naming, claims)) yield difference;
}

/**
 * Reports that a certificate was given for other manufacturer's lots: in full if by as good a word as that which gave it here.
 */
function* otherMakerLots(
  subject: Case,
  naming: Naming,
  facts: readonly DocumentFact[],
): Generator<Ruling> {
  const own = voucherOfNaming(subject, naming.passage.step);
  const lotsBy = (vouchers: readonly Voucher[]) =>
    Math.max(
      0,
      ...facts.map(({ otherMakerLots: others }) =>
        vouchers.reduce((sum, voucher) => sum + others[voucher], 0),
      ),
    );
  const where = { ...whereOf(naming), expected: 0 };
  const [weighing, all] = [lotsBy(weighingOn(own)), lotsBy(VOUCHERS)];
  if (weighing > 0) yield { code: "COC_OF_OTHER_LOTS", ...where, found: weighing };
  else if (all > 0) yield { code: "COC_CLAIMED_FOR_OTHER_LOTS", ...where, found: all };
}

/** Reports the claims of a certificate that contradict the record or the order. */
function* differences(
  subject: Case,
  naming: Naming,
  claims: DocumentFact["claims"],
): Generator<Ruling> {
  const { event } = whereOf(naming);
  const { lot } = naming.passage;
  const expected = subject.input.expected ?? {};
  for (const name of ["manufacturer", "mpn", "makerLot", "dateCode", "purchaseOrder"] as const) {
    const claim = claims[name];
    if (claim === undefined) continue;
    const isSame = name === "manufacturer" ? isSameName : isSameCode;
    const compared = [recorded(subject, name)?.value, expected[name]].filter(
      (value) => value !== undefined,
    );
    const other = compared.find((value) => !isSame(value, claim));
    const values = isShareable(name) ? { expected: other, found: claim } : {};
    if (other !== undefined) yield { code: "COC_DIFFERS", event, lot, field: name, ...values };
  }
  const pieces = piecesOf(naming, expected.quantity);
  if (claims.quantity !== undefined && !pieces.includes(claims.quantity))
    yield {
      code: "COC_DIFFERS",
      event,
      lot,
      field: "quantity",
      expected: pieces[0],
      found: claims.quantity,
    };
}

/** The quantities that a certificate may state: the lot's, that of all lots of the event, or the order's. */
function piecesOf(
  { passage: { step, index } }: Naming,
  ordered: number | undefined,
): [number, ...number[]] {
  const { entries } = step.event;
  const total = entries.reduce((sum, { quantity }) => sum + quantity, 0);
  return [entries[index]!.quantity, total, ...(ordered === undefined ? [] : [ordered])];
}

/** Checks who vouches for a test report: the manufacturer for lots that it commissions, a laboratory for all others. */
function* laboratory({ chain }: Case, naming: Naming): Generator<Ruling> {
  const { step } = naming.passage;
  const { action, actor } = step.event;
  if (action === ACTIONS.commission) return;
  if (!chain) return yield { unknown: "LABORATORY_NOT_KNOWN" };
  const roles = chain.registry.party(actor, placeOf(chain, step) ?? AFTER_ALL)?.roles ?? 0;
  if ((roles & ROLES.laboratory) === 0)
    yield { code: "REPORT_NOT_BY_LABORATORY", ...whereOf(naming), found: actor };
}
