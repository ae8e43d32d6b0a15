// Orders places of the chain: by block, then by the index of the EVM log in its block.

/** A place in the order of the chain: a block, and an EVM log in it. */
export interface ChainPlace {
  block: number;
  logIndex: number;
}

/** The place after the last log of any block. */
export const AFTER_ALL: ChainPlace = { block: Infinity, logIndex: Infinity };

/** Compares two places, to sort them in the order of the chain. */
export const inChainOrder = (a: ChainPlace, b: ChainPlace): number =>
  a.block - b.block || a.logIndex - b.logIndex;

/** Whether place `a` is before place `b`. */
export const isBefore = (a: ChainPlace, b: ChainPlace): boolean =>
  a.block < b.block || (a.block === b.block && a.logIndex < b.logIndex);
