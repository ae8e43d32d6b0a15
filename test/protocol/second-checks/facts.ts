// Checks vectors of statements beside bundles with the second verifier.
import { expect } from "chai";
import { readFileSync } from "node:fs";
// @ts-expect-error It is plain JavaScript, on purpose.
import { judgeFacts } from "../../second-verifier/facts.js";
import type { Checks, Vector } from "./checks.ts";

const vectors = new URL("../../vectors/", import.meta.url);

function check(vector: Vector): void {
  const { trust, statements, reader, policy = {}, node, rules, judged, findings } = vector;
  const read = (path: string): Vector => JSON.parse(readFileSync(new URL(path, vectors), "utf8"));
  const { trail } = read(vector.bundle).bundle;
  const asked = node === "none" ? null : read(vector.chain);
  const found = judgeFacts(trail, statements, trust, asked, reader, policy);
  expect(found.judged).to.deep.equal(judged);
  expect(rules.flatMap((rule: string) => found[rule])).to.have.deep.members(findings);
}

export const facts: Checks = { valid: check, invalid: check };
