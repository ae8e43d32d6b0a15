// Checks vectors of the acceptance of notices with the second verifier.
import { expect } from "chai";
// @ts-expect-error It is plain JavaScript, on purpose.
import { accept } from "../../second-verifier/acceptance.js";
import type { Checks } from "./checks.ts";

export const acceptances: Checks = {
  valid({ domain, context, notice, signer, word }) {
    expect(accept(domain, context, notice, signer)).to.deep.equal({ word });
  },
  invalid({ domain, context, notice, signer, violation }) {
    expect(accept(domain, context, notice, signer)).to.deep.equal({ violation });
  },
};
