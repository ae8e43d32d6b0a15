// The record that a label's fields make together, and where its codes contradict each other.
import { datesMeet, type DateCode } from "./dates.ts";
import type { KindName, Value } from "./kinds.ts";
import { LabelRecord, type LabelConflict, type LabelField } from "./reading.ts";

const RECORDED = new Set(Object.keys(LabelRecord.shape));

/** The first value of each kind. @param fields in the order of their weight */
export function recordOf(fields: readonly LabelField[]): LabelRecord {
  const record: Partial<Record<string, Value>> = {};
  for (const { kind, value } of fields) {
    if (value !== null && RECORDED.has(kind)) record[kind] ??= value;
  }
  const made = fields.find(({ kind, value }) => kind === "productionDate" && value !== null)?.value;
  if (record["dateCode"] === undefined && made) record["dateCode"] = made;
  return record as LabelRecord;
}

/** What the codes of one label should agree about. */
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

/** Different values of one kind that are compared in one code: a bound on the work, not on labels. */
const MAX_OWN_VALUES = 16;

/** The first field of each different value. */
function different<T extends { value: Value }>(said: readonly T[]): T[] {
  const found = new Map<string, T>();
  for (const each of said) {
    const key =
      typeof each.value === "object" ? each.value.raw : `${typeof each.value} ${each.value}`;
    if (!found.has(key)) found.set(key, each);
  }
  return [...found.values()];
}

/** Kinds of which different codes say different things. Several values within one code are no contradiction. */
export function conflictsOf(fields: readonly LabelField[]): LabelConflict[] {
  return COMPARED_KINDS.flatMap((kind): LabelConflict[] => {
    const said = fields.flatMap(({ value, code, ...field }, index) =>
      field.kind === kind && value !== null ? [{ value, code, index }] : [],
    );
    const [first] = said;
    if (first === undefined) return [];
    const own = different(said.filter(({ code }) => code === first.code)).slice(0, MAX_OWN_VALUES);
    const others = different(said.filter(({ code }) => code !== first.code)).filter(
      ({ value }) => !own.some((each) => agree(each.value, value)),
    );
    return others.length === 0
      ? []
      : [{ kind, fields: [first, ...others].map(({ index }) => index) }];
  });
}
