// Runs one verification: the protocol's own function, with the node that the reader named, or none.
import { ledgerReader } from "../../protocol/chain/reader.ts";
import { type RecoverPublicKey, recoverWithNoble, useKeccak } from "../../protocol/base/crypto.ts";
import { loadWasmKeccak, loadWasmRecover } from "../../protocol/base/crypto-wasm.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { type Request, block } from "../../protocol/chain/node.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { verifyBundle } from "../../protocol/verify/bundle.ts";
import { type Asking, connect } from "./node.ts";
import type { Settings } from "./settings.ts";

export interface Checked {
  verdict: Verdict;
  /** Judged at the time of the block that its reader named, not of this device's clock. */
  isAsOf: boolean;
  /** What recovered the signers: libsecp256k1 as WebAssembly, or the library that runs anywhere. */
  backEnd: "wasm" | "noble";
  /** Milliseconds in all, and of these waiting for the node. */
  tookMs: number;
  waitedMs: number;
  questions: number;
}

/**
 * Verifies a bundle.
 * @param now Unix seconds
 * @param told hears how many questions the node was asked
 * @throws DOMException AbortError where it was cancelled; nothing about the bundle or the node
 */
export async function check(
  input: unknown,
  settings: Settings,
  now: number,
  signal: AbortSignal,
  told: (asking: Asking) => void,
): Promise<Checked> {
  const began = performance.now();
  const { chainId, ledger, checkpoints, finality, node } = settings;
  const { recover, backEnd } = await backEndOf();
  let asked: Asking = { asked: 0, answered: 0, waitedMs: 0 };
  const request = node === null ? null : connect(node, signal, (asking) => told((asked = asking)));
  const named = node === null ? {} : { node: new URL(node).origin };
  await painted();
  signal.throwIfAborted();
  const { reader, asOf } = request
    ? await readerOf(request, settings)
    : { reader: null, asOf: null };
  const anchored = checkpoints === null ? {} : { checkpoints };
  const trust = { chainId, ledger, ...anchored, finality, now, ...named, ...asOf };
  const verdict = await verifyBundle(input, trust, reader, recover);
  signal.throwIfAborted();
  const { waitedMs, asked: questions } = asked;
  return {
    verdict,
    isAsOf: asOf !== null,
    backEnd,
    tookMs: performance.now() - began,
    waitedMs,
    questions,
  };
}

/** Lets the page show that it has begun: what follows keeps its thread busy. */
const painted = () => new Promise<void>((resolve) => setTimeout(resolve));

/** Loaded once: the module is not small. */
let backEnds: ReturnType<typeof loadBackEnd> | undefined;
const backEndOf = () => (backEnds ??= loadBackEnd());

async function loadBackEnd(): Promise<{ recover: RecoverPublicKey; backEnd: Checked["backEnd"] }> {
  try {
    const [recover, keccak] = await Promise.all([loadWasmRecover(), loadWasmKeccak()]);
    useKeccak(keccak);
    return { recover, backEnd: "wasm" };
  } catch {
    return { recover: recoverWithNoble, backEnd: "noble" }; // slower, and as good: some browsers run no WebAssembly
  }
}

/** A reader of the trusted ledger, and by which block and time to judge where the reader of the page named one. */
async function readerOf(request: Request, { chainId, ledger, at, fromBlock, logRange }: Settings) {
  const reader = ledgerReader({ request, chainId, ledger, fromBlock, logRange });
  if (at === null) return { reader, asOf: null };
  try {
    const found = await block(request, at);
    if (!found) throw new ProtocolError("CHAIN_INCONSISTENT", `the node has no block ${at}`);
    return { reader, asOf: { at: found.hash, now: found.time } };
  } catch (error) {
    // That the node does not say makes the verdict INCOMPLETE, as wherever it does not answer.
    return { reader: { ...reader, head: () => Promise.reject(error as Error) }, asOf: null };
  }
}
