// Judges rule V15, label self-consistency. The two-dimensional code, the linear codes and the text
// of the label do not contradict each other.
import { KINDS } from "../../label/kinds.ts";
import { COMPARED_KINDS } from "../../label/record.ts";
import type { LabelField } from "../../label/reading.ts";
import { labelOf } from "../label.ts";
import { card } from "../../verdict/findings/v15-label-self-consistency.ts";
import { rule } from "./rule.ts";

export const labelSelfConsistency = rule(card, function* (subject) {
  const label = labelOf(subject);
  if (!label) {
    yield { unknown: "LABEL_CODES_NOT_SCANNED" };
    return;
  }
  for (const { kind: name, fields } of label.conflicts) {
    const texts = fields.map((index) => textOf(label.fields[index]));
    // A private value may name a customer. Only the person who scanned it may see it, not every reader of the verdict.
    const values =
      KINDS[name].visibility === "private"
        ? {}
        : { expected: texts[0], found: texts.slice(1).join(", ") };
    yield {
      code: "LABEL_CONTRADICTS_ITSELF",
      lot: subject.trail.lot,
      field: `label.${name}`,
      ...values,
    };
  }
  if (label.conflicts.length === 0 && !isCompared(label.fields))
    yield { unknown: "LABEL_CODES_NOT_COMPARED" };
});

const textOf = (field: LabelField | undefined): string | number =>
  typeof field?.value === "object" ? (field.value?.raw ?? "") : (field?.value ?? "");

/** Whether two codes of a label have a field in common. */
function isCompared(fields: readonly LabelField[]): boolean {
  const codeOf = new Map<string, number>();
  return fields.some(({ kind: name, code, value }) => {
    if (value === null || !COMPARED_KINDS.includes(name)) return false;
    const first = codeOf.get(name) ?? code;
    codeOf.set(name, first);
    return first !== code;
  });
}
