// Compares numbers that need not be whole. Hardhat's matchers, which other suites of the same process load, take only integers in
// chai's own `closeTo`.
import { expect } from "chai";

/** Expects a number within `delta` of another one. */
export function expectNear(actual: number | null | undefined, expected: number, delta: number) {
  const isNear = typeof actual === "number" && Math.abs(actual - expected) <= delta;
  expect(isNear, `${actual} is within ${delta} of ${expected}`).to.equal(true);
}
