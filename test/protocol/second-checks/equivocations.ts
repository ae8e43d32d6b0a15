// Checks vectors of equivocation files with the second verifier.
import { expect } from "chai";
import { readFileSync } from "node:fs";
// @ts-expect-error It is plain JavaScript, on purpose.
import { checkEquivocation } from "../../second-verifier/equivocation.js";
import type { Checks, Vector } from "./checks.ts";

const vectors = new URL("../../vectors/", import.meta.url);

function check({ chain, node, trust, file, standing, codes, events }: Vector): void {
  const asked: unknown =
    node === "answers" ? JSON.parse(readFileSync(new URL(chain, vectors), "utf8")) : undefined;
  const found = checkEquivocation(file, trust, node === "none" ? null : asked);
  expect(found).to.deep.equal({ standing, codes, events });
}

export const equivocations: Checks = {
  valid: check,
  invalid(vector) {
    check(vector);
    expect(vector.standing).to.equal("NONE");
  },
};
