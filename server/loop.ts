// Repeats a step. Waits when there is nothing to do, and backs off when it fails.
import type { Logger } from "pino";
import { ProtocolError } from "../protocol/base/errors.ts";

/** A running loop. */
export interface Loop {
  /** Runs the step now, not at the end of the pause. */
  nudge(): void;
  /** The error of the last step; undefined if it succeeded. */
  failure(): unknown;
  /** Resolves when the current step has ended. No other follows. */
  stop(): Promise<void>;
}

/** Lets requests and timers run that wait for a long step. */
export const letOthersRun = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const MAX_BACKOFF_MS = 30_000;

/**
 * Starts a loop.
 * @param step returns whether there may be more to do at once
 * @param pauseMs between steps when there is nothing to do
 * @param onFatal called with an error that no later step can fix; the loop ends
 */
export function startLoop(
  name: string,
  step: () => Promise<boolean>,
  {
    pauseMs,
    log,
    isFatal,
    onFatal,
  }: {
    pauseMs: number;
    log: Logger;
    isFatal: (error: unknown) => boolean;
    onFatal: (error: unknown) => void;
  },
): Loop {
  let stopping = false;
  let wake = () => {};
  let failures = 0;
  let failure: unknown;

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async () => {
    while (!stopping) {
      try {
        const more = await step();
        failures = 0;
        failure = undefined;
        if (!more && !stopping) await pause(pauseMs);
      } catch (error) {
        if (isFatal(error)) return onFatal(error);
        failures++;
        failure = error;
        const level = error instanceof ProtocolError ? "warn" : "error";
        log[level]({ err: error, failures }, `${name} failed; the next step tries again`);
        if (!stopping) await pause(Math.min(MAX_BACKOFF_MS, pauseMs * 2 ** Math.min(failures, 10)));
      }
    }
  };
  const running = run();

  return {
    nudge: () => wake(),
    failure: () => failure,
    async stop() {
      stopping = true;
      wake();
      await running;
    },
  };
}
