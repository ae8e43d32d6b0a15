// Judges rule V14, label vs record. Every field that the scanned label and the lot's record share
// has the same value.
import type { ComparedField, FieldComparison } from "../../label/compare.ts";
import { textsOf } from "../../label/values.ts";
import type { Case } from "../case.ts";
import { comparisonOf, labelOf, mistypedOf } from "../label.ts";
import { recorded } from "../record.ts";
import { card } from "../../verdict/findings/v14-label-vs-record.ts";
import { rule } from "./rule.ts";

const CODES = {
  packageId: "LABEL_PACKAGE_ID_DIFFERS",
  manufacturer: "LABEL_MANUFACTURER_DIFFERS",
  mpn: "LABEL_MPN_DIFFERS",
  makerLot: "LABEL_MAKER_LOT_DIFFERS",
  dateCode: "LABEL_DATE_DIFFERS",
  quantity: "LABEL_QUANTITY_DIFFERS",
  countryOfOrigin: "LABEL_COUNTRY_DIFFERS",
  msl: "LABEL_MSL_DIFFERS",
} as const satisfies Record<ComparedField, keyof typeof card.findings>;

export const labelVsRecord = rule(card, function* (subject) {
  const { trail } = subject;
  const label = labelOf(subject);
  const comparison = label && comparisonOf(subject);
  if (!comparison) {
    yield { unknown: "LABEL_NOT_COMPARED" };
    return;
  }
  const links = textsOf(label, "lot");
  const other = links.find((lot) => lot !== trail.lot);
  if (other !== undefined)
    yield {
      code: "LABEL_LOT_DIFFERS",
      lot: trail.lot,
      field: "label.lot",
      expected: trail.lot,
      found: other,
    };
  if (mistypedOf(subject).length > 0) yield { unknown: "LABEL_MISTYPED" };
  const agrees = new Map(comparison.map((row) => [row.field, row.agrees]));
  const isIdentified =
    links.length > 0 ||
    (["packageId", "makerLot"] as const).some((field) => agrees.get(field) !== null);
  if (agrees.get("mpn") === null || !isIdentified) yield { unknown: "LABEL_SAYS_TOO_LITTLE" };
  const first = subject.corrections.facts.length > 0 ? firstComparison(subject) : [];
  for (const row of comparison) {
    if (row.agrees !== false) continue;
    const isUncorrected = first.some(({ field, agrees }) => field === row.field && agrees === true);
    const record =
      row.field === "quantity"
        ? undefined
        : recorded(subject, row.field === "packageId" ? "lotNumber" : row.field);
    const where = record
      ? { event: record.step.digest, field: record.field }
      : { field: `label.${row.field}` };
    yield {
      code: isUncorrected ? "LABEL_NOT_CORRECTED" : CODES[row.field],
      ...where,
      lot: trail.lot,
      expected: row.recorded!,
      found: row.scanned!,
    };
  }
});

/** Compares the label with what the record stated before it was corrected. */
const firstComparison = (subject: Case): FieldComparison[] =>
  comparisonOf({ ...subject, identities: subject.firstIdentities }) ?? [];
