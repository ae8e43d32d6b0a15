// Runs one verification with the protocol's own function and the reader's node, if any.
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
  /** Whether it was judged at the time of the block that the reader named, not by this device's clock. */
  isAsOf: boolean;
  /** What the node says that it is. Null if no node was named, or it does not say. */
  client: string | null;
  /** The library that recovered the signers: libsecp256k1 as WebAssembly, or noble-curves, which runs anywhere. */
  backEnd: "wasm" | "noble";
  /** Milliseconds in total, and the part of them spent waiting for the node. */
  tookMs: number;
  waitedMs: number;
  questions: number;
}

/**
 * Verifies a bundle.
 * @param now Unix seconds
 * @param report receives the progress of the questions to the node
 * @throws DOMException AbortError if the reader cancelled; nothing about the bundle or the node
 */
export async function check(
  input: unknown,
  settings: Settings,
  now: number,
  signal: AbortSignal,
  report: (asking: Asking) => void,
): Promise<Checked> {
  const began = performance.now();
  const { chainId, ledger, checkpoints, finality, node } = settings;
  const { recover, backEnd } = await backEndOf();
  let progress: Asking = { asked: 0, answered: 0, waitedMs: 0 };
  const request =
    node === null ? null : connect(node, signal, (asking) => report((progress = asking)));
  const nodeName = node === null ? {} : { node: new URL(node).origin };
  await painted();
  signal.throwIfAborted();
  const { reader, asOf } = request
    ? await readerOf(request, settings)
    : { reader: null, asOf: null };
  const asking = request && clientOf(request);
  const anchored = checkpoints === null ? {} : { checkpoints };
  const trust = { chainId, ledger, ...anchored, finality, now, ...nodeName, ...asOf };
  const verdict = await verifyBundle(input, trust, reader, recover);
  const client = await asking;
  signal.throwIfAborted();
  const { waitedMs, asked: questions } = progress;
  return {
    verdict,
    isAsOf: asOf !== null,
    client,
    backEnd,
    tookMs: performance.now() - began,
    waitedMs,
    questions,
  };
}

const MAX_CLIENT = 100;

/** What a node says that it is. It may say anything, and need not say it. */
export async function clientOf(request: Request): Promise<string | null> {
  try {
    const answer = await request("web3_clientVersion", []);
    return typeof answer === "string" ? answer.slice(0, MAX_CLIENT) : null;
  } catch {
    return null;
  }
}

/** Lets the browser paint first: verification keeps the thread busy. */
const painted = () => new Promise<void>((resolve) => setTimeout(resolve));

/** Loaded once, because the module is large. */
let backEnds: ReturnType<typeof loadBackEnd> | undefined;
/** The fastest back end that this browser runs. */
export const backEndOf = () => (backEnds ??= loadBackEnd());

async function loadBackEnd(): Promise<{ recover: RecoverPublicKey; backEnd: Checked["backEnd"] }> {
  try {
    const [recover, keccak] = await Promise.all([loadWasmRecover(), loadWasmKeccak()]);
    useKeccak(keccak);
    return { recover, backEnd: "wasm" };
  } catch {
    return { recover: recoverWithNoble, backEnd: "noble" }; // slower, with the same results: some browsers run no WebAssembly
  }
}

/** Makes a reader of the trusted ledger. If the person named a block, finds its hash and time. */
async function readerOf(request: Request, { chainId, ledger, at, fromBlock, logRange }: Settings) {
  const reader = ledgerReader({ request, chainId, ledger, fromBlock, logRange });
  if (at === null) return { reader, asOf: null };
  try {
    const head = await block(request, at);
    if (!head) throw new ProtocolError("CHAIN_INCONSISTENT", `the node has no block ${at}`);
    return { reader, asOf: { at: head.hash, now: head.time } };
  } catch (error) {
    // The verifier meets this error again and makes the verdict INCOMPLETE, as for any node that does not answer.
    return { reader: { ...reader, head: () => Promise.reject(error as Error) }, asOf: null };
  }
}
