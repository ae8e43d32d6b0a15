// Makes the vector of a bundle: what is trusted, and the verdict with a node that answers from a simulated chain.
import { ledgerReader } from "../../../protocol/chain/reader.ts";
import { stepsOf } from "../../../protocol/verdict/card.ts";
import { FINDINGS } from "../../../protocol/verdict/findings.ts";
import type { Trust } from "../../../protocol/verdict/trust.ts";
import { type Verdict, worst } from "../../../protocol/verdict/verdict.ts";
import { verifyBundle } from "../../../protocol/verify/bundle.ts";
import { type PaperChain, answer } from "../../../test/support/paper-ledger.ts";
import type { Vectors } from "../vector.ts";

/** How a vector writes a list of the trail that is long: its last item is there so many times. */
export interface Repeat {
  list: "events" | "notices";
  count: number;
}

/** A bundle, and how its setting differs from the usual one. */
export interface Case {
  about: string;
  bundle: unknown;
  trust?: Trust;
  /** False: no node is named. "silent": it does not answer. */
  node?: false | "silent";
  repeat?: Repeat;
}

/** The usual setting of the cases. */
export interface Stage {
  chain: PaperChain;
  /** The vector that contains the chain. */
  file: string;
  trust: Trust;
}

/** Makes the cases' vectors, by the same names below `valid`, or below `invalid` where the verdict is FAIL. */
export async function vectorsOf(stage: Stage, cases: Record<string, Case>): Promise<Vectors> {
  const vectors: Vectors = {};
  for (const [name, each] of Object.entries(cases)) {
    const vector = await vectorOf(stage, each);
    vectors[`${vector.verdict === "FAIL" ? "invalid" : "valid"}/${name}`] = vector;
  }
  return vectors;
}

async function vectorOf(
  { chain, file, trust: usual }: Stage,
  { about, bundle, trust = usual, node, repeat }: Case,
) {
  const judged = await verifyBundle(
    repeated(bundle, repeat),
    trust,
    node === false ? null : ledgerReader({ request: requestTo(chain, node), ...trust }),
  );
  return {
    about,
    chain: node === false ? null : file,
    ...(node === "silent" ? { node } : {}),
    trust,
    bundle,
    ...(repeat ? { repeat } : {}),
    ...pageVerdict(judged),
  };
}

/** A node's answers from a chain. A silent one gives none. */
export const requestTo =
  (chain: PaperChain, node: "silent" | undefined) =>
  async (method: string, params: readonly unknown[]): Promise<unknown> => {
    if (node === "silent") throw new Error("the node does not answer");
    return answer(chain, method, params);
  };

/** A bundle with a list of its trail made long: its last item again and again, notices each a second later. */
export function repeated(bundle: unknown, repeat: Repeat | undefined): unknown {
  if (!repeat) return bundle;
  const copy = structuredClone(bundle) as {
    trail: Record<string, ({ notice?: { time: number } } | null | undefined)[]>;
  };
  const items = copy.trail[repeat.list]!;
  while (items.length < repeat.count) {
    const item = structuredClone(items.at(-1));
    if (item?.notice) item.notice.time += 1;
    items.push(item);
  }
  return copy;
}

/** The verdict of docs/protocol.md: that of the findings of its steps, and their codes. */
export function pageVerdict({ findings }: Pick<Verdict, "findings">) {
  const own = findings.filter(({ code }) => stepsOf(FINDINGS.get(code)!).length > 0);
  return {
    verdict: worst(own.map(({ verdict }) => verdict)),
    codes: [...new Set(own.map(({ code }) => code))].toSorted(),
  };
}
