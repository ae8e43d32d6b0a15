// Limits how long a service may take. Our own work does not count: see protocol/base/patience.ts.
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
