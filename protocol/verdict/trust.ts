// Defines what a reader brings to a verification: what it trusts, and what it knows from outside the trail.
import type { LabelReading } from "../label/reading.ts";
import type { Expected } from "../label/expected.ts";
import type { Facts } from "./facts.ts";
import type { PolicyDocument } from "./policy.ts";

/** What the reader trusts. Everything else is checked. */
export interface Trust {
  chainId: number;
  ledger: string;
  /** The checkpoint contract (CheckpointLog), which anchors the logs of events. Without it no event counts as logged. */
  checkpoints?: string;
  /** Whether the ledger is only the bundle's own claim, which no other source confirms. */
  ledgerOfBundle?: boolean;
  /** Blocks that must stand on a block before it counts as final. */
  finality: number;
  /** Unix seconds. */
  now: number;
  /** The node's name in the verdict. */
  node?: string;
  /** The hash of the block to judge by, such as a follower's newest. Without it, the node's newest block. */
  at?: string;
  /** The reader's policy. */
  policy?: PolicyDocument;
}

/** What a reader brings along besides the trail. */
export interface VerdictInput {
  /** The label that was scanned from the package. */
  label?: LabelReading | null;
  expected?: Expected | null;
  facts?: Facts | null;
}
