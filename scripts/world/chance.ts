// Draws the world's chances from its seed.
import { generatorOf } from "../../protocol/insight/stats/generator.ts";

/** A source of chances; the same name gives the same chances, whatever others draw. */
export class Chance {
  readonly #next: () => number;

  constructor(name: string) {
    this.#next = generatorOf(name);
    // The first numbers of similar names are alike.
    for (let i = 0; i < 8; i++) this.#next();
  }

  unit(): number {
    return this.#next();
  }

  is(probability: number): boolean {
    return this.#next() < probability;
  }

  between(least: number, most: number): number {
    return least + this.#next() * (most - least);
  }

  int(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)]!;
  }

  /** A standard normal value (Box and Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#next())) * Math.cos(2 * Math.PI * this.#next());
  }

  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }
}
