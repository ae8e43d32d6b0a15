// Draws numbers from a seed, so that the same evidence gives the same answer, byte for byte. Not for secrets.

/** A source of numbers from 0 up to 1, without 1. */
export type Generator = () => number;

/** A generator from a text, such as the hash of an answer's inputs (FNV-1a for the seed, mulberry32 for the numbers). */
export function generatorOf(seed: string): Generator {
  let state = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
