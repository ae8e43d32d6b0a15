// Checks vectors of statements beside trails against protocol/.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { VECTORS_FOLDER } from "../../../scripts/vectors.ts";
import type { Trust } from "../../../protocol/verdict/trust.ts";
import { type FactsCase, judgeFacts, type JudgedFacts } from "../../support/facts-case.ts";
import type { PaperChain } from "../../support/paper-ledger.ts";
import { recover } from "../../support/recover.ts";

interface FactsVector extends Omit<FactsCase, "trail">, JudgedFacts {
  chain: string;
  /** Its name in the chain's vector. */
  trail: string;
  trust: Trust;
}

/** Checks which statements count, and what is found by them. */
export async function facts(vector: FactsVector): Promise<void> {
  const { chain, trail, trust, judged, findings, ...input } = vector;
  const { trails, ...paper } = JSON.parse(
    readFileSync(join(VECTORS_FOLDER, chain), "utf8"),
  ) as PaperChain & { trails: Record<string, unknown> };
  const actual = await judgeFacts({ ...input, trail: trails[trail] }, trust, paper, recover);
  expect(actual).to.deep.equal({ judged, findings });
}
