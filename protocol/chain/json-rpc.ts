// Asks an Ethereum node over JSON-RPC, for the service, the command line and the page. The caller passes what carries text.
import { z } from "zod";
import { parsedBy } from "../base/canonical.ts";
import { ProtocolError } from "../base/errors.ts";
import { inBatches } from "./batch.ts";
import { ConnectionLost, type Platform, type Post, exchange } from "./exchange.ts";
import { AT_ONCE } from "./node.ts";

/** The node answered with an error of its own, for instance that a call reverts (with the reason in `data`). */
export class NodeError extends Error {
  readonly code: number;
  readonly data: unknown;
  constructor(
    method: string,
    { code, message, data }: { code: number; message: string; data?: unknown },
  ) {
    super(`${method}: ${message}`);
    this.name = "NodeError";
    this.code = code;
    this.data = data;
  }
}

/** Asks the node; a question without parameters may leave them out. */
export type Ask = (method: string, params?: readonly unknown[]) => Promise<unknown>;

/** How to ask a node. Every option has a default. */
export interface NodeOptions {
  /** Milliseconds for which the node may be silent. */
  silenceMs?: number;
  maxBytes?: number;
  /** The most questions under way. The others wait for their turn. */
  atOnce?: number;
  /** How often a question is asked if its connection breaks. Only repeatable questions are asked again. */
  attempts?: number;
  /** Whether questions that are asked at the same moment go as one batch. */
  batches?: boolean;
}

const SILENCE_MS = 10_000;
const MAX_BYTES = 64 * 1024 * 1024;
const ATTEMPTS = 3;
const PAUSE_MS = 20;

/** Methods that only read, and the sending of a signed transaction, which the chain accepts only once. */
const REPEATABLE =
  /^(eth_(call|chainId|blockNumber|estimateGas|maxPriorityFeePerGas|sendRawTransaction|get(?!Filter)\w+)|net_version|web3_\w+)$/;

/**
 * A caller of the node at `url`.
 * @param platform fetch and timers: `globalThis`
 * @returns a caller that throws as the caller of `jsonRpc` does
 */
export function connectTo<Signal, Timer>(
  platform: Platform<Signal, Timer>,
  url: string,
  options: NodeOptions = {},
): Ask {
  const { silenceMs = SILENCE_MS, maxBytes = MAX_BYTES } = options;
  const { atOnce = AT_ONCE, attempts = ATTEMPTS, batches = false } = options;
  const post = bounded(exchange(platform, url, { silenceMs, maxBytes }), atOnce);
  const ask = jsonRpc(batches ? inBatches(post) : post);
  return async (method, params = []) => {
    for (let tried = 1; ; tried++) {
      try {
        return await ask(method, params);
      } catch (error) {
        const isLost = error instanceof ProtocolError && error.cause instanceof ConnectionLost;
        if (!isLost || tried >= attempts || !REPEATABLE.test(method)) throw error;
      }
      await new Promise<void>((resolve) => void platform.setTimeout(resolve, PAUSE_MS * tried));
    }
  };
}

/** Lets at most `atOnce` questions through at once. The others follow in their order. */
function bounded(post: Post, atOnce: number): Post {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  return async (body) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => void waiting.push(resolve));
    try {
      return await post(body);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

/**
 * A caller of a node.
 * @param post carries a question to the node and returns the answer's text; it rejects if there is no answer
 * @returns a caller that throws NodeError if the node answers with an error; ProtocolError CHAIN_UNREACHABLE, with the reason
 * as its cause, if there is no answer; CHAIN_INCONSISTENT if the answer is not JSON-RPC
 */
export function jsonRpc(post: Post): Ask {
  let id = 0;
  return async (method, params = []) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params });
    let text: string;
    try {
      text = await post(body);
    } catch (cause) {
      throw new ProtocolError(
        "CHAIN_UNREACHABLE",
        `the node gave no answer to ${method}${reasonOf(cause)}`,
        { cause },
      );
    }
    const { result, error } = answerIn(text, method);
    if (error !== undefined) throw new NodeError(method, error);
    return result;
  };
}

const reasonOf = (cause: unknown) =>
  cause instanceof Error && cause.message !== "" ? `: ${cause.message}` : "";

function answerIn(
  text: string,
  method: string,
): { result?: unknown; error?: { code: number; message: string } } {
  const answer = parsedBy(z.unknown(), text);
  if (typeof answer === "object" && answer !== null) {
    const { result, error } = answer as { result?: unknown; error?: unknown };
    if (error === undefined || error === null) return { result };
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (typeof code === "number")
      return { error: { ...error, code, message: String(message ?? "") } };
  }
  throw new ProtocolError(
    "CHAIN_INCONSISTENT",
    `the answer to ${method} is not JSON-RPC. Check that the address is a node's.`,
  );
}
