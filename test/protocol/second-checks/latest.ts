// Checks vectors of followed logs beside log-only bundles with the second verifier.
import { expect } from "chai";
import { readFileSync } from "node:fs";
// @ts-expect-error It is plain JavaScript, on purpose.
import { judgeLatest } from "../../second-verifier/latest.js";
import type { Checks, Vector } from "./checks.ts";

const vectors = new URL("../../vectors/", import.meta.url);
const read = (path: string): Vector => JSON.parse(readFileSync(new URL(path, vectors), "utf8"));

function check({ chain, bundle, trust, followed, findings }: Vector): void {
  const { trail } = read(bundle).bundle;
  const found = judgeLatest(trail, followed, trust, read(chain));
  expect(found).to.have.deep.members(findings);
}

export const latest: Checks = { valid: check, invalid: check };
