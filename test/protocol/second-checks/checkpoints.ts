// Checks vectors of checkpoints with the second verifier.
import { expect } from "chai";
// @ts-expect-error It is plain JavaScript, on purpose.
import { playCheckpoints } from "../../second-verifier/checkpoints.js";
import type { Checks, Vector } from "./checks.ts";

function check({ calls, newest }: Vector): void {
  const answers = calls.map(({ log, error }: Vector) => (error ? { error } : { log }));
  expect(playCheckpoints(calls)).to.deep.equal({ answers, newest });
}

export const checkpoints: Checks = { valid: check, invalid: check };
