// V02: the pieces come from who may bring them into being, back to the event that made them.
import { ACTIONS } from "../../event/event.ts";
import { placeOf } from "../case.ts";
import { AFTER_ALL } from "../chain.ts";
import { kind, type Kinds, type Rule } from "./rule.ts";

export const findings = {
  ORIGIN_MISSING: kind(
    "FAIL",
    "service",
    "No event in the trail makes this lot: ask for the trail with its beginning.",
  ),
  ORIGIN_INTRODUCED: kind(
    "WARN",
    "issuer",
    "A party introduced this lot without its maker: where it comes from is that party's word alone, so inspect it accordingly.",
  ),
  CLAIM_WITHHELD: kind(
    "INCOMPLETE",
    "issuer",
    "Of which maker's lot this introduced lot claims to be is withheld, so recalls of that lot cannot be seen: ask for it.",
  ),
  IDENTITY_WITHHELD: kind(
    "INCOMPLETE",
    "issuer",
    "A field that says what the parts are is withheld: ask the party that signed the event to disclose it.",
  ),
  IDENTITY_MISSING: kind(
    "INCOMPLETE",
    "issuer",
    "The event that made the lot does not say what the parts are: ask its issuer for their maker and part number.",
  ),
  RoleMissing: kind(
    "FAIL",
    "ledger owner",
    "The party that signed the event did not have the role for it: ask the ledger's owner for what it was admitted.",
  ),
  NotIssuer: kind(
    "FAIL",
    "issuer",
    "Only the party in the lot's id may do this: whoever signed it has used another's lot number.",
  ),
  LotExists: kind(
    "FAIL",
    "actor",
    "The event makes a lot that was made before: one of the two is an impostor.",
  ),
  ORIGIN_OF_OTHER_BRAND: kind(
    "WARN",
    "issuer",
    "The party that commissioned this lot goes by another name than the brand: check that it may make parts of that brand.",
  ),
} satisfies Kinds;

/** The pieces come from who may bring them into being, back to the event that made them. */
export const rootOfOrigin: Rule = {
  id: "V02",
  name: "root of origin",
  version: 1,
  looksAt: "the event that made the lot, and who signed it",
  findings,
  unknowns: {
    BRAND_NOT_COMPARED:
      "Whether the party at the origin may speak for the brand was not compared with the ledger: verify with a node.",
    ORIGIN_NOT_KNOWN:
      "The trail shows no event that made these pieces: ask for the trail with its beginning.",
  },
  *judge(subject) {
    const { trail, identities, chain, policy } = subject;
    const origin = identities.origins.get(trail.lot);
    if (!origin) return yield { unknown: "ORIGIN_NOT_KNOWN" };
    const { by, index, lot } = origin;
    // An introduced lot is on its party's word anyway; an assembler is the maker of its product.
    if (by.event.action !== ACTIONS.commission) return;
    const said = [
      identities.stated(by, index, "brand"),
      identities.stated(by, index, "manufacturer"),
    ];
    const brand = said.find((says) => says && "value" in says);
    if (!brand || !("value" in brand)) return;
    const party = chain?.registry.party(by.event.actor, placeOf(chain, by) ?? AFTER_ALL);
    if (!party) return yield { unknown: "BRAND_NOT_COMPARED" };
    const speakers = Object.hasOwn(policy.brands, brand.value) ? policy.brands[brand.value]! : [];
    if (!speakers.includes(by.event.actor) && plainName(party.name) !== plainName(brand.value))
      yield {
        code: "ORIGIN_OF_OTHER_BRAND",
        ...{ event: by.digest, lot, field: brand.field, expected: party.name, found: brand.value },
      };
  },
};

/** Names of companies without case, points and blanks, which are written in many ways. */
const plainName = (name: string) =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s.,'’-]+/gu, " ")
    .trim();
