// Makes random choices that a seed repeats, for fast-check and for tests that draw their own.
import fc from "fast-check";
import { SEED } from "./seed.ts";

// A property that fails names this seed, and the path to its smallest counterexample.
fc.configureGlobal({ seed: SEED });

export { fc, SEED };
export { runsOf } from "./seed.ts";

/** How many seeds a test tries at most before it stops looking for missing cases. */
const MOST_ROUNDS = 100;

/**
 * Runs a random check with one seed after another until nothing is missing. So a test can require that it met every
 * case, whatever chance produces.
 * @param check runs with a seed
 * @param missing names what no run has met so far
 */
export async function checkUntilMet(
  check: (seed: number) => unknown,
  missing: () => readonly string[],
): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await check(SEED + round);
    if (missing().length === 0) return;
  }
  const seeds = `SEED=${SEED} and the ${MOST_ROUNDS - 1} after it`;
  throw new Error(`not met with ${seeds}: ${missing().join(", ")}`);
}

/** A source of random choices; the same seed gives the same choices. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer of 32 bits (mulberry32). */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** An integer from `min` to `max`, both included; spans of up to 2^32. */
  int(min: number, max: number): number {
    return min + Math.floor((this.#next() / 2 ** 32) * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.#next() < probability * 2 ** 32;
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("nothing to pick from");
    return items[this.int(0, items.length - 1)]!;
  }

  /** Some of the items, each at most once, in random order. */
  some<T>(items: readonly T[], count: number): T[] {
    const rest = [...items];
    return Array.from(
      { length: Math.min(count, rest.length) },
      () => rest.splice(this.int(0, rest.length - 1), 1)[0]!,
    );
  }

  /** Bytes as lower-case hex. */
  hex(bytes: number): string {
    return `0x${Array.from({ length: bytes }, () => this.int(0, 255).toString(16).padStart(2, "0")).join("")}`;
  }
}
