// Checks vectors of equivocation files against protocol/.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { VECTORS_FOLDER } from "../../../scripts/vectors.ts";
import {
  checkEquivocation,
  type EquivocationReport,
} from "../../../protocol/audit/equivocation.ts";
import { type LedgerReader, ledgerReader } from "../../../protocol/chain/reader.ts";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import type { Domain } from "../../../protocol/event/event.ts";
import { type PaperChain, answer } from "../../support/paper-ledger.ts";
import { recover } from "../../support/recover.ts";

interface EquivocationVector {
  chain: string | null;
  node: "answers" | "none" | "silent";
  trust: Domain;
  file: unknown;
  standing: EquivocationReport["standing"];
  codes: string[];
  events: (Pick<EquivocationReport["events"][0], "digest" | "signer" | "loggedIn"> & {
    codes: string[];
  })[];
}

function readerOf({ chain, node, trust }: EquivocationVector): LedgerReader | null {
  if (node === "none") return null;
  if (node === "silent") {
    const silent = () => Promise.reject(new ProtocolError("CHAIN_UNREACHABLE", "no answer"));
    return ledgerReader({ request: silent, ...trust });
  }
  const paper = JSON.parse(readFileSync(join(VECTORS_FOLDER, chain!), "utf8")) as PaperChain;
  const request = async (method: string, params: readonly unknown[]) =>
    answer(paper, method, params);
  return ledgerReader({ request, ...trust });
}

async function check(vector: EquivocationVector): Promise<void> {
  const { trust, file, standing, codes, events } = vector;
  const report = await checkEquivocation(file, trust, readerOf(vector), recover);
  const codesOf = (some: EquivocationReport["findings"]) =>
    [...new Set(some.map(({ code }) => code))].toSorted();
  expect({
    standing: report.standing,
    codes: codesOf(report.findings),
    events: report.events.map(({ digest, signer, loggedIn }) => ({
      digest,
      signer,
      loggedIn,
      codes: codesOf(report.findings.filter(({ event }) => event === digest)),
    })),
  }).to.deep.equal({ standing, codes, events });
}

export const equivocations = {
  valid: check,
  async invalid(vector: EquivocationVector) {
    await check(vector);
    expect(vector.standing).to.equal("NONE");
  },
};
