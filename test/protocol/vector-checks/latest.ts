// Checks vectors of followed logs beside log-only bundles against protocol/.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { VECTORS_FOLDER } from "../../../scripts/vectors.ts";
import type { BundleJson } from "../../../protocol/trail/bundle.ts";
import type { FollowedLog } from "../../../protocol/verdict/facts.ts";
import type { Trust } from "../../../protocol/verdict/trust.ts";
import { type JudgedLatest, judgeLatest } from "../../support/latest-case.ts";
import type { PaperChain } from "../../support/paper-ledger.ts";
import { recover } from "../../support/recover.ts";

interface LatestVector {
  chain: string;
  bundle: string;
  trust: Trust;
  followed: FollowedLog[];
  findings: JudgedLatest[];
}

const read = (path: string): unknown =>
  JSON.parse(readFileSync(join(VECTORS_FOLDER, path), "utf8"));

/** Checks what the followed logs say of the trail. */
export async function latest({
  chain,
  bundle,
  trust,
  followed,
  findings,
}: LatestVector): Promise<void> {
  const { trail } = (read(bundle) as { bundle: BundleJson }).bundle;
  const paper = read(chain) as PaperChain;
  expect(await judgeLatest({ trail, followed }, trust, paper, recover)).to.deep.equal(findings);
}
