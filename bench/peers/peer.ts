// Defines what is told of another system: the gas of one of its operations.

/** One operation of another system. */
export interface Peer {
  name: string;
  /** The gas of one event alone in its transaction, from a receipt, with the base of 21,000. */
  single: number;
  /** The gas per event in its best batch, and the batch's size. Null if it has no batches. */
  batch: { gas: number; of: number } | null;
  /** Whether the chain itself refuses a sender that is not the holder. */
  holder: "yes" | "no" | "usually";
}
