// What the audit of a log can find.
import type { Checkpoint } from "../log/checkpoint.ts";

/** Each finding with the sentence that says what it means. */
export const AUDIT_FINDINGS = {
  NOTE_NOT_OF_LOG:
    "The checkpoint is not signed with the log's key, or is of another log than the one that is followed.",
  CHECKPOINTS_DO_NOT_FIT:
    "Two checkpoints of the log cannot be of one log: it was rewritten, or not all readers are shown the same.",
  ANCHORED_ELSE: "The chain has a checkpoint that is not of the log that is shown here.",
  ANCHORED_NOT_SHOWN:
    "The chain has a checkpoint of more events than the log shows: some are kept back.",
  TILES_DO_NOT_FIT: "The tiles that are shown do not lead to the root that the checkpoint states.",
  LEAF_NOT_OF_EVENT: "A leaf is not that of the event that is shown for it.",
  EVENT_MALFORMED: "What is shown as an event is none, or has another digest.",
  EVENT_TWICE: "The log has one event twice.",
  WORD_SPENT_TWICE:
    "Two events follow one word of a lot: where one party signed both, it handed one lot on twice.",
  RULE_BROKEN: "An event breaks a rule of custody.",
  SIGNATURE_NOT_OF_PARTY:
    "An event is not signed with a key of the party that acts, or its signature is missing.",
  KEY_REVOKED:
    "The key that signed an event was revoked before the log's first anchored checkpoint that has the event.",
} as const satisfies Record<string, string>;
export type AuditCode = keyof typeof AUDIT_FINDINGS;

/**
 * What may be the operator's doing, or pass: no leaf covers the signature that is shown, and a key may yet be enrolled, or
 * its revocation be in a block that is replaced. A reader with the event's own signature may have a valid one.
 */
export const NOT_SIGNED: readonly AuditCode[] = ["SIGNATURE_NOT_OF_PARTY", "KEY_REVOKED"];

/** What makes an event one that proves nothing of who signed it: it is nobody's second. */
export const VOIDING: readonly AuditCode[] = ["RULE_BROKEN", ...NOT_SIGNED];

export interface AuditFinding {
  code: AuditCode;
  /** Where in the log. */
  index?: number;
  event?: string;
  /** Of two, the other: an event, or a note. */
  other?: string;
  lot?: string;
  /** The lot's word that both events follow. */
  word?: string;
  /** The sizes and roots that do not fit. */
  found?: Checkpoint;
  expected?: Partial<Checkpoint>;
  /** The rule of custody that is broken, or what else there is to say. */
  why?: string;
}
