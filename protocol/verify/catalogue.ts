// Finds the lot's part in the reader's own catalogue.
import type { CataloguePart } from "../verdict/policy.ts";
import type { Case } from "./case.ts";
import { textsOf } from "../label/values.ts";
import { labelOf } from "./label.ts";
import { recorded } from "./record.ts";

const name = (text: string) => text.trim().replace(/\s+/g, " ").toLowerCase();

/**
 * Finds the catalogue's lines with the part number, exact to the suffix, and the manufacturer's name: as recorded, or as
 * scanned where there is no record. A name counts only if both have one.
 */
export function catalogued(
  subject: Pick<Case, "hasRecord" | "replay" | "identities" | "trail" | "policy" | "input">,
): CataloguePart[] {
  const { mpns, manufacturers } = subject.hasRecord ? inRecord(subject) : onLabel(subject);
  return subject.policy.catalogue.filter(
    (part) =>
      mpns.includes(part.mpn) &&
      (part.manufacturer === undefined ||
        manufacturers.length === 0 ||
        manufacturers.some((each) => name(part.manufacturer!) === name(each))),
  );
}

function inRecord(subject: Pick<Case, "replay" | "identities" | "trail">) {
  const textsIn = (field: "mpn" | "manufacturer") => recorded(subject, field)?.value ?? [];
  return { mpns: [textsIn("mpn")].flat(), manufacturers: [textsIn("manufacturer")].flat() };
}

function onLabel(subject: Pick<Case, "input">) {
  const label = labelOf(subject);
  const textsIn = (field: "mpn" | "manufacturer") => (label ? textsOf(label, field) : []);
  return { mpns: textsIn("mpn"), manufacturers: textsIn("manufacturer") };
}
