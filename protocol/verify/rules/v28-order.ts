// Judges rule V28, order. What is recorded and scanned is what was ordered, field by field, by the comparison that people see.
// The part number is judged by rule V16.
import { textsOf } from "../../label/values.ts";
import type { ComparedField, FieldComparison } from "../../label/compare.ts";
import { card } from "../../verdict/findings/v28-order.ts";
import type { Case } from "../case.ts";
import { comparisonOf, labelOf } from "../label.ts";
import { recorded, whereOf } from "../record.ts";
import { rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

const CODES = {
  manufacturer: "ORDER_MANUFACTURER_DIFFERS",
  makerLot: "ORDER_MAKER_LOT_DIFFERS",
  dateCode: "ORDER_DATE_CODE_DIFFERS",
  countryOfOrigin: "ORDER_COUNTRY_DIFFERS",
  quantity: "ORDER_QUANTITY_DIFFERS",
} as const satisfies Partial<Record<ComparedField, string>>;

export const order = rule(card, function* (subject) {
  const { expected } = subject.input;
  const rows = (comparisonOf(subject) ?? []).filter(isOrdered);
  if (expected == null || (rows.length === 0 && expected.purchaseOrder === undefined))
    return yield { unknown: "ORDER_NOT_GIVEN" };
  for (const row of rows) yield* judged(subject, row);
  yield* orderNumber(subject, expected.purchaseOrder);
});

type OrderedRow = FieldComparison & { field: keyof typeof CODES };

const isOrdered = (row: FieldComparison): row is OrderedRow =>
  row.field in CODES && row.expected !== null;

/** One finding where record, label or both differ, so that one mistake is reported once. */
function* judged(subject: Case, row: OrderedRow): Generator<Ruling> {
  const { field, expected, recordedAsExpected, scannedAsExpected } = row;
  const code = CODES[field];
  const lot = subject.trail.lot;
  if (recordedAsExpected === false) {
    const where = field === "quantity" ? {} : whereOf(recorded(subject, field));
    yield { code, lot, field, ...where, expected: expected!, found: row.recorded! };
  } else if (scannedAsExpected === false)
    yield { code, lot, field: `label.${field}`, expected: expected!, found: row.scanned! };
  else if (recordedAsExpected === null && scannedAsExpected === null)
    yield { unknown: "ORDERED_FIELD_NOT_KNOWN" };
}

function* orderNumber(subject: Case, ordered: string | undefined): Generator<Ruling> {
  const label = labelOf(subject);
  if (ordered === undefined || !label) return;
  const scanned = textsOf(label, "purchaseOrder");
  if (scanned.length > 0 && !scanned.includes(ordered))
    yield {
      code: "ORDER_NUMBER_DIFFERS",
      lot: subject.trail.lot,
      field: "label.purchaseOrder",
      expected: ordered,
      found: scanned[0]!,
    };
}
