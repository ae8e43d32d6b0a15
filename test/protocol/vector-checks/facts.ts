// Checks vectors of statements beside bundles against protocol/.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { VECTORS_FOLDER } from "../../../scripts/vectors.ts";
import type { Trust } from "../../../protocol/verdict/trust.ts";
import { type FactsCase, judgeFacts, type JudgedFacts } from "../../support/facts-case.ts";
import type { BundleJson } from "../../../protocol/trail/bundle.ts";
import type { PaperChain } from "../../support/paper-ledger.ts";
import { recover } from "../../support/recover.ts";

interface FactsVector extends Omit<FactsCase, "trail">, JudgedFacts {
  chain: string;
  /** Its file. */
  bundle: string;
  trust: Trust;
}

/** Checks which statements count, and what is found by them. */
export async function facts(vector: FactsVector): Promise<void> {
  const { chain, bundle, trust, judged, findings, ...input } = vector;
  const read = (path: string): unknown =>
    JSON.parse(readFileSync(join(VECTORS_FOLDER, path), "utf8"));
  const { trail } = (read(bundle) as { bundle: BundleJson }).bundle;
  const paper = read(chain) as PaperChain;
  const actual = await judgeFacts({ ...input, trail }, trust, paper, recover);
  expect(actual).to.deep.equal({ judged, findings });
}
