// Combines a label's fields into one record, and finds where its codes contradict each other.
import { datesMeet, type DateCode } from "./dates.ts";
import type { KindName, Value } from "./kinds.ts";
import { LabelRecord, type LabelConflict, type LabelField } from "./reading.ts";

const RECORDED = new Set(Object.keys(LabelRecord.shape));

/** Makes a record of the first value of each kind. @param fields the fields, most important first */
export function recordOf(fields: readonly LabelField[]): LabelRecord {
  const record: Partial<Record<string, Value>> = {};
  for (const { kind, value } of fields) {
    if (value !== null && RECORDED.has(kind)) record[kind] ??= value;
  }
  const date = dateOf(fields);
  if (date) record["dateCode"] = date;
  return record as LabelRecord;
}

/** The first date code that can be read, or else the production date, or else the first text. */
function dateOf(fields: readonly LabelField[]): DateCode | undefined {
  const dates = ["dateCode", "productionDate"].flatMap((name) =>
    fields.flatMap(({ kind, value }) =>
      kind === name && typeof value === "object" && value !== null ? [value] : [],
    ),
  );
  return dates.find(({ certainty }) => certainty !== "unreadable") ?? dates[0];
}

/** The kinds on which the codes of one label must agree. */
export const COMPARED_KINDS: readonly KindName[] = [
  "mpn",
  "orderCode",
  "manufacturer",
  "makerLot",
  "assemblyLot",
  "serialNumber",
  "packageId",
  "licencePlate",
  "dateCode",
  "productionDate",
  "expiryDate",
  "quantity",
  "countryOfOrigin",
  "fabCountry",
  "assemblyCountry",
  "msl",
  "lot",
  "chainId",
  "ledger",
];

const agree = (one: Value, other: Value) =>
  typeof one === "object" && typeof other === "object"
    ? datesMeet(one as DateCode, other as DateCode)
    : one === other;

/** The most values of one kind that are compared in one code. It limits the work that a hostile label can cause. */
const MAX_OWN_VALUES = 16;

/** The first field of each different value. */
function different<T extends { value: Value }>(items: readonly T[]): T[] {
  const byValue = new Map<string, T>();
  for (const each of items) {
    const key =
      typeof each.value === "object" ? each.value.raw : `${typeof each.value} ${each.value}`;
    if (!byValue.has(key)) byValue.set(key, each);
  }
  return [...byValue.values()];
}

/** The kinds on which different codes contradict each other. Several values within one code are not a contradiction. */
export function conflictsOf(fields: readonly LabelField[]): LabelConflict[] {
  return COMPARED_KINDS.flatMap((kind): LabelConflict[] => {
    const items = fields.flatMap(({ value, code, ...field }, index) =>
      field.kind === kind && value !== null ? [{ value, code, index }] : [],
    );
    const [first] = items;
    if (first === undefined) return [];
    const own = different(items.filter(({ code }) => code === first.code)).slice(0, MAX_OWN_VALUES);
    const others = different(items.filter(({ code }) => code !== first.code)).filter(
      ({ value }) => !own.some((each) => agree(each.value, value)),
    );
    return others.length === 0
      ? []
      : [{ kind, fields: [first, ...others].map(({ index }) => index) }];
  });
}
