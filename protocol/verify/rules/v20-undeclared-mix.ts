// Judges rule V20, undeclared mix. A package that contains several manufacturer's lots, date codes or
// countries declares the mix.
import { type DateCode, datesMeet } from "../../label/dates.ts";
import type { LabelField } from "../../label/reading.ts";
import { listed } from "../../label/several.ts";
import type { Read } from "../../label/values.ts";
import type { Case } from "../case.ts";
import { labelOf, recordedOf } from "../label.ts";
import { recorded } from "../record.ts";
import { card } from "../../verdict/findings/v20-undeclared-mix.ts";
import { type FindingOf, rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

export const undeclaredMix = rule(card, function* (subject) {
  const label = labelOf(subject);
  const { makerLot, dateCode } = recordedOf(subject);
  const isOnLabel = label?.record.makerLot !== undefined && label.record.dateCode !== undefined;
  if ((makerLot === null || dateCode === null) && !isOnLabel) yield { unknown: "MIX_NOT_KNOWN" };
  yield* inRecord(subject);
  if (label) yield* onLabel(subject, label);
});

function* inRecord(subject: Case): Iterable<Ruling> {
  const { dateCode, dateCodeNewest, countryOfOrigin } = recordedOf(subject);
  const isDeclared =
    /^MIXED$|M$|\+\d+$/.test(dateCode ?? "") ||
    (dateCodeNewest ?? dateCode) !== dateCode ||
    countryOfOrigin === "AA";
  if (isDeclared) return;
  for (const [name, code] of [
    ["makerLot", "LOTS_MIXED_UNDECLARED"],
    ["dateCode", "DATES_MIXED_UNDECLARED"],
  ] as const) {
    const field = recorded(subject, name);
    if (field && new Set(listed(field.value)).size > 1)
      yield {
        code,
        event: field.step.digest,
        lot: subject.trail.lot,
        field: field.field,
        found: field.value,
      };
  }
}

/** Checks each code by itself. Differences between two codes are findings of V15. */
function* onLabel({ trail: { lot } }: Case, { fields }: Read): Iterable<Ruling> {
  for (const own of Map.groupBy(fields, ({ code }) => code).values()) {
    const dates = datesIn(own);
    const countries = textsIn(own, ["countryOfOrigin"]);
    const isMixed = dates.some(({ mixed }) => mixed);
    const isDeclared = isMixed || countries.includes("mixed");
    const lots = textsIn(own, ["makerLot", "furtherLot"]).flatMap(listed);
    const mix = (
      code: FindingOf<typeof card>["code"],
      name: string,
      values: readonly string[],
    ): Ruling => ({
      code,
      lot,
      field: `label.${name}`,
      found: values.slice(0, MAX_LISTED).join(", "),
    });
    if (new Set(lots).size > 1 && !isDeclared)
      yield mix("LOTS_MIXED_UNDECLARED", "makerLot", [...new Set(lots)]);
    if (!isMixed && dates.some((each) => !datesMeet(dates[0]!, each)))
      yield mix("DATES_MIXED_UNDECLARED", "dateCode", [...new Set(dates.map(({ raw }) => raw))]);
    if (new Set(countries).size > 1 && !isDeclared)
      yield mix("COUNTRIES_MIXED_UNDECLARED", "countryOfOrigin", [...new Set(countries)]);
  }
}

/** The most values that a finding lists. */
const MAX_LISTED = 16;

const textsIn = (fields: readonly LabelField[], kinds: readonly string[]) =>
  fields.flatMap(({ kind, value }) =>
    kinds.includes(kind) && typeof value === "string" ? [value] : [],
  );

const datesIn = (fields: readonly LabelField[]): DateCode[] =>
  fields.flatMap(({ kind, value }) =>
    kind === "dateCode" && typeof value === "object" && value !== null ? [value] : [],
  );
