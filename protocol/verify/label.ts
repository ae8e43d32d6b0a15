// Compares a case's label with the record, for the rules about labels.
import { type FieldComparison, compare, type LotRecord, originalsOf } from "../label/compare.ts";
import { type Mistyped, mistypedIn } from "../label/mistyped.ts";
import type { Read } from "../label/values.ts";
import { type StatedField, recorded } from "./record.ts";
import type { Case } from "./case.ts";
import type { DetailName } from "../event/detail-fields.ts";

/** The label that was read from the package. Null if none was scanned or readable. */
export function labelOf({ input: { label } }: Pick<Case, "input">): Read | null {
  return label?.status === "read" ? label : null;
}

type RecordSource = Pick<Case, "replay" | "identities" | "trail">;

/** The recorded values of the lot's package and pieces, in the form of a label's. */
export function recordedOf(subject: RecordSource): LotRecord {
  const value = <N extends DetailName>(name: N): StatedField<N>["value"] | null =>
    recorded(subject, name)?.value ?? null;
  const { replay } = subject;
  return {
    packageIds: [value("lotNumber"), value("packageId")].filter((id) => id !== null),
    manufacturer: value("manufacturer"),
    mpn: value("mpn"),
    makerLot: value("makerLot"),
    dateCode: value("dateCode"),
    dateCodeNewest: value("dateCodeNewest"),
    dateCodeFormat: value("dateCodeFormat") ?? "YYWW",
    quantity: (replay.unbroken ? replay.history.at(-1)?.state.quantity : undefined) ?? null,
    countryOfOrigin: value("countryOfOrigin"),
    msl: value("msl"),
  };
}

/** The codes of the label that another keyboard layout mistyped, by the record, the order and the catalogue. */
export function mistypedOf(subject: RecordSource & Pick<Case, "input" | "policy">): Mistyped[] {
  const originals = originalsOf(recordedOf(subject), subject.input.expected);
  const catalogue = subject.policy.catalogue.map(({ mpn }) => mpn);
  return mistypedIn(labelOf(subject), { ...originals, catalogue });
}

/** Label, record and order side by side. Null if there is neither a label nor an order. */
export function comparisonOf(
  subject: RecordSource & Pick<Case, "input">,
): FieldComparison[] | null {
  const label = labelOf(subject);
  const { expected } = subject.input;
  return label || expected ? compare(label, recordedOf(subject), expected) : null;
}
