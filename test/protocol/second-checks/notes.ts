// Checks vectors of signed notes with the second verifier.
import { expect } from "chai";
// @ts-expect-error It is plain JavaScript, on purpose.
import { makeNote, openNote, readOrigin } from "../../second-verifier/notes.js";
import { type Checks, type Vector, refusal } from "./checks.ts";

const whole = ({ note, then }: Vector): string => note + (then?.line.repeat(then.times) ?? "");

export const notes: Checks = {
  valid(vector) {
    if (vector.note === undefined) {
      const { origin, chainId, ledger, operator } = vector;
      return void expect(readOrigin(origin)).to.deep.equal({ chainId, ledger, operator });
    }
    const { seed, key, checkpoint } = vector;
    expect(openNote(whole(vector), key)).to.deep.equal(checkpoint);
    if (seed !== undefined) expect(vector).to.deep.include(makeNote(seed, checkpoint));
  },
  invalid(vector) {
    if (vector.note === undefined) return void expect(readOrigin(vector.origin)).to.equal(null);
    expect(refusal(() => openNote(whole(vector), vector.key))).to.deep.equal(vector.error);
  },
};
