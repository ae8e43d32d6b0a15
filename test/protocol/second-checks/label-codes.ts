// Checks vectors of label codes with the second verifier.
import { expect } from "chai";
// @ts-expect-error It is plain JavaScript, on purpose.
import { codeOf, commitmentOf } from "../../second-verifier/label-codes.js";
import type { Checks } from "./checks.ts";

export const labelCodes: Checks = {
  valid({ lot, code, labelCommitment, secret, index }) {
    expect(commitmentOf(lot, code)).to.equal(labelCommitment);
    if (secret !== undefined) expect(codeOf(secret, index)).to.equal(code);
  },
  invalid({ lot, code, labelCommitment }) {
    expect(commitmentOf(lot, code)).to.not.equal(labelCommitment);
  },
};
