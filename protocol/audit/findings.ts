// The findings of a log's audit: each code with its sentence, and the members of one finding.
import type { Checkpoint } from "../log/checkpoint.ts";

/** Each finding's sentence: what is wrong, what to do, who can do it. */
export const AUDIT_FINDINGS = {
  NOTE_NOT_OF_LOG:
    "The checkpoint belongs to another log, or is not signed with the log's key. Check the URL, the operator and the key that you have set, then ask the log's operator.",
  CHECKPOINTS_DO_NOT_FIT:
    "Two checkpoints contradict each other, so the operator rewrote the log or shows different logs to different readers. Keep both checkpoints as evidence, and do not rely on this log.",
  ANCHORED_ELSE:
    "The operator anchored a checkpoint of another log than the one it shows here. Keep both as evidence, and do not rely on this log.",
  ANCHORED_NOT_SHOWN:
    "The operator anchored a checkpoint with more events than it shows here, so it holds some back. Ask the log's operator for them.",
  TILES_DO_NOT_FIT:
    "The log's tiles do not lead to the root in its checkpoint. Ask the log's operator to repair the log.",
  LEAF_NOT_OF_EVENT:
    "A leaf in the log does not match the event that is shown for it. Ask the log's operator to repair the log.",
  EVENT_MALFORMED:
    "The log shows bytes that are not an event, or an event with another digest. Ask the log's operator for the original event.",
  EVENT_TWICE: "The log contains the same event twice. Ask the log's operator to explain it.",
  WORD_SPENT_TWICE:
    "Two events follow the same word of a lot. If one party signed both, it handed the lot on twice. Ask the lot's consignees which event they know.",
  RULE_BROKEN:
    "The event breaks a rule of custody, so it is void. Ask the party that signed it to record it again.",
  SIGNATURE_NOT_OF_PARTY:
    "The event is not signed with a key of the party that acts, or its signature is missing. Ask that party for the signed original.",
  KEY_REVOKED:
    "The key that signed the event was revoked before the first anchored checkpoint that contains the event. Ask the party whether the signature is its own.",
} as const satisfies Record<string, string>;
export type AuditCode = keyof typeof AUDIT_FINDINGS;

/**
 * Findings that may be the operator's fault, or may pass: no leaf covers the signature that is shown. A key may still be
 * enrolled, and the block that revokes a key may be rolled back. Another reader may hold a valid signature of the event.
 */
export const NOT_SIGNED: readonly AuditCode[] = ["SIGNATURE_NOT_OF_PARTY", "KEY_REVOKED"];

/** Findings that void an event: it proves nothing about a party, so it never counts as a second event over a word. */
export const VOIDING: readonly AuditCode[] = ["RULE_BROKEN", ...NOT_SIGNED];

export interface AuditFinding {
  code: AuditCode;
  /** The leaf's index in the log. */
  index?: number;
  event?: string;
  /** The other one of two: an event, or a note. */
  other?: string;
  lot?: string;
  /** The lot's word that both events follow. */
  word?: string;
  /** The sizes and roots that contradict each other. */
  found?: Checkpoint;
  expected?: Partial<Checkpoint>;
  /** The broken rule of custody, the signer, or the path of the tile. */
  why?: string;
}
