// V19: one maker's lot has one part number, one date code and one origin.
import { ACTIONS } from "../../event/event.ts";
import type { Sibling } from "../../verdict/facts.ts";
import type { Found } from "../../verdict/verdict.ts";
import type { Case } from "../case.ts";
import { daysOf, isSameCode } from "../parts.ts";
import { type Said, recorded } from "../record.ts";
import { kind, type Kinds, type Rule } from "./rule.ts";

export const findings = {
  IDENTITY_CONTRADICTED: kind(
    "FAIL",
    "actor",
    "A later event says of the parts what their origin denies: do not use them until the party that signed it explains it.",
  ),
  IDENTITY_ADDED: kind(
    "WARN",
    "actor",
    "A later event says of the parts what their origin left open: take it as that party's word, not as the origin's.",
  ),
  LOT_OF_OTHER_MPN: kind(
    "FAIL",
    "issuer",
    "Another lot has this maker's lot under another part number, so one of the two is not what it says: ask the maker which.",
  ),
  LOT_OF_OTHER_DATE: kind(
    "WARN",
    "issuer",
    "Another lot has this maker's lot with another date code, and neither declares a mix: compare the markings with the label.",
  ),
  LOT_OF_OTHER_COUNTRY: kind(
    "WARN",
    "issuer",
    "Another lot has this maker's lot with another country of origin, and neither declares a mix: ask the maker which is true.",
  ),
} satisfies Kinds;

/** One maker's lot has one part number, one date code and one origin. */
export const lotPairing: Rule = {
  id: "V19",
  name: "lot pairing",
  version: 2,
  looksAt: "what later events and other lots say of the same maker's lot",
  findings,
  unknowns: {
    SIBLINGS_NOT_KNOWN:
      "What other lots say of the same maker's lot is not known here: verify where its other lots are followed.",
    PAIRING_NOT_RECORDED:
      "The record does not show whose lot this is, so no other lot can be held against it: ask for part number and maker's lot.",
  },
  *judge(subject) {
    const { trail, identities, given } = subject;
    const origin = identities.origins.get(trail.lot);
    // A product is of its assembler's making, and of no maker's lot.
    if (origin?.by.event.action === ACTIONS.assemble) return;
    const mpn = recorded(subject, "mpn");
    if (!mpn || !recorded(subject, "makerLot")) return yield { unknown: "PAIRING_NOT_RECORDED" };
    const siblings = given.facts?.siblings;
    if (!siblings) return yield { unknown: "SIBLINGS_NOT_KNOWN" };
    const own = { mpn, date: dateOf(subject), country: recorded(subject, "countryOfOrigin") };
    for (const sibling of siblings) yield* compare(own, sibling);
  },
};

interface Own {
  mpn: Said<"mpn">;
  /** Undefined where there is none, or a mix is declared. */
  date: (Said<"dateCode"> & { format: string }) | undefined;
  country: Said<"countryOfOrigin"> | undefined;
}

const NO_ONE_DATE = ["MIXED", "N/T"];
/** ISO 3166 leaves AA to users; on labels it stands for several countries. */
const MIXED_COUNTRIES = "AA";

const isOneDate = (dateCode: string): boolean =>
  !NO_ONE_DATE.includes(dateCode.trim().toUpperCase()) && !/^\d{4}M$/i.test(dateCode.trim());

function dateOf(subject: Case): Own["date"] {
  const said = recorded(subject, "dateCode");
  if (!said || recorded(subject, "dateCodeNewest") || !isOneDate(said.value)) return undefined;
  return { ...said, format: recorded(subject, "dateCodeFormat")?.value ?? "YYWW" };
}

function* compare({ mpn, date, country }: Own, sibling: Sibling): Generator<Found> {
  const at = ({ step, lot, field, value }: Said, found: string) => ({
    ...{ event: step.digest, lot, field, expected: value, found },
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

/** Whether two date codes are of other days. In the same form they must be the same; in two forms their days must meet. */
function isOtherDate(one: Dated, other: Dated): boolean {
  if (one.format === other.format) return !isSameCode(one.value, other.value);
  const [a, b] = [daysOf(one.value, one.format), daysOf(other.value, other.format)];
  return a !== null && b !== null && (a.to < b.from || b.to < a.from);
}
