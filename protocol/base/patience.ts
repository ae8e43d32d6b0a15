// Limits how long others may take, without counting our own work. The caller passes the platform's timers.

/** The timers of a platform, such as `globalThis`. */
export interface Timers<Timer> {
  setTimeout(action: () => void, ms: number): Timer;
  clearTimeout(timer: Timer): void;
}

/** A wait that ends unless it is stopped. */
export interface Patience {
  /** Starts the wait again, because something arrived. */
  renew(): void;
  stop(): void;
}

const PIECES = 20;

/**
 * Calls `end` after this many milliseconds of waiting. A single timer would also count our own work: a thread that was busy
 * for longer than the limit runs its timers before it reads an answer that arrived long ago. So the wait is cut into pieces.
 * A busy thread loses at most one piece, and reads what has arrived before the next piece begins.
 */
export function waitPatiently<Timer>(timers: Timers<Timer>, ms: number, end: () => void): Patience {
  let passed = 0;
  const pass = () => {
    if (++passed === PIECES) end();
    else timer = timers.setTimeout(pass, ms / PIECES);
  };
  let timer = timers.setTimeout(pass, ms / PIECES);
  return {
    renew() {
      passed = 0;
    },
    stop() {
      timers.clearTimeout(timer);
    },
  };
}
