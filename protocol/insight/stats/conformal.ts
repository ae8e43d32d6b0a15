// Keeps a bound's coverage where the past drifts away from the future (adaptive conformal inference, Gibbs and Candès 2021).

/** A miss rate under this is none: 1 minus it must still differ from 1. */
const SMALLEST = 1e-9;

/** How fast the level follows its misses. */
export const STEP = 0.005;

/**
 * Moves the miss rate that is asked for after each outcome, α′ = α + γ(target − miss), so that over time the bounds miss as
 * often as they should, whatever happens. It may leave 0 to 1: below 0 no bound is wide enough, and there is none.
 */
export class AdaptiveLevel {
  readonly #target: number;
  readonly #step: number;
  #alpha: number;

  /**
   * @param level of the bound, such as 0.9
   * @param step γ
   */
  constructor(level: number, step = STEP) {
    this.#target = 1 - level;
    this.#alpha = this.#target;
    this.#step = step;
  }

  /** The level to take the next bound at: null where no finite bound is wide enough. */
  get level(): number | null {
    if (this.#alpha < SMALLEST) return null;
    return this.#alpha >= 1 ? Number.EPSILON : 1 - this.#alpha;
  }

  /** Takes in whether an outcome was outside its bound. Where there was no level, say that it was not: else none ever returns. */
  learn(isMiss: boolean): void {
    this.#alpha += this.#step * (this.#target - (isMiss ? 1 : 0));
  }
}
