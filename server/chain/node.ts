// An Ethereum node over HTTP: JSON-RPC with a time limit. What an answer means is for protocol/chain/chain.ts.
import { ProtocolError } from "../../protocol/base/errors.ts";

/** Calls a method of the node (the shape of EIP-1193). */
export type Request = (method: string, params?: readonly unknown[]) => Promise<unknown>;

/** The node's own error: a revert's data is in `data`. */
export class NodeError extends Error {
  readonly code: number;
  readonly data: unknown;
  constructor(method: string, error: { code: number; message: string; data?: unknown }) {
    super(`${method}: ${error.message}`);
    this.name = "NodeError";
    this.code = error.code;
    this.data = error.data;
  }
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * A caller of the node at `url`.
 * The caller throws ProtocolError CHAIN_UNREACHABLE where there is no answer, NodeError where the answer is an error.
 */
export function connectNode(url: string): Request {
  let id = 0;
  return async (method, params = []) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params });
    const answer = await post(url, body, method);
    if (answer.error) throw new NodeError(method, answer.error);
    return answer.result;
  };
}

interface Answer {
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
}

async function post(url: string, body: string, method: string): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const length = Number(response.headers.get("content-length") ?? 0);
    if (length > MAX_ANSWER_BYTES) throw new Error(`an answer of ${length} bytes`);
    const answer: unknown = await response.json();
    if (typeof answer !== "object" || answer === null) throw new Error("no JSON-RPC answer");
    return answer;
  } catch (cause) {
    throw new ProtocolError("CHAIN_UNREACHABLE", `the chain's node gave no answer to ${method}`, {
      cause,
    });
  }
}
