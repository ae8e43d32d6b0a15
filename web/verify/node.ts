// The node that the reader named, asked by fetch: with limits of time and size, and nothing sent along but the question.
import { jsonRpc } from "../../protocol/chain/json-rpc.ts";
import type { Request } from "../../protocol/chain/node.ts";

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** What is told of the questions while they are asked. */
export interface Asking {
  asked: number;
  answered: number;
  /** Milliseconds during which at least one answer was waited for. */
  waitedMs: number;
}

/**
 * A caller of the node.
 * @param signal ends all questions under way
 * @param told hears of every question and answer
 */
export function connect(url: string, signal: AbortSignal, told: (asking: Asking) => void): Request {
  const asking: Asking = { asked: 0, answered: 0, waitedMs: 0 };
  let since = 0;
  const ask = jsonRpc((body) => post(url, body, signal));
  return async (method, params) => {
    signal.throwIfAborted();
    if (asking.asked++ === asking.answered) since = performance.now();
    told(asking);
    try {
      return await ask(method, params);
    } finally {
      if (++asking.answered === asking.asked) asking.waitedMs += performance.now() - since;
      told(asking);
    }
  };
}

async function post(url: string, body: string, signal: AbortSignal): Promise<string> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      ...{
        credentials: "omit",
        redirect: "error",
        referrerPolicy: "no-referrer",
        cache: "no-store",
      },
      signal: AbortSignal.any([signal, late.signal]),
    });
    const text = await textOf(response);
    // Some nodes send their own errors, which are answers, with a status that says so as well.
    if (!response.ok && !text.trimStart().startsWith("{"))
      throw new Error(`HTTP status ${response.status}`);
    return text;
  } catch (error) {
    if (late.signal.aborted)
      throw new Error(`there was none in ${TIMEOUT_MS / 1_000} seconds`, { cause: error });
    if (error instanceof TypeError)
      throw new Error("it cannot be reached, or lets no web page read its answers", {
        cause: error,
      });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error(`it has more than ${MAX_ANSWER_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
