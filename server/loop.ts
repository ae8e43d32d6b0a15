// Repeats a step. Waits when there is nothing to do, the longer the quieter it is, and backs off when it fails.
import type { Logger } from "pino";
import { ProtocolError } from "../protocol/base/errors.ts";

/** A running loop. */
export interface Loop {
  /** Runs the step now, or once more when the current one has ended: there is something to do. */
  nudge(): void;
  /** The error of the last step; undefined if it succeeded. */
  failure(): unknown;
  /** Resolves when the current step has ended. No other follows. */
  stop(): Promise<void>;
}

/** Lets requests and timers run that wait for a long step. */
export const letOthersRun = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const MAX_BACKOFF_MS = 30_000;
/** Steps with nothing to do before the pauses grow. */
const CALM_STEPS = 8;

/** What a step came to: there may be more to do at once; something is under way elsewhere; there is nothing to do. */
export type Outcome = "more" | "soon" | "nothing";

/**
 * Starts a loop.
 * @param pauseMs between steps unless there is more to do at once
 * @param idleMs to which the pause grows while there is nothing to do; `pauseMs` if it is missing
 * @param onFatal called with an error that no later step can fix; the loop ends
 */
export function startLoop(
  name: string,
  step: () => Promise<Outcome>,
  {
    pauseMs,
    idleMs = pauseMs,
    log,
    isFatal,
    onFatal,
  }: {
    pauseMs: number;
    idleMs?: number;
    log: Logger;
    isFatal: (error: unknown) => boolean;
    onFatal: (error: unknown) => void;
  },
): Loop {
  let stopping = false;
  let wake = () => {};
  let nudged = false;
  let calm = 0;
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
      nudged = false;
      try {
        const outcome = await step();
        failures = 0;
        failure = undefined;
        calm = outcome === "nothing" && !nudged ? calm + 1 : 0;
        if (outcome === "more" || nudged || stopping) continue;
        await pause(Math.min(idleMs, pauseMs * 2 ** Math.max(0, calm - CALM_STEPS)));
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
    nudge() {
      nudged = true;
      calm = 0;
      wake();
    },
    failure: () => failure,
    async stop() {
      stopping = true;
      wake();
      await running;
    },
  };
}
