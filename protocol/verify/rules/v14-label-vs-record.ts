// V14: the label says what the record says.
import type { ComparedField } from "../../label/compare.ts";
import { textsOf } from "../../label/values.ts";
import { comparisonOf, labelOf } from "../label.ts";
import { recorded } from "../record.ts";
import { kind, type Kinds, type Rule } from "./rule.ts";

const differs = (verdict: "FAIL" | "WARN", message: string) => kind(verdict, "holder", message);

export const findings = {
  LABEL_LOT_DIFFERS: differs(
    "FAIL",
    "The label links to another lot than this one: look that lot up instead.",
  ),
  LABEL_PACKAGE_ID_DIFFERS: differs(
    "FAIL",
    "None of the label's package ids is the recorded one: this is another package, so look for the right one or refuse it.",
  ),
  LABEL_MPN_DIFFERS: differs(
    "FAIL",
    "The label's part number is not the recorded one to the last character: do not use the parts until the holder explains it.",
  ),
  LABEL_MAKER_LOT_DIFFERS: differs(
    "FAIL",
    "The label's maker's lot is not the recorded one: these are not the pieces of the record, so ask the holder where they went.",
  ),
  LABEL_MANUFACTURER_DIFFERS: differs(
    "WARN",
    "The label names another maker than the record: check whether both names are of one company, such as a brand.",
  ),
  LABEL_DATE_DIFFERS: differs(
    "WARN",
    "The label's date code and the recorded one cannot mean the same time: compare with the marking on the parts.",
  ),
  LABEL_QUANTITY_DIFFERS: differs(
    "WARN",
    "The label's quantity is not what the record has left: count the pieces, or look for what was taken from the package.",
  ),
  LABEL_COUNTRY_DIFFERS: differs(
    "WARN",
    "The label's country of origin is not the recorded one: ask the maker which of its sites the lot is from.",
  ),
  LABEL_MSL_DIFFERS: differs(
    "WARN",
    "The label's moisture level is not the recorded one: handle the parts by the more sensitive of the two.",
  ),
} satisfies Kinds;

const CODES = {
  packageId: "LABEL_PACKAGE_ID_DIFFERS",
  manufacturer: "LABEL_MANUFACTURER_DIFFERS",
  mpn: "LABEL_MPN_DIFFERS",
  makerLot: "LABEL_MAKER_LOT_DIFFERS",
  dateCode: "LABEL_DATE_DIFFERS",
  quantity: "LABEL_QUANTITY_DIFFERS",
  countryOfOrigin: "LABEL_COUNTRY_DIFFERS",
  msl: "LABEL_MSL_DIFFERS",
} as const satisfies Record<ComparedField, keyof typeof findings>;

/** The label says what the record says. */
export const labelVsRecord: Rule = {
  id: "V14",
  name: "label vs record",
  version: 1,
  looksAt: "each field that the scanned label and the lot's record both have",
  findings,
  unknowns: {
    LABEL_NOT_COMPARED:
      "No label was scanned, so nothing on the package was held against the record: scan the package's codes.",
    LABEL_SAYS_TOO_LITTLE:
      "Label and record share no part number, or nothing that tells this lot from another: scan the label's two-dimensional code as well.",
  },
  *judge(subject) {
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
    const agrees = new Map(comparison.map((row) => [row.field, row.agrees]));
    const tells =
      links.length > 0 ||
      (["packageId", "makerLot"] as const).some((field) => agrees.get(field) !== null);
    if (agrees.get("mpn") === null || !tells) yield { unknown: "LABEL_SAYS_TOO_LITTLE" };
    for (const row of comparison) {
      if (row.agrees !== false) continue;
      const said =
        row.field === "quantity"
          ? undefined
          : recorded(subject, row.field === "packageId" ? "lotNumber" : row.field);
      const where = said
        ? { event: said.step.digest, field: said.field }
        : { field: `label.${row.field}` };
      yield {
        code: CODES[row.field],
        ...where,
        lot: trail.lot,
        expected: row.recorded!,
        found: row.scanned!,
      };
    }
  },
};
