// Reads what the trail states about the lot: the fields of the event that made it, back through splits, and its history.
import { DATE_FIELDS, DETAIL_FIELDS, type DetailName } from "../event/detail-fields.ts";
import { isInherited, lineageOf, type Passage as LineagePassage } from "../trail/lineage.ts";
import type { Observation } from "../verdict/verdict.ts";
import type { Case } from "./case.ts";
import type { ValueOf } from "./identity.ts";
import type { Step } from "./replay.ts";

/** A field that an event states about a lot. */
export interface StatedField<N extends DetailName = DetailName> {
  step: Step;
  lot: string;
  /** The field as a dotted path in the event. */
  field: string;
  value: ValueOf<N>;
}

/** An entry of the lot, or of a lot that it was split from. */
export type Passage = LineagePassage<Step>;

/**
 * Reads a field of the lot's record: from the event that made the lot, or else from the lot that it was split from.
 * @returns undefined if no event states it, or it is withheld
 */
export function recorded<N extends DetailName>(
  { replay, identities, trail }: Pick<Case, "replay" | "identities" | "trail">,
  name: N,
): StatedField<N> | undefined {
  for (const { lot, creation } of lineageOf(trail.lot, replay.ancestry.creations)) {
    if (!creation) return undefined;
    const { by: step, index } = creation;
    const detail = identities.stated(step, index, name);
    if (detail)
      return "value" in detail
        ? { step, lot, field: detail.field, value: detail.value }
        : undefined;
    const hasOwnDate =
      isDateField(name) && identities.stated(step, index, "dateCode") !== undefined;
    if (!isInherited(name) || hasOwnDate) return undefined;
  }
  return undefined;
}

const isDateField = (name: DetailName): boolean =>
  (DATE_FIELDS as readonly DetailName[]).includes(name);

/** Reads a field from every event of the lot's history, in order. Leaves out withheld values. */
export function statedOnWay<N extends DetailName>(
  subject: Case,
  name: N,
  way: readonly Passage[] = subject.replay.way,
): StatedField<N>[] {
  return way.flatMap(({ step, index, lot }) => {
    const detail = subject.identities.stated(step, index, name);
    return detail && "value" in detail
      ? [{ step, lot, field: detail.field, value: detail.value }]
      : [];
  });
}

/** The event, lot and field of a stated field, as a finding names them. Empty if there is no field. */
export const whereOf = (
  stated: StatedField | undefined,
): Pick<Observation, "event" | "lot" | "field"> =>
  stated ? { event: stated.step.digest, lot: stated.lot, field: stated.field } : {};

/** Whether a finding may show a field to every reader of the lot. Private fields are never shown. */
export const isShareable = (name: DetailName): boolean =>
  DETAIL_FIELDS[name].visibility !== "private";
