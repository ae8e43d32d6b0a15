// What an audit keeps between two runs: its place in the log, what it saw there, and what it found.
import type { LotState } from "../event/lot.ts";
import type { AuditFinding } from "./findings.ts";
import type { Checkpoint } from "../log/checkpoint.ts";

/** How far the log was followed: a root that was checked, and the partial tiles to go on from. */
export interface LogPosition extends Checkpoint {
  edge: readonly string[];
}

/** Events of the log, by how far they could be checked. */
export interface Counts {
  /** Form, signature and transition were checked. */
  events: number;
  /** The digest alone is shown, or what is shown is not of the digest. */
  withheld: number;
  /** Of those that were checked: they follow a word which is not in what is shown of this log, so not by all rules. */
  unchecked: number;
}

/** An event as the log shows it; null where this reader may not see it. */
export interface ShownEvent {
  /** Canonical JSON. */
  bytes: string | null;
  signature: string | null;
}

/** An event as it was shown, and where. */
export interface KeptEvent extends ShownEvent {
  index: number;
}

/** An event whose key the first checkpoint that has it has not judged finally. */
export interface PendingKey {
  index: number;
  event: string;
  actor: string;
  signer: string;
}

/** A size at which the log was stated or anchored. */
export interface Passed {
  root: string;
  /** Of its events those that were withheld, or more. */
  withheld: number;
}

/** Changes hold once `commit` has resolved, all of them or none; `discard` takes back those since. */
export interface AuditMemory {
  position(): LogPosition;
  setPosition(position: LogPosition): void;
  counts(): Counts;
  setCounts(counts: Counts): void;
  passedAt(size: number): Passed | undefined;
  setPassedAt(size: number, passed: Passed): void;
  /** Keeps what a leaf is of. @returns the index at which the event stood before, undefined where it is new */
  addEvent(digest: string, event: KeptEvent): number | undefined;
  /** The event as it was shown first. */
  eventOf(digest: string): KeptEvent | undefined;
  /** Keeps that an event says to follow a word of a lot (zero: it makes the lot), whether it may or not. */
  addFollower(lot: string, word: string, event: string): void;
  /** The events that say to follow a word of a lot, in the order of the log. */
  followersOf(lot: string, word: string): string[];
  stateOf(word: string): LotState | undefined;
  setState(word: string, state: LotState): void;
  addPending(pending: PendingKey): void;
  /** Those from an index up to, not including, another: the first of them, in order. */
  pendingIn(from: number, to: number, most: number): PendingKey[];
  removePending(index: number): void;
  /** The largest anchored size by which keys were judged; 0 before the first. */
  judgedTo(): number;
  setJudgedTo(size: number): void;
  /** Keeps what was found, once. */
  addFinding(finding: AuditFinding): void;
  /** All that was ever found. */
  findings(): AuditFinding[];
  /** What was found of an event. */
  findingsOf(event: string): AuditFinding[];
  /** The findings that were not reported yet. */
  unreportedFindings(): AuditFinding[];
  /** Marks all findings as reported. */
  markReported(): void;
  commit(): void;
  discard(): void;
}
