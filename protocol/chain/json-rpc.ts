// JSON-RPC to a node over whatever carries text: what is asked, and what counts as an answer.
import { ProtocolError } from "../base/errors.ts";
import type { Request } from "./node.ts";

/** The node's own error, such as that a range of blocks is too long for it. */
export class NodeAnswer extends Error {
  readonly code: number;
  readonly data: unknown;
  constructor(
    method: string,
    { code, message, data }: { code: number; message: string; data?: unknown },
  ) {
    super(`${method}: ${message}`);
    this.name = "NodeAnswer";
    this.code = code;
    this.data = data;
  }
}

/**
 * A caller of a node.
 * @param post carries a question to the node and gives back its answer's text; it rejects where there is none
 * @returns a caller that throws NodeAnswer where the node answers with an error; ProtocolError CHAIN_UNREACHABLE, with the
 * reason as its cause, where there is no answer, and CHAIN_INCONSISTENT where it is none of JSON-RPC
 */
export function jsonRpc(post: (body: string) => Promise<string>): Request {
  let id = 0;
  return async (method, params) => {
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
    if (error !== undefined) throw new NodeAnswer(method, error);
    return result;
  };
}

const reasonOf = (cause: unknown) =>
  cause instanceof Error && cause.message !== "" ? `: ${cause.message}` : "";

function answerIn(
  text: string,
  method: string,
): { result?: unknown; error?: { code: number; message: string } } {
  const answer = parsed(text);
  if (typeof answer === "object" && answer !== null) {
    const { result, error } = answer as { result?: unknown; error?: unknown };
    if (error === undefined || error === null) return { result };
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (typeof code === "number")
      return { error: { ...error, code, message: String(message ?? "") } };
  }
  throw new ProtocolError(
    "CHAIN_INCONSISTENT",
    `the answer to ${method} is none of JSON-RPC: is this a node's address?`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
