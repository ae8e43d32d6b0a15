// Runs a lot's moisture clock: how long its parts have been out of their dry pack, by the events of its history.
import type { DetailName } from "../event/detail-fields.ts";
import { type ClockRow, runClock } from "./clock.ts";
import type { Case } from "./case.ts";
import type { Passage, StatedField } from "./record.ts";

/** A lot's moisture state at one moment. */
export interface Moisture {
  /** The last stated day on which the dry pack was sealed. Undefined if no event states one. */
  sealed: StatedField<"bagSealDate"> | undefined;
  /** Whether the parts are out of the pack. */
  isOpen: boolean;
  /** Whether the parts were baked, which restores their full floor life. */
  isBaked: boolean;
  /** The floor life used since the last bake, in seconds, and the last field that changed it. Undefined if never opened. */
  used: { seconds: number; by: StatedField } | undefined;
}

/**
 * Runs the moisture clock along a lot's history. Split lots inherit the used floor life.
 * @param until the time at which to read the clock, in Unix seconds
 */
export function moistureOf({ identities }: Case, way: readonly Passage[], until: number): Moisture {
  const rows = way.map(({ step, index, lot }): ClockRow<StatedField> => {
    const said = <N extends DetailName>(name: N) => {
      const detail = identities.stated(step, index, name);
      if (!detail || !("value" in detail)) return undefined;
      const by: StatedField<N> = { step, lot, field: detail.field, value: detail.value };
      return { value: by.value, by: by as StatedField };
    };
    return {
      time: step.event.time,
      opened: said("bagOpenedTime"),
      baked: said("bakedTime"),
      exposed: said("exposedHours"),
      sealed: said("bagSealDate"),
    };
  });
  const { sealed, ...reading } = runClock(rows, until);
  return { ...reading, sealed: sealed?.by as StatedField<"bagSealDate"> | undefined };
}
