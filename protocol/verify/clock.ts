// Runs a moisture clock along what events say of a dry pack: when it was sealed and opened, and when the parts were baked. Rule V24
// judges by it, and pages show it.
import type { MOISTURE_SENSITIVITY_LEVELS } from "../event/detail-fields.ts";
import { DAY_SECONDS, HOUR_SECONDS } from "../base/time.ts";
import { dayOf, startOfDay } from "./dates.ts";

type Level = (typeof MOISTURE_SENSITIVITY_LEVELS)[number];
/** J-STD-033: the most hours out of the pack at 30 °C and 60 % relative humidity. For level 6, the label states them. */
export const FLOOR_LIFE_HOURS: Record<Exclude<Level, "1" | "6">, number> = {
  "2": 365 * 24,
  "2a": 28 * 24,
  "3": 168,
  "4": 72,
  "5": 48,
  "5a": 24,
};

/** A value that an event states, and where. */
export interface Said<V, F> {
  value: V;
  by: F;
}

/** What one event says of the pack. Times are Unix seconds. */
export interface ClockRow<F> {
  /** The event's time. */
  time: number;
  opened: Said<number, F> | undefined;
  baked: Said<number, F> | undefined;
  /** Hours out of the pack, as the holder counted them. */
  exposed: Said<number, F> | undefined;
  /** The day of the seal, YYYY-MM-DD. */
  sealed: Said<string, F> | undefined;
}

/** What the clock reads. */
export interface ClockReading<F> {
  /** The last stated day on which the dry pack was sealed. Undefined if no event states one. */
  sealed: Said<string, F> | undefined;
  /** Whether the parts are out of the pack. */
  isOpen: boolean;
  /** Whether the parts were baked, which restores their full floor life. */
  isBaked: boolean;
  /** The floor life used since the last bake, in seconds, and the last field that changed it. Undefined if never opened. */
  used: { seconds: number; by: F } | undefined;
}

/** A clock that runs while the parts are out of their dry pack. */
class Clock<F> {
  seconds = 0;
  by: F | undefined;
  isBaked = false;
  #from: number | undefined;
  /** Everything up to this time is counted. An event that states an earlier time repeats it. */
  #counted = -Infinity;
  #stated = 0;

  get isOpen(): boolean {
    return this.#from !== undefined;
  }
  open(time: number, by: F): void {
    if (this.isOpen || time <= this.#counted) return;
    this.#from = time;
    this.by = by;
  }
  /** Records the end of a bake: the floor life starts anew, and the parts are out of the pack until it is sealed again. */
  bake(time: number, by: F): void {
    if (time <= this.#counted) return;
    Object.assign(this, { seconds: 0, by, isBaked: true });
    this.#stated = 0;
    this.#from = this.#counted = time;
  }
  /** Records the holder's own count. It may be less than the elapsed time (a dry cabinet stops the clock), but never falls. */
  state(seconds: number, time: number, by: F): void {
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
 * Runs the clock along a lot's events, in their order. Split lots inherit the used floor life.
 * @param until the time at which to read the clock, in Unix seconds
 */
export function runClock<F>(rows: readonly ClockRow<F>[], until: number): ClockReading<F> {
  const clock = new Clock<F>();
  let last: Said<string, F> | undefined;
  for (const { time, opened, baked, exposed, sealed } of rows) {
    // An event cannot state a time later than its own.
    if (opened) clock.open(Math.min(opened.value, time), opened.by);
    if (baked) clock.bake(Math.min(baked.value, time), baked.by);
    if (exposed) clock.state(exposed.value * HOUR_SECONDS, time, exposed.by);
    if (sealed && clock.seal(sealed.value, time) && !(last && last.value > sealed.value))
      last = sealed;
  }
  const { isOpen } = clock;
  clock.stop(until);
  const { seconds, by, isBaked } = clock;
  return { sealed: last, isOpen, isBaked, used: by === undefined ? undefined : { seconds, by } };
}
