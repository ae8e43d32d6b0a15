// Checks vectors of statements beside trails with the second verifier.
import { expect } from "chai";
import { readFileSync } from "node:fs";
// @ts-expect-error It is plain JavaScript, on purpose.
import { judgeFacts } from "../../second-verifier/facts.js";
import type { Checks, Vector } from "./checks.ts";

const vectors = new URL("../../vectors/", import.meta.url);

function check(vector: Vector): void {
  const { trust, statements, reader, policy = {}, node, rules, judged, findings } = vector;
  const chain: Vector = JSON.parse(readFileSync(new URL(vector.chain, vectors), "utf8"));
  const asked = node === "none" ? null : chain;
  const found = judgeFacts(chain.trails[vector.trail], statements, trust, asked, reader, policy);
  expect(found.judged).to.deep.equal(judged);
  expect(rules.flatMap((rule: string) => found[rule])).to.have.deep.members(findings);
}

export const facts: Checks = { valid: check, invalid: check };
