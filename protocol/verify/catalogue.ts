// What the reader's own catalogue says of the lot's part.
import type { CataloguePart } from "../verdict/policy.ts";
import type { Case } from "./case.ts";
import { recorded } from "./record.ts";

const name = (text: string) => text.trim().replace(/\s+/g, " ").toLowerCase();

/**
 * The catalogue's lines for the part: those with the recorded part number, exact to the suffix, and with the recorded
 * maker's name, where both say one.
 */
export function catalogued(
  subject: Pick<Case, "replay" | "identities" | "trail" | "policy">,
): CataloguePart[] {
  const mpn = recorded(subject, "mpn")?.value;
  const manufacturer = recorded(subject, "manufacturer")?.value;
  if (mpn === undefined) return [];
  return subject.policy.catalogue.filter(
    (part) =>
      part.mpn === mpn &&
      (part.manufacturer === undefined ||
        manufacturer === undefined ||
        name(part.manufacturer) === name(manufacturer)),
  );
}
