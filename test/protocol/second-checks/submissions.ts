// Checks vectors of submissions with the second verifier.
import { expect } from "chai";
// @ts-expect-error It is plain JavaScript, on purpose.
import { pack, unpack } from "../../second-verifier/submission.js";
import type { Checks } from "./checks.ts";

export const submissions: Checks = {
  valid({ event, before, signature, submission, packed = submission }) {
    expect(pack(event, before, signature)).to.deep.equal(packed);
    expect(unpack(submission)).to.deep.equal({ event, before });
  },
  invalid({ submission, error }) {
    expect(unpack(submission)).to.deep.equal({ error });
  },
};
