// Judges rule V13, label syntax. Every scanned code, and every field in it, has the form that the
// label standards require.
import { formFault, missingFields } from "../../label/forms.ts";
import type { Repair } from "../../label/reading.ts";
import type { Read } from "../../label/values.ts";
import { labelOf, mistypedOf } from "../label.ts";
import { card } from "../../verdict/findings/v13-label-syntax.ts";
import { rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

/** Dialects whose fields do not have the forms of data identifiers, so these are not checked. */
const OTHER_FORMS: readonly string[] = [
  "lot-link",
  "gs1",
  "lcsc",
  "tme",
  "stackpole",
  "yageo",
  "koa",
  "sii",
  "copal",
  "chemi-con",
  "jeita-c3",
  "te-connectivity",
  "kostal",
  "samsung",
  "vishay",
  "walsin",
  "assembly-house",
];

/** What a scanner is set to send, and how people and programs write control characters: no fault of the label. */
const HARMLESS: readonly Repair[] = ["AIM_PREFIX", "ECI", "CONTROL_PICTURES", "NAMED_SEPARATORS"];

export const labelSyntax = rule(card, function* (subject) {
  const { label: scanned } = subject.input;
  const label = labelOf(subject);
  if (!scanned) yield { unknown: "LABEL_NOT_SCANNED" };
  else if (!label) yield { unknown: "LABEL_NOT_READ" };
  else {
    yield* faultsOf(label);
    for (const { field, original, scanned: found } of mistypedOf(subject))
      yield {
        code: "LABEL_KEYBOARD_LAYOUT",
        lot: subject.trail.lot,
        field: `label.${field}`,
        expected: original,
        found,
      };
  }
});

function* faultsOf({ codes, fields }: Read): Iterable<Ruling> {
  for (const [index, code] of codes.entries()) {
    const field = `label.codes.${index}`;
    if (code.status === "refused") {
      yield { code: "LABEL_CODE_UNREADABLE", field, found: code.refusal };
      continue;
    }
    const repairs = code.mended.filter((each) => !HARMLESS.includes(each));
    if (repairs.length > 0) yield { code: "LABEL_MENDED", field, found: repairs.join(", ") };
    if (OTHER_FORMS.includes(code.dialect.name)) continue;
    const own = fields.filter((each) => each.code === index);
    for (const { di, kind, ...fault } of own.flatMap((each) => formFault(each) ?? []))
      yield {
        code: "LABEL_FIELD_MALFORMED",
        // An identifier that no field of a record stands for has no other name.
        field: kind === "other" ? `${field}.${di}` : `label.${kind}`,
        ...fault,
      };
    // Only a code without a dialect of its own claims to follow EIGP 114, so only there can a field be missing.
    const missing = code.dialect.name === "format-06" ? missingFields(own) : [];
    for (const { kind, identifiers } of missing)
      yield {
        code: "LABEL_FIELD_MISSING",
        field: `label.${kind}`,
        expected: `${identifiers.join(", ")} in code ${index + 1}`,
      };
  }
}
