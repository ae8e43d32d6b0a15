// One after the other: transactions from one account at the same time would take each other's nonce.

/** Runs a step when those before it have ended, well or not. */
export type InTurn = <T>(step: () => Promise<T>) => Promise<T>;

/** A queue of its own. It orders the calls of one process; a second process is for the chain to refuse. */
export function oneAtATime(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (step) => {
    const mine = last.then(step);
    last = mine.catch(() => undefined);
    return mine;
  };
}
