// Checks vectors of followed logs with the second verifier.
import { expect } from "chai";
// @ts-expect-error It is plain JavaScript, on purpose.
import { Follower } from "../../second-verifier/follow.js";
import type { Checks, Vector } from "./checks.ts";

function check({ trust, looks }: Vector): void {
  const follower = new Follower(trust);
  for (const [i, { findings, position, counts, ...look }] of looks.entries()) {
    const seen = follower.look(look);
    expect(seen.findings, `look ${i}`).to.have.deep.members(findings);
    expect(seen, `look ${i}`).to.deep.include({ position, counts });
  }
}

export const followed: Checks = { valid: check, invalid: check };
