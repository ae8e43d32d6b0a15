// Finds the lot's part in the reader's own catalogue.
import type { CataloguePart } from "../verdict/policy.ts";
import type { Case } from "./case.ts";
import { recorded } from "./record.ts";

const name = (text: string) => text.trim().replace(/\s+/g, " ").toLowerCase();

/**
 * Finds the catalogue's lines with the recorded part number, exact to the suffix, and the recorded maker's name. A name
 * counts only if both have one.
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
