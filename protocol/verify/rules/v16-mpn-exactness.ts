// V16: the part number is the one that was ordered and that the reader knows, to its last character.
import { textsOf } from "../../label/values.ts";
import { likeness } from "../../label/mpn.ts";
import type { Found } from "../../verdict/verdict.ts";
import type { Case } from "../case.ts";
import { labelOf } from "../label.ts";
import { recorded } from "../record.ts";
import { kind, type Kinds, type Rule } from "./rule.ts";

export const findings = {
  MPN_LOOKALIKE: kind(
    "FAIL",
    "holder",
    "The part number only looks like the one that you ordered or know: compare it character by character, and refuse the parts.",
  ),
  MPN_SUFFIX_DIFFERS: kind(
    "FAIL",
    "holder",
    "The part number is of the ordered part with another suffix: check whether its package, grade and packing may be used.",
  ),
  MPN_NOT_AS_ORDERED: kind(
    "FAIL",
    "holder",
    "The part number is not the one that was ordered: this is another part, so send it back or correct the order.",
  ),
  MPN_NOT_IN_CATALOGUE: kind(
    "WARN",
    "reader",
    "The part number is not in your catalogue: check with its maker that there is such a part, and add it.",
  ),
} satisfies Kinds;

/** Different part numbers of one label that are looked at: a bound on the work, not on labels. */
const MAX_SCANNED = 8;

/** The part number is the one that was ordered and that the reader knows, to its last character. */
export const mpnExactness: Rule = {
  id: "V16",
  name: "exact part number",
  version: 1,
  looksAt: "the recorded and the scanned part number beside the order's and the reader's catalogue",
  findings,
  unknowns: {
    MPN_NOT_KNOWN:
      "Neither the record nor a scanned label shows the part number: ask the lot's issuer for it, or scan the maker's label.",
    MPN_NOT_EXPECTED:
      "There is neither an order nor a catalogue to hold the part number against: give the order line's part number, or set a catalogue.",
  },
  *judge(subject) {
    const { given, policy } = subject;
    const known = knownOf(subject);
    const ordered = given.expected?.mpn;
    if (known.length === 0) yield { unknown: "MPN_NOT_KNOWN" };
    if (ordered === undefined && policy.catalogue.length === 0)
      yield { unknown: "MPN_NOT_EXPECTED" };
    for (const said of known) {
      if (ordered !== undefined) yield* againstOrder(said, ordered);
      yield* againstCatalogue(
        said,
        policy.catalogue.map(({ mpn }) => mpn),
        ordered === undefined,
      );
    }
  },
};

interface Known {
  mpn: string;
  where: Pick<Found, "event" | "lot" | "field">;
}

/** The recorded part number, and those of the label that are others. */
function knownOf(subject: Case): Known[] {
  const { lot } = subject.trail;
  const said = recorded(subject, "mpn");
  const label = labelOf(subject);
  const scanned = (label ? textsOf(label, "mpn") : [])
    .filter((mpn) => mpn !== said?.value)
    .slice(0, MAX_SCANNED);
  return [
    ...(said
      ? [{ mpn: said.value, where: { event: said.step.digest, lot, field: said.field } }]
      : []),
    ...scanned.map((mpn) => ({ mpn, where: { lot, field: "label.mpn" } })),
  ];
}

const OF_LIKENESS = {
  lookalike: "MPN_LOOKALIKE",
  suffix: "MPN_SUFFIX_DIFFERS",
  different: "MPN_NOT_AS_ORDERED",
} as const;

function* againstOrder({ mpn, where }: Known, ordered: string): Iterable<Found> {
  const like = likeness(mpn, ordered);
  if (like !== "same") yield { code: OF_LIKENESS[like], ...where, expected: ordered, found: mpn };
}

/** @param isAll whether there is no order: what was ordered in so many words is no slip of the pen */
function* againstCatalogue(
  { mpn, where }: Known,
  catalogue: readonly string[],
  isAll: boolean,
): Iterable<Found> {
  if (catalogue.length === 0 || catalogue.some((part) => likeness(part, mpn) === "same")) return;
  const like = isAll ? catalogue.find((part) => likeness(part, mpn) === "lookalike") : undefined;
  yield {
    code: like === undefined ? "MPN_NOT_IN_CATALOGUE" : "MPN_LOOKALIKE",
    ...where,
    expected: like ?? catalogue.find((part) => likeness(part, mpn) === "suffix"),
    found: mpn,
  };
}
