// Makes logs of any size without their leaves, with the proofs that RFC 9162 defines. The hash
// of a complete subtree is made up unless a place where the log is cut lies inside it.
import { toHex, utf8 } from "../../protocol/base/bytes.ts";
import type { Checkpoint } from "../../protocol/log/checkpoint.ts";
import { leafHash, nodeHash } from "../../protocol/base/merkle.ts";

/** The proof of a leaf at an index. */
export interface Inclusion {
  leaf: string;
  proof: string[];
}

export class MadeUpLog {
  readonly #name: string;
  readonly #cuts: readonly number[];

  /** @param cuts the sizes that consistency is proven from, and each index of a leaf with the one after */
  constructor(name: string, cuts: readonly number[]) {
    this.#name = name;
    this.#cuts = cuts;
  }

  /** The log's first `size` leaves, for a size that is a cut or beyond all cuts. */
  checkpoint(size: number): Checkpoint {
    return { size, root: toHex(this.#hash(0, size)) };
  }

  /** PROOF of section 2.1.4.1, from a size that is a cut. */
  consistency(oldSize: number, size: number): string[] {
    return this.#subproof(oldSize, 0, size, true).map(toHex);
  }

  /** PATH of section 2.1.3.1, for a leaf between two cuts. */
  inclusion(index: number, size: number): Inclusion {
    return {
      leaf: toHex(this.#hash(index, index + 1)),
      proof: this.#path(index, 0, size).map(toHex),
    };
  }

  #hash(start: number, end: number): Uint8Array {
    const size = end - start;
    const isCut = this.#cuts.some((cut) => start < cut && cut < end);
    if ((size === 1 || largestPowerBelow(size) * 2 === size) && !isCut)
      return leafHash(utf8(`${this.#name}: ${start} to ${end}`));
    const middle = start + largestPowerBelow(size);
    return nodeHash(this.#hash(start, middle), this.#hash(middle, end));
  }

  #subproof(oldSize: number, start: number, end: number, isWhole: boolean): Uint8Array[] {
    if (oldSize === end) return isWhole ? [] : [this.#hash(start, end)];
    const middle = start + largestPowerBelow(end - start);
    return oldSize <= middle
      ? [...this.#subproof(oldSize, start, middle, isWhole), this.#hash(middle, end)]
      : [...this.#subproof(oldSize, middle, end, false), this.#hash(start, middle)];
  }

  #path(index: number, start: number, end: number): Uint8Array[] {
    if (end - start === 1) return [];
    const middle = start + largestPowerBelow(end - start);
    return index < middle
      ? [...this.#path(index, start, middle), this.#hash(middle, end)]
      : [...this.#path(index, middle, end), this.#hash(start, middle)];
  }
}

const largestPowerBelow = (n: number) => {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
};
