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
const COMPARED: readonly KindName[] = [
  ...(["mpn", "orderCode", "manufacturer", "makerLot", "assemblyLot", "serialNumber"] as const),
  ...(["packageId", "licencePlate", "dateCode", "productionDate", "expiryDate", "quantity"] as const),
  ...(["countryOfOrigin", "fabCountry", "assemblyCountry", "msl", "lot", "chainId", "ledger"] as const),
];

const agree = (one: Value, other: Value) =>
  typeof one === "object" && typeof other === "object" ? datesMeet(one as DateCode, other as DateCode) : one === other;

const keyOf = (value: Value) => (typeof value === "object" ? value.raw : String(value));

/** Kinds of which different codes say different things. Several values within one code are no contradiction. */
export function conflictsOf(fields: readonly LabelField[]): LabelConflict[] {
  return COMPARED.flatMap((kind): LabelConflict[] => {
    const said = fields.flatMap(({ value, code, ...field }, index) =>
      field.kind === kind && value !== null ? [{ value, code, index }] : [],
    );
    const [first] = said;
    if (first === undefined) return [];
    // What the first code says, it may say several times.
    const own = said.filter(({ code }) => code === first.code);
    const others = new Map<string, number>();
    for (const { value, code, index } of said) {
      if (code === first.code || own.some((each) => agree(each.value, value))) continue;
      if (!others.has(keyOf(value))) others.set(keyOf(value), index);
    }
    return others.size === 0 ? [] : [{ kind, fields: [first.index, ...others.values()] }];
  });
}
