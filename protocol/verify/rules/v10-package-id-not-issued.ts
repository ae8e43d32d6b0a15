// Judges rule V10, package id not issued. The lot that the label links to, and every package id on
// the label, was issued by the lot's issuer or its manufacturer.
import { textsOf } from "../../label/values.ts";
import { labelOf, mistypedOf } from "../label.ts";
import { statedOnWay } from "../record.ts";
import { card } from "../../verdict/findings/v10-package-id-not-issued.ts";
import { rule } from "./rule.ts";

export const packageIdNotIssued = rule(card, function* (subject) {
  const label = labelOf(subject);
  if (!label) {
    yield { unknown: "PACKAGE_ID_NOT_SCANNED" };
    return;
  }
  const ids = textsOf(label, "packageId", "licencePlate");
  if (ids.length + textsOf(label, "lot").length === 0) yield { unknown: "PACKAGE_ID_NOT_ON_LABEL" };
  const own = new Set(
    [...statedOnWay(subject, "lotNumber"), ...statedOnWay(subject, "packageId")].map(
      ({ value }) => value,
    ),
  );
  const facts = new Map(subject.input.facts?.issued?.map((each) => [each.id, each]));
  // The lot that was found by a mistyped id may have it. Rule V13 says that it has to be scanned again.
  const mistyped = mistypedOf(subject).map(({ scanned }) => scanned);
  for (const id of ids.filter((each) => !own.has(each))) {
    if (mistyped.includes(id)) {
      yield { unknown: "PACKAGE_ID_NOT_LOOKED_UP" };
      continue;
    }
    const fact = facts.get(id);
    const where = { lot: subject.trail.lot, field: "label.packageId", found: id };
    if (!fact) yield { unknown: "PACKAGE_ID_NOT_LOOKED_UP" };
    else if (!fact.issued)
      yield {
        code: fact.known ? "PACKAGE_ID_NOT_ISSUED" : "PACKAGE_ID_ISSUER_UNKNOWN",
        ...where,
      };
  }
});
