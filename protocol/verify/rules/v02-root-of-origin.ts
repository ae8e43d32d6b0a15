// Judges rule V02, root of origin. The event that made the lot is signed by a party that may make
// it, and names the parts.
import { ACTIONS } from "../../event/event.ts";
import { placeOf } from "../places.ts";
import { AFTER_ALL } from "../../chain/place.ts";
import { isSameName } from "../parts.ts";
import { card } from "../../verdict/findings/v02-root-of-origin.ts";
import { rule } from "./rule.ts";

export const rootOfOrigin = rule(card, function* (subject) {
  const { trail, identities, chain, policy } = subject;
  const origin = identities.origins.get(trail.lot);
  if (!origin) return yield { unknown: "ORIGIN_NOT_KNOWN" };
  const { by, index, lot } = origin;
  // Only a commissioned lot claims a brand: an introduced lot warns anyway, and an assembler is its product's manufacturer.
  if (by.event.action !== ACTIONS.commission) return;
  const claims = [
    identities.stated(by, index, "brand"),
    identities.stated(by, index, "manufacturer"),
  ];
  const brand = claims.find((claim) => claim && "value" in claim);
  if (!brand || !("value" in brand)) return;
  const party = chain?.registry.party(by.event.actor, placeOf(chain, by) ?? AFTER_ALL);
  if (!party) return yield { unknown: "BRAND_NOT_COMPARED" };
  const speakers = Object.hasOwn(policy.brands, brand.value) ? policy.brands[brand.value]! : [];
  if (!speakers.includes(by.event.actor) && !isSameName(party.name, brand.value))
    yield {
      code: "ORIGIN_OF_OTHER_BRAND",
      event: by.digest,
      lot,
      field: brand.field,
      expected: party.name,
      found: brand.value,
    };
});
