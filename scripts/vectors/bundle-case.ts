// Makes the vector of a bundle: what is trusted, and the verdict with a node that answers from a simulated chain.
import { ledgerReader } from "../../protocol/chain/reader.ts";
import type { Trust } from "../../protocol/verdict/trust.ts";
import { verifyBundle } from "../../protocol/verify/bundle.ts";
import { type PaperChain, answer } from "../../test/support/paper-ledger.ts";
import type { Vectors } from "./vector.ts";

/** A bundle, and how its setting differs from the usual one. */
export interface Case {
  about: string;
  bundle: unknown;
  trust?: Trust;
  /** False: no node is named. */
  node?: boolean;
}

/** The usual setting of the cases. */
export interface Stage {
  chain: PaperChain;
  /** The vector that contains the chain. */
  file: string;
  trust: Trust;
}

/** Makes the cases' vectors, by the same names. */
export async function vectorsOf(stage: Stage, cases: Record<string, Case>): Promise<Vectors> {
  const vectors: Vectors = {};
  for (const [name, each] of Object.entries(cases)) vectors[name] = await vectorOf(stage, each);
  return vectors;
}

async function vectorOf(
  { chain, file, trust: usual }: Stage,
  { about, bundle, trust = usual, node = true }: Case,
) {
  const request = async (method: string, params: readonly unknown[]) =>
    answer(chain, method, params);
  const { verdict, findings } = await verifyBundle(
    bundle,
    trust,
    node ? ledgerReader({ request, ...trust }) : null,
  );
  const codes = [...new Set(findings.map(({ code }) => code))].toSorted();
  return { about, chain: node ? file : null, trust, bundle, verdict, codes };
}
