// V13: the label is written as the standards have it.
import { formFault, missingFields } from "../../label/forms.ts";
import type { Read } from "../../label/values.ts";
import { labelOf } from "../label.ts";
import type { Found } from "../../verdict/verdict.ts";
import { kind, type Kinds, type Rule } from "./rule.ts";

export const findings = {
  LABEL_MENDED: kind(
    "INFO",
    "reader",
    "The scanner or the printer spoiled the code's frame, and it was read all the same: set the scanner to send control characters.",
  ),
  LABEL_CODE_UNREADABLE: kind(
    "INFO",
    "reader",
    "One of the codes that were scanned says nothing that can be told for certain: go by the label's other codes.",
  ),
  LABEL_FIELD_MALFORMED: kind(
    "INFO",
    "issuer",
    "A field of the label is not of the form that its identifier has in EIGP 114: take what it says with care.",
  ),
  LABEL_FIELD_MISSING: kind(
    "INFO",
    "issuer",
    "The label lacks a field that EIGP 114 wants on every product label: find the fact on the packing list.",
  ),
} satisfies Kinds;

/** Dialects whose codes are of data identifiers in format 06. */
const OTHERS_FORMS: readonly string[] = [
  "lot-link",
  "gs1",
  "lcsc",
  "tme",
  "stackpole",
  "yageo",
  "koa",
  "samsung",
].concat([...["vishay", "walsin", "assembly-house"]]);

/** The label is written as the standards have it. */
export const labelSyntax: Rule = {
  id: "V13",
  name: "label syntax",
  version: 1,
  looksAt: "the frame of each code that was scanned, and the form and length of each field in it",
  findings,
  unknowns: {
    LABEL_NOT_SCANNED:
      "No label was scanned, so that there is no code whose form could be checked: scan the package's codes.",
    LABEL_NOT_READ:
      "The label that was scanned could not be read, so nothing of it was checked: scan it again as the reading says.",
  },
  *judge(subject) {
    const { label: given } = subject.given;
    const label = labelOf(subject);
    if (!given) yield { unknown: "LABEL_NOT_SCANNED" };
    else if (!label) yield { unknown: "LABEL_NOT_READ" };
    else yield* faultsOf(label);
  },
};

function* faultsOf({ codes, fields }: Read): Iterable<Found> {
  for (const [index, code] of codes.entries()) {
    const field = `label.codes.${index}`;
    if (code.status === "refused") {
      yield { code: "LABEL_CODE_UNREADABLE", field, found: code.refusal };
      continue;
    }
    // That the scanner tells the symbology is nothing amiss.
    const mended = code.mended.filter((each) => each !== "AIM_PREFIX");
    if (mended.length > 0) yield { code: "LABEL_MENDED", field, found: mended.join(", ") };
    if (OTHERS_FORMS.includes(code.dialect.name)) continue;
    const own = fields.filter((each) => each.code === index);
    for (const { di, ...fault } of own.flatMap((each) => formFault(each) ?? []))
      yield { code: "LABEL_FIELD_MALFORMED", field: `${field}.${di}`, ...fault };
    // Only a code of nobody's dialect in particular claims to be EIGP's.
    const missing = code.dialect.name === "format-06" ? missingFields(own) : [];
    for (const di of missing) yield { code: "LABEL_FIELD_MISSING", field: `${field}.${di}` };
  }
}
