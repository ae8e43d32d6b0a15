// Runs a lot's moisture clock: how long its parts have been out of their dry pack, by the events of its history.
import type { DetailName } from "../event/detail-fields.ts";
import { dayOf, startOfDay } from "./dates.ts";
import type { Case } from "./case.ts";
import type { Passage, StatedField } from "./record.ts";
import { DAY_SECONDS, HOUR_SECONDS } from "../base/time.ts";

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

/** A clock that runs while the parts are out of their dry pack. */
class Clock {
  seconds = 0;
  by: StatedField | undefined;
  isBaked = false;
  #from: number | undefined;
  /** Everything up to this time is counted. An event that states an earlier time repeats it. */
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
  /** Records the end of a bake: the floor life starts anew, and the parts are out of the pack until it is sealed again. */
  bake(time: number, by: StatedField): void {
    if (time <= this.#counted) return;
    Object.assign(this, { seconds: 0, by, isBaked: true });
    this.#stated = 0;
    this.#from = this.#counted = time;
  }
  /** Records the holder's own count. It may be less than the elapsed time (a dry cabinet stops the clock), but never falls. */
  state(seconds: number, time: number, by: StatedField): void {
    this.seconds = this.#stated = Math.max(seconds, this.#stated);
    if (this.isOpen) this.#from = time;
    this.by = by;
  }
  /** Records a seal. @param day counts completely as open; a day before the opening belongs to an earlier seal */
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
 * Runs the moisture clock along a lot's history. Split lots inherit the used floor life.
 * @param until the time at which to read the clock, in Unix seconds
 */
export function moistureOf({ identities }: Case, way: readonly Passage[], until: number): Moisture {
  const clock = new Clock();
  let sealed: StatedField<"bagSealDate"> | undefined;
  for (const { step, index, lot } of way) {
    const { time } = step.event;
    const fieldOf = <N extends DetailName>(name: N): StatedField<N> | undefined => {
      const detail = identities.stated(step, index, name);
      return detail && "value" in detail
        ? { step, lot, field: detail.field, value: detail.value }
        : undefined;
    };
    // An event cannot state a time later than its own.
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
