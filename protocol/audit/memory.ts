// Defines what an audit keeps between two runs: its position in the log, the events it saw, and its findings.
import type { LotState } from "../event/lot.ts";
import type { AuditFinding } from "./findings.ts";
import type { Checkpoint } from "../log/checkpoint.ts";

/** How far the log was followed: a checked root, and the partial tiles from which to continue. */
export interface LogPosition extends Checkpoint {
  edge: readonly string[];
}

/** Numbers of events, by how far they could be checked. */
export interface Counts {
  /** Events whose form, signature and transition were checked. */
  events: number;
  /** Events of which the log shows only the digest, or bytes with another digest. */
  withheld: number;
  /** Checked events that follow a word which this log does not show, so some rules could not be checked. */
  unchecked: number;
}

/** An event of the log. Its bytes and its signature are null if this reader may not see it. */
export interface LogEvent {
  /** Canonical JSON. */
  bytes: string | null;
  signature: string | null;
}

/** An event of the log with its index. */
export interface KeptEvent extends LogEvent {
  index: number;
}

/** An event whose key waits for the first final checkpoint that contains the event. */
export interface PendingKey {
  index: number;
  event: string;
  actor: string;
  signer: string;
}

/** The log at a size that was stated or anchored. */
export interface Passed {
  root: string;
  /** The number of its events that were withheld, or more. */
  withheld: number;
}

/** An audit's memory. `commit` keeps all changes or none; `discard` undoes the changes since then. */
export interface AuditMemory {
  position(): LogPosition;
  setPosition(position: LogPosition): void;
  counts(): Counts;
  setCounts(counts: Counts): void;
  passedAt(size: number): Passed | undefined;
  setPassedAt(size: number, passed: Passed): void;
  /** Keeps an event. @returns the index that the event already has; undefined if it is new */
  addEvent(digest: string, event: KeptEvent): number | undefined;
  /** The event as the log showed it first. */
  eventOf(digest: string): KeptEvent | undefined;
  /** Keeps that an event claims to follow a word of a lot (zero: it makes the lot), valid or not. */
  addFollower(lot: string, word: string, event: string): void;
  /** The events that claim to follow a word of a lot, in the order of the log. */
  followersOf(lot: string, word: string): string[];
  stateOf(word: string): LotState | undefined;
  setState(word: string, state: LotState): void;
  addPending(pending: PendingKey): void;
  /** The first `most` pending keys with an index from `from` up to, but not including, `to`. */
  pendingIn(from: number, to: number, most: number): PendingKey[];
  removePending(index: number): void;
  /** The largest anchored size up to which keys were judged. 0 before the first. */
  judgedTo(): number;
  setJudgedTo(size: number): void;
  /** Keeps a finding, once. */
  addFinding(finding: AuditFinding): void;
  /** All findings of all runs. */
  findings(): AuditFinding[];
  /** The findings about an event. */
  findingsOf(event: string): AuditFinding[];
  /** The findings that were not reported yet. */
  unreportedFindings(): AuditFinding[];
  /** Marks all findings as reported. */
  markReported(): void;
  commit(): void;
  discard(): void;
}
