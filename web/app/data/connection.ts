// Knows whether the service answers. While it does not, it asks again by itself.
import { useSyncExternalStore } from "react";

/** How often a service that does not answer is asked again. */
const ASK_AGAIN_MS = 5_000;

let isAnswering = true;
let asking: ReturnType<typeof setInterval> | undefined;
let probe: () => Promise<unknown> = () => Promise.resolve();
const listeners = new Set<() => void>();

function set(answers: boolean): void {
  if (answers) {
    clearInterval(asking);
    asking = undefined;
  } else asking ??= setInterval(askAgain, ASK_AGAIN_MS);
  if (answers === isAnswering) return;
  isAnswering = answers;
  for (const listener of listeners) listener();
}

// An answer to any request says that the service is back, so the probe's own result needs no look.
const askAgain = () => void probe().catch(() => undefined);

/** Says how to ask for something small. */
export function probeWith(ask: () => Promise<unknown>): void {
  probe = ask;
}
export const noteAnswer = (): void => set(true);
export const noteNoAnswer = (): void => set(false);

/** Whether the service answered last. */
export const isOnline = (): boolean => isAnswering;

export function onConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export const useOnline = (): boolean => useSyncExternalStore(onConnection, isOnline);

window.addEventListener("offline", noteNoAnswer);
window.addEventListener("online", askAgain);
if (!navigator.onLine) noteNoAnswer();
