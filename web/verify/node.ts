// Connects to the node that the reader named. Nothing is sent along but the question.
import { connectTo } from "../../protocol/chain/json-rpc.ts";
import type { Platform } from "../../protocol/chain/exchange.ts";
import type { Request } from "../../protocol/chain/node.ts";

const SILENCE_MS = 15_000;

/** How far the questions are. */
export interface Asking {
  asked: number;
  answered: number;
  /** Milliseconds during which at least one answer was waited for. */
  waitedMs: number;
}

/**
 * A caller of the node.
 * @param signal ends all questions under way
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

/** The browser's fetch and timers, without credentials and until the reader cancels. */
function platformUntil(signal: AbortSignal): Platform<AbortSignal, number> {
  return {
    AbortController,
    setTimeout: (action, ms) => window.setTimeout(action, ms),
    clearTimeout: (timer) => window.clearTimeout(timer),
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
        // A browser says no more than that: retrying would not tell a refusal from a broken connection.
        if (cause instanceof TypeError)
          throw new Error("it cannot be reached, or lets no web page read its answers", { cause });
        throw cause;
      }
    },
  };
}
