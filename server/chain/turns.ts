// Runs steps one after another: two transactions from one account at the same time would take the same nonce.

/** Runs a step when those before it have ended, even by an error. */
export type InTurn = <T>(step: () => Promise<T>) => Promise<T>;

/** Makes a queue. It orders the calls of one process; the chain refuses a second process's transaction with the same nonce. */
export function oneAtATime(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (step) => {
    const mine = last.then(step);
    last = mine.catch(() => undefined);
    return mine;
  };
}
