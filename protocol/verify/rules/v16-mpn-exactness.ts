// Judges rule V16, exact part number. The part number, recorded and scanned, is the one in your
// order and your catalogue, to the last character.
import { textsOf } from "../../label/values.ts";
import { likeness } from "../../label/mpn.ts";
import type { Case } from "../case.ts";
import { labelOf, mistypedOf } from "../label.ts";
import { recorded } from "../record.ts";
import { card } from "../../verdict/findings/v16-mpn-exactness.ts";
import { type FindingOf, rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

/** The most part numbers of one label that are checked: it bounds the work for a hostile label. */
const MAX_SCANNED = 8;

export const mpnExactness = rule(card, function* (subject) {
  const { input, policy } = subject;
  const partNumbers = partNumbersOf(subject);
  const ordered = input.expected?.mpn;
  if (partNumbers.length === 0) yield { unknown: "MPN_NOT_KNOWN" };
  if (ordered === undefined && policy.catalogue.length === 0) yield { unknown: "MPN_NOT_EXPECTED" };
  const mistyped = mistypedOf(subject).map(({ scanned }) => scanned);
  for (const partNumber of partNumbers) {
    if (partNumber.where.event === undefined && mistyped.includes(partNumber.mpn)) {
      yield { unknown: "MPN_MISTYPED" };
      continue;
    }
    if (ordered !== undefined) yield* againstOrder(partNumber, ordered);
    yield* againstCatalogue(
      partNumber,
      policy.catalogue.map(({ mpn }) => mpn),
      ordered === undefined,
    );
  }
});

interface PartNumber {
  mpn: string;
  where: Pick<FindingOf<typeof card>, "event" | "lot" | "field">;
}

/** The recorded part number, and the label's different ones. */
function partNumbersOf(subject: Case): PartNumber[] {
  const { lot } = subject.trail;
  const record = recorded(subject, "mpn");
  const label = labelOf(subject);
  const scanned = (label ? textsOf(label, "mpn") : [])
    .filter((mpn) => mpn !== record?.value)
    .slice(0, MAX_SCANNED);
  return [
    ...(record
      ? [{ mpn: record.value, where: { event: record.step.digest, lot, field: record.field } }]
      : []),
    ...scanned.map((mpn) => ({ mpn, where: { lot, field: "label.mpn" } })),
  ];
}

const OF_LIKENESS = {
  lookalike: "MPN_LOOKALIKE",
  suffix: "MPN_SUFFIX_DIFFERS",
  different: "MPN_NOT_AS_ORDERED",
} as const;

function* againstOrder({ mpn, where }: PartNumber, ordered: string): Iterable<Ruling> {
  const like = likeness(mpn, ordered);
  if (like !== "same") yield { code: OF_LIKENESS[like], ...where, expected: ordered, found: mpn };
}

/** Compares a part number with the catalogue. @param isUnordered whether there is no order: an ordered number is never a typing error */
function* againstCatalogue(
  { mpn, where }: PartNumber,
  catalogue: readonly string[],
  isUnordered: boolean,
): Iterable<Ruling> {
  if (catalogue.length === 0 || catalogue.some((part) => likeness(part, mpn) === "same")) return;
  const like = isUnordered
    ? catalogue.find((part) => likeness(part, mpn) === "lookalike")
    : undefined;
  yield {
    code: like === undefined ? "MPN_NOT_IN_CATALOGUE" : "MPN_LOOKALIKE",
    ...where,
    expected: like ?? catalogue.find((part) => likeness(part, mpn) === "suffix"),
    found: mpn,
  };
}
