// Writes the text of our own labels: format 06 with the identifiers of EIGP 114. label.ts reads it back.
import { z } from "zod";
import { parseWith } from "../base/canonical.ts";
import { DETAIL_FIELDS, type DateCodeFormat } from "../event/detail-fields.ts";
import { ProtocolError } from "../base/errors.ts";
import { LotNumber } from "../event/lot.ts";
import { Quantity } from "../base/values.ts";

const optionalField = <N extends keyof typeof DETAIL_FIELDS>(name: N) =>
  DETAIL_FIELDS[name].type.optional() as z.ZodOptional<(typeof DETAIL_FIELDS)[N]["type"]>;

/**
 * The content of a label of a lot or package, in the fields of a lot's record. The customer's part number and order belong on
 * the label of a delivery alone: everybody who holds the package reads them. No prices.
 */
export const LabelContent = z.strictObject({
  lotNumber: LotNumber,
  mpn: DETAIL_FIELDS.mpn.type,
  quantity: Quantity,
  manufacturer: optionalField("manufacturer"),
  partRevision: optionalField("partRevision"),
  makerLot: optionalField("makerLot"),
  dateCode: optionalField("dateCode"),
  dateCodeNewest: optionalField("dateCodeNewest"),
  dateCodeFormat: optionalField("dateCodeFormat"),
  countryOfOrigin: optionalField("countryOfOrigin"),
  expiryDate: optionalField("expiryDate"),
  msl: optionalField("msl"),
  environmentalCategory: optionalField("environmentalCategory"),
  parentPackageId: optionalField("parentPackageId"),
  customerPartNumber: optionalField("customerPartNumber"),
  purchaseOrder: optionalField("purchaseOrder"),
  purchaseOrderLine: optionalField("purchaseOrderLine"),
});
export type LabelContent = z.infer<typeof LabelContent>;

/** The identifier for each format of date code. Formats without their own identifier use 9D. */
const DATE_IDENTIFIERS: Record<DateCodeFormat, string> = {
  YYWW: "10D",
  YYYYWW: "11D",
  YYMMDD: "D",
  YYYYMMDD: "12D",
  "YYYY-MM": "9D",
  "YYYY-MM-DD": "9D",
  other: "9D",
};

function dateElements({
  dateCode,
  dateCodeNewest,
  dateCodeFormat = "YYWW",
}: LabelContent): [string, string][] {
  if (dateCode === undefined) return [];
  if (dateCodeNewest === undefined || dateCodeNewest === dateCode)
    return [[DATE_IDENTIFIERS[dateCodeFormat], dateCode]];
  // Only weeks have an identifier for the oldest and the newest together.
  const weeks =
    dateCodeFormat === "YYWW" && [dateCode, dateCodeNewest].every((each) => /^\d{4}$/.test(each));
  return weeks ? [["13D", dateCode + dateCodeNewest]] : [["10D", "MIXED"]];
}

const PRINTABLE = /^[\x20-\x7e]*$/;

/** A field of a label: its data identifier, its text, and the field of the record that it comes from. */
export interface LabelElement {
  di: string;
  value: string;
  field: keyof LabelContent;
}

/**
 * The fields of a label's two-dimensional code, in its order. A manufacturer's name with characters that format 06 cannot hold
 * is left out: no standard asks for 1V on a product label, and the name stands on the label as text.
 * @throws ProtocolError BAD_FIELD, BAD_TEXT if a value is malformed, or has characters that format 06 cannot hold
 */
export function labelElements(content: LabelContent): LabelElement[] {
  const label = parseWith(LabelContent, content);
  const { manufacturer } = label;
  const elements: [di: string, value: string | undefined, field: keyof LabelContent][] = [
    ["3S", label.lotNumber, "lotNumber"],
    ["4S", label.parentPackageId, "parentPackageId"],
    ["K", label.purchaseOrder, "purchaseOrder"],
    ["4K", label.purchaseOrderLine, "purchaseOrderLine"],
    ["P", label.customerPartNumber, "customerPartNumber"],
    ["1P", label.mpn, "mpn"],
    ["2P", label.partRevision, "partRevision"],
    ["Q", String(label.quantity), "quantity"],
    ["1T", label.makerLot, "makerLot"],
    ...dateElements(label).map(
      ([di, value]) => [di, value, "dateCode"] as [string, string, "dateCode"],
    ),
    ["14D", label.expiryDate?.replaceAll("-", ""), "expiryDate"],
    ["4L", label.countryOfOrigin, "countryOfOrigin"],
    ["13E", label.msl, "msl"],
    ["E", label.environmentalCategory, "environmentalCategory"],
    [
      "1V",
      manufacturer !== undefined && PRINTABLE.test(manufacturer) ? manufacturer : undefined,
      "manufacturer",
    ],
  ];
  return elements.flatMap(([di, value, field]) => {
    if (value === undefined) return [];
    if (!PRINTABLE.test(value))
      throw new ProtocolError("BAD_TEXT", "has characters that a label's code cannot hold", {
        field,
      });
    return [{ di, value, field }];
  });
}

/**
 * The text of a label's two-dimensional code: `[)>` RS `06` GS … RS EOT (ISO/IEC 15434, ANSI MH10.8.2, EIGP 114).
 * @throws ProtocolError as labelElements does
 */
export function labelText(content: LabelContent): string {
  const data = labelElements(content).map(({ di, value }) => `\x1d${di}${value}`);
  return `[)>\x1e06${data.join("")}\x1e\x04`;
}
