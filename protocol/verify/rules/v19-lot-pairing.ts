// Judges rule V19, lot pairing. Later events, and other lots with the same manufacturer's lot, do not
// contradict the lot's part number, date code and country.
import { ACTIONS } from "../../event/event.ts";
import type { Sibling } from "../../verdict/facts.ts";
import type { Case } from "../case.ts";
import { daysOf, isSameCode } from "../parts.ts";
import { type StatedField, recorded } from "../record.ts";
import { card } from "../../verdict/findings/v19-lot-pairing.ts";
import { weightOn } from "../../verdict/precedence.ts";
import { isSuspect, leavesOut, voucherOfPieces } from "../vouchers.ts";
import { type FindingOf, rule } from "./rule.ts";

export const lotPairing = rule(card, function* (subject) {
  const { trail, identities, input } = subject;
  const origin = identities.origins.get(trail.lot);
  const voucher = voucherOfPieces(subject);
  // A product is made by its assembler and belongs to no manufacturer's lot.
  if (origin?.by.event.action === ACTIONS.assemble && voucher === "maker") return;
  const mpn = recorded(subject, "mpn");
  if (!mpn || !recorded(subject, "makerLot")) return yield { unknown: "PAIRING_NOT_RECORDED" };
  const siblings = input.facts?.siblings;
  if (!siblings) return yield { unknown: "SIBLINGS_NOT_KNOWN" };
  const own = { mpn, date: dateOf(subject), country: recorded(subject, "countryOfOrigin") };
  const remarks = new Map<string | undefined, FindingOf<typeof card>>();
  for (const sibling of siblings.claims)
    for (const difference of compare(own, sibling))
      if (weightOn(voucher, sibling.by) === "full") yield difference;
      else remarks.set(difference.field, { ...difference, code: "LOT_CLAIMED_OTHERWISE" });
  // One remark for each field, however many lots others make.
  yield* remarks.values();
  if (leavesOut(voucher, siblings.complete))
    yield isSuspect(subject, voucher)
      ? { code: "SIBLINGS_NOT_COMPARED", lot: trail.lot }
      : { unknown: "SIBLINGS_NOT_KNOWN" };
});

interface Own {
  mpn: StatedField<"mpn">;
  /** Undefined if there is none, or a mix is declared. */
  date: (StatedField<"dateCode"> & { format: string }) | undefined;
  country: StatedField<"countryOfOrigin"> | undefined;
}

const NO_ONE_DATE = ["MIXED", "N/T"];
/** ISO 3166 leaves AA to users. On labels it means several countries. */
const MIXED_COUNTRIES = "AA";

const isOneDate = (dateCode: string): boolean =>
  !NO_ONE_DATE.includes(dateCode.trim().toUpperCase()) && !/^\d{4}M$/i.test(dateCode.trim());

function dateOf(subject: Case): Own["date"] {
  const dateCode = recorded(subject, "dateCode");
  if (!dateCode || recorded(subject, "dateCodeNewest") || !isOneDate(dateCode.value))
    return undefined;
  return { ...dateCode, format: recorded(subject, "dateCodeFormat")?.value ?? "YYWW" };
}

function* compare(
  { mpn, date, country }: Own,
  sibling: Sibling,
): Generator<FindingOf<typeof card>> {
  const at = ({ step, lot, field, value }: StatedField, found: string) => ({
    event: step.digest,
    lot,
    field,
    expected: value,
    found,
  });
  if (sibling.mpn !== undefined && !isSameCode(sibling.mpn, mpn.value))
    yield { code: "LOT_OF_OTHER_MPN", ...at(mpn, sibling.mpn) };
  else {
    const { dateCode, dateCodeFormat = "YYWW", dateMixed, countryOfOrigin } = sibling;
    const isDated = date && dateCode !== undefined && !dateMixed && isOneDate(dateCode);
    if (isDated && isOtherDate(date, { value: dateCode, format: dateCodeFormat }))
      yield { code: "LOT_OF_OTHER_DATE", ...at(date, dateCode) };
    const isMixed = [country?.value, countryOfOrigin].includes(MIXED_COUNTRIES);
    if (country && countryOfOrigin !== undefined && !isMixed && countryOfOrigin !== country.value)
      yield { code: "LOT_OF_OTHER_COUNTRY", ...at(country, countryOfOrigin) };
  }
}

interface Dated {
  value: string;
  format: string;
}

/** Whether two date codes name different days. In the same format they must be equal; in two formats their days must overlap. */
function isOtherDate(one: Dated, other: Dated): boolean {
  if (one.format === other.format) return !isSameCode(one.value, other.value);
  const [a, b] = [daysOf(one.value, one.format), daysOf(other.value, other.format)];
  return a !== null && b !== null && (a.to < b.from || b.to < a.from);
}
