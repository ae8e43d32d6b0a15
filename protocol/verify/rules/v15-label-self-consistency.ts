// V15: the codes of one label say the same.
import { KINDS } from "../../label/kinds.ts";
import { COMPARED_KINDS } from "../../label/record.ts";
import type { LabelField } from "../../label/reading.ts";
import { labelOf } from "../label.ts";
import { kind, type Kinds, type Rule } from "./rule.ts";

export const findings = {
  LABEL_CONTRADICTS_ITSELF: kind(
    "FAIL",
    "holder",
    "Two codes of this label say different things, as where one was pasted over: do not use the parts until the maker explains it.",
  ),
} satisfies Kinds;

/** The codes of one label say the same. */
export const labelSelfConsistency: Rule = {
  id: "V15",
  name: "label self-consistency",
  version: 1,
  looksAt:
    "what the label's two-dimensional code, its linear codes and its printed text each say of one thing",
  findings,
  unknowns: {
    LABEL_CODES_NOT_SCANNED:
      "No label was scanned, so its codes could not be held against each other: scan all codes of the package's label.",
    LABEL_CODES_NOT_COMPARED:
      "Only one of the label's codes was scanned, or none says what another does: scan its linear codes as well.",
  },
  *judge(subject) {
    const label = labelOf(subject);
    if (!label) {
      yield { unknown: "LABEL_CODES_NOT_SCANNED" };
      return;
    }
    for (const { kind: name, fields } of label.conflicts) {
      const said = fields.map((index) => shown(label.fields[index]));
      // What may name a customer is told to whoever scanned it, not to whoever reads the verdict.
      const values =
        KINDS[name].visibility === "private"
          ? {}
          : { expected: said[0], found: said.slice(1).join(", ") };
      yield {
        code: "LABEL_CONTRADICTS_ITSELF",
        lot: subject.trail.lot,
        field: `label.${name}`,
        ...values,
      };
    }
    if (label.conflicts.length === 0 && !isCompared(label.fields))
      yield { unknown: "LABEL_CODES_NOT_COMPARED" };
  },
};

const shown = (field: LabelField | undefined): string | number =>
  typeof field?.value === "object" ? (field.value?.raw ?? "") : (field?.value ?? "");

/** Whether two codes of a label speak of the same thing. */
function isCompared(fields: readonly LabelField[]): boolean {
  const codeOf = new Map<string, number>();
  return fields.some(({ kind: name, code, value }) => {
    if (value === null || !COMPARED_KINDS.includes(name)) return false;
    const first = codeOf.get(name) ?? code;
    codeOf.set(name, first);
    return first !== code;
  });
}
