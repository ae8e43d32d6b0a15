// What a reader brings to a verification: what it trusts, and what it knows beside the trail.
import type { LabelReading } from "../label/reading.ts";
import type { Expected } from "../label/expected.ts";
import type { Facts } from "./facts.ts";
import type { PolicyDocument } from "./policy.ts";

/** What the reader trusts. All else is checked. */
export interface Trust {
  chainId: number;
  ledger: string;
  /** The checkpoint contract (CheckpointLog), which anchors the logs of events. Without it no event counts as logged. */
  checkpoints?: string;
  /** The ledger is the one that the bundle names, and nobody else has said that it is the right one. */
  ledgerOfBundle?: boolean;
  /** Blocks that must stand on a block before it counts as final. */
  finality: number;
  /** Unix seconds. */
  now: number;
  /** What the node is called in the verdict. */
  node?: string;
  /** The hash of the block to judge by, such as a follower's newest. Without it: the newest block of the node. */
  at?: string;
  /** How the reader wants some things to be judged. */
  policy?: PolicyDocument;
}

/** What a reader brings along beside the trail. */
export interface VerdictInput {
  /** The label that was scanned from the package. */
  label?: LabelReading | null;
  expected?: Expected | null;
  facts?: Facts | null;
}
