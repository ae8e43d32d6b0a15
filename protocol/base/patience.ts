// Limits how long others may take, without counting our own work. Timers are the platform's and are handed in.

/** Timers of a platform: `globalThis` has them. */
export interface Timers<Timer> {
  setTimeout(action: () => void, ms: number): Timer;
  clearTimeout(timer: Timer): void;
}

/** A wait that ends unless it is stopped. */
export interface Patience {
  /** Begins the wait anew: something came. */
  renew(): void;
  stop(): void;
}

const PIECES = 20;

/**
 * Calls `end` after so many milliseconds of waiting. A timer alone would count our own work: a thread that was busy for
 * longer than the limit runs its timers before it reads the answer that has long arrived. So the wait goes in pieces. A busy
 * thread loses one piece at most, and reads what has arrived before the next piece begins.
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
