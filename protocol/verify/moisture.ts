// The moisture clock of a lot: how long its parts have been out of their dry pack, by what the events on its way say.
import type { DetailName } from "../event/detail-fields.ts";
import { dayOf, startOfDay } from "./dates.ts";
import type { Case } from "./case.ts";
import type { Passage, StatedField } from "./record.ts";
import { DAY_SECONDS, HOUR_SECONDS } from "../base/time.ts";

/** Where a lot stands with its moisture, at one moment. */
export interface Moisture {
  /** What last told the day on which the dry pack was sealed; undefined where nothing does. */
  sealed: StatedField<"bagSealDate"> | undefined;
  /** Whether the parts are out of the pack. */
  isOpen: boolean;
  /** Whether the parts were baked, which makes them as new. */
  isBaked: boolean;
  /** Floor life used up since the last bake, in seconds; what last spoke of it. Undefined where the pack was never opened. */
  used: { seconds: number; by: StatedField } | undefined;
}

/** A clock that runs while the parts are out of their dry pack. */
class Clock {
  seconds = 0;
  by: StatedField | undefined;
  isBaked = false;
  #from: number | undefined;
  /** Until then everything is counted: what is told of earlier is told again. */
  #counted = -Infinity;
  #stated = 0;

  get isOpen(): boolean {
    return this.#from !== undefined;
  }
  open(time: number, by: StatedField): void {
    if (this.isOpen || time <= this.#counted) return;
    this.#from = time;
    this.by = by;
  }
  /** A bake ended: the parts are as new, and out of the pack until it is said to be sealed again. */
  bake(time: number, by: StatedField): void {
    if (time <= this.#counted) return;
    Object.assign(this, { seconds: 0, by, isBaked: true });
    this.#stated = 0;
    this.#from = this.#counted = time;
  }
  /** What the holder counted itself: it may be less than the time gone by, for a dry cabinet stops the clock; never falls. */
  state(seconds: number, time: number, by: StatedField): void {
    this.seconds = this.#stated = Math.max(seconds, this.#stated);
    if (this.isOpen) this.#from = time;
    this.by = by;
  }
  /** @param day of the seal, which counts in whole; a day before the opening is that of the pack before it */
  seal(day: string, time: number): boolean {
    if (this.#from === undefined) return true;
    if (day < dayOf(this.#from)) return false;
    this.#counted = Math.min(time, startOfDay(day) + DAY_SECONDS);
    this.stop(this.#counted);
    return true;
  }
  stop(time: number): void {
    if (this.#from !== undefined) this.seconds += Math.max(0, time - this.#from);
    this.#from = undefined;
  }
}

/**
 * Runs the moisture clock along a lot's way. Splits inherit what was used before.
 * @param until Unix seconds at which to read it
 */
export function moistureOf({ identities }: Case, way: readonly Passage[], until: number): Moisture {
  const clock = new Clock();
  let sealed: StatedField<"bagSealDate"> | undefined;
  for (const { step, index, lot } of way) {
    const { time } = step.event;
    const fieldOf = <N extends DetailName>(name: N): StatedField<N> | undefined => {
      const says = identities.stated(step, index, name);
      return says && "value" in says
        ? { step, lot, field: says.field, value: says.value }
        : undefined;
    };
    // Nobody can tell of what has not happened yet.
    const opened = fieldOf("bagOpenedTime");
    if (opened) clock.open(Math.min(opened.value, time), opened);
    const baked = fieldOf("bakedTime");
    if (baked) clock.bake(Math.min(baked.value, time), baked);
    const stated = fieldOf("exposedHours");
    if (stated) clock.state(stated.value * HOUR_SECONDS, time, stated);
    const seal = fieldOf("bagSealDate");
    if (seal && clock.seal(seal.value, time) && !(sealed && sealed.value > seal.value))
      sealed = seal;
  }
  const { isOpen } = clock;
  clock.stop(until);
  const { seconds, by, isBaked } = clock;
  return { sealed, isOpen, isBaked, used: by && { seconds, by } };
}
