// Connects to the node that the reader named. Sends nothing but the question.
import { connectTo } from "../../protocol/chain/json-rpc.ts";
import type { Platform } from "../../protocol/chain/exchange.ts";
import type { Request } from "../../protocol/chain/node.ts";

const SILENCE_MS = 15_000;

/** The progress of the questions to the node. */
export interface Asking {
  asked: number;
  answered: number;
  /** Milliseconds during which at least one question was open. */
  waitedMs: number;
}

/**
 * Connects to a node.
 * @param signal cancels all open questions
 * @param report is called at every question and answer
 */
export function connect(
  url: string,
  signal: AbortSignal,
  report: (asking: Asking) => void,
): Request {
  const asking: Asking = { asked: 0, answered: 0, waitedMs: 0 };
  let since = 0;
  const ask = connectTo(platformUntil(signal), url, { silenceMs: SILENCE_MS });
  return async (method, params) => {
    signal.throwIfAborted();
    if (asking.asked++ === asking.answered) since = performance.now();
    report(asking);
    try {
      return await ask(method, params);
    } finally {
      if (++asking.answered === asking.asked) asking.waitedMs += performance.now() - since;
      report(asking);
    }
  };
}

/** The browser's fetch and timers, on a page or in a worker, without credentials and until the reader cancels. */
function platformUntil(signal: AbortSignal): Platform<AbortSignal, number> {
  return {
    AbortController,
    setTimeout: (action, ms) => self.setTimeout(action, ms),
    clearTimeout: (timer) => self.clearTimeout(timer),
    fetch: async (address, init) => {
      try {
        return await fetch(address, {
          ...init,
          credentials: "omit",
          referrerPolicy: "no-referrer",
          cache: "no-store",
          signal: AbortSignal.any([signal, init.signal]),
        });
      } catch (cause) {
        // A browser says no more: a TypeError may be a refusal (CORS) or a broken connection, so retrying is no use.
        if (cause instanceof TypeError)
          throw new Error("it cannot be reached, or it does not allow web pages", { cause });
        throw cause;
      }
    },
  };
}
