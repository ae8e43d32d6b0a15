// Defines what a page asks the verifier's worker, and what it answers.
import type { Facts } from "../../../protocol/verdict/facts.ts";
import type { PolicyDocument } from "../../../protocol/verdict/policy.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import type { Errors, Typed } from "../../verify/settings.ts";

/** What to verify, and whom to trust. */
export interface ToVerify {
  /** The bundle's text, as it came. */
  bundle: string;
  /** As the reader typed it. The worker checks it. */
  typed: Typed;
  /** Unix seconds. */
  now: number;
  /** The hash of the block to judge by. Undefined: the node's newest. */
  at?: string | undefined;
  /** Without it, the default policy. */
  policy?: PolicyDocument | undefined;
  facts?: Facts | null | undefined;
}

export type Question = { kind: "verify"; ask: ToVerify } | { kind: "evidence"; bundle: string };

export const STEPS = ["read", "signatures", "node", "rules"] as const;
export type StepName = (typeof STEPS)[number];

/** How far a step is. Times are milliseconds. */
export interface StepState {
  step: StepName;
  isDone: boolean;
  tookMs: number;
  /** Bytes that were read, signatures, questions to the node, rules. */
  counted: number;
  /** Further words, such as the file's hash or the node's own name. */
  note?: string;
}

/** One event as it was signed, and what this browser computed of it. */
export interface EventEvidence {
  /** The EIP-712 digest, computed here. */
  digest: string;
  action: string | null;
  actor: string;
  time: number;
  lots: { lot: string; quantity: number; isNew: boolean }[];
  /** Entries of lots that the reader may not see: their places in the event, and their hashes. */
  withheldEntries: { index: number; hash: string }[];
  /** The canonical JSON of the event as this bundle has it. */
  bytes: string;
  signature: string | null;
  /** The key that made the signature; null if there is none, or no key can have made it. */
  signer: string | null;
  /** The root in the event, and the one of the details. Equal: the details are those that were signed. */
  root: string;
  detailsRoot: string | null;
  open: { name: string; value: string; salt: string }[];
  withheld: { name: string; inner: string }[];
  /** Fields that the author restricts, with how far each may be seen. */
  restricted: { name: string; to: string }[];
  settled: { block: number; transaction: string } | null;
  logged: { operator: string; index: number; size: number } | null;
}

export interface Evidence {
  chainId: number;
  ledger: string;
  /** Bytes of the bundle, and its SHA-256. */
  size: number;
  sha256: string;
  events: EventEvidence[];
}

export type Answer =
  | { kind: "step"; state: StepState }
  | { kind: "verdict"; verdict: Verdict; tookMs: number; backEnd: "wasm" | "noble" }
  | { kind: "evidence"; evidence: Evidence }
  /** The reader's settings are wrong: what is wrong, by field. */
  | { kind: "refused"; errors: Errors }
  | { kind: "failed"; message: string };
