// Limits how long a store or a database may take to answer. Our own work does not count: see protocol/base/patience.ts.
import { waitPatiently } from "../../protocol/base/patience.ts";

/** Timers that keep no process alive: nobody stops them. */
const quietTimers = {
  setTimeout: (action: () => void, ms: number) => setTimeout(action, ms).unref(),
  clearTimeout: (timer: NodeJS.Timeout) => {
    clearTimeout(timer);
  },
};

/** A signal that aborts after so many milliseconds of waiting. */
export function abortAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  waitPatiently(quietTimers, ms, () => {
    controller.abort(new DOMException(`there was no answer in ${ms / 1_000} s`, "TimeoutError"));
  });
  return controller.signal;
}

/** The result of a task; undefined if others take too long. The task continues. */
export async function inTime<T>(task: Promise<T>, ms: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const wait = waitPatiently(globalThis, ms, () => {
    late.resolve(undefined);
  });
  try {
    return await Promise.race([task, late.promise]);
  } finally {
    wait.stop();
  }
}
