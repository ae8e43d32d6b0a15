// Lists every fault that fsck can find, with sentences that say what is wrong and what to do.

/** The tables, by their names in the database. */
export type Table =
  | "anchoring"
  | "api_key"
  | "attempt"
  | "block"
  | "checkpoint"
  | "carried"
  | "document"
  | "entry"
  | "event"
  | "foreign_leaf"
  | "interest"
  | "key"
  | "leaf"
  | "ledger"
  | "lot"
  | "notice"
  | "party"
  | "registration"
  | "sender"
  | "settlement"
  | "statement"
  | "stored_key"
  | "tile"
  | "turn"
  | "unlogged";

const RESTORE = "Restore the row from a backup or from another party's copy.";
const REBUILD =
  "Run reelproof repair: it rebuilds the row from the signed events, if they are sound.";
const REBUILD_TILE = "Run reelproof repair: it rebuilds the tiles from the leaves.";
const REFOLLOW = "Delete the blocks from here on. The service then follows the chain again.";

/** Every kind of fault: what is wrong, then what a person can do about it. */
export const FAULTS = {
  // the node
  NODE_UNREACHABLE:
    "The chain's node did not answer, so not everything was compared with the chain. Run fsck again.",
  NODE_INCONSISTENT:
    "The chain's node contradicts itself or is on another chain, so not everything was compared with the chain. Use another node.",

  // documents, and where they are kept
  STORE_UNREACHABLE:
    "The document store did not answer, so not all documents were read. Run fsck again.",
  DOCUMENT_MISSING:
    "The document's bytes are not in the store. Upload it again, or restore it from a backup.",
  DOCUMENT_ALTERED:
    "The stored bytes do not have the document's hash. Upload it again, or restore it from a backup.",
  DOCUMENT_DIFFERS: "A column contradicts the document's bytes. Set it to what the bytes say.",
  DOCUMENT_MALFORMED: `A column of the document is malformed. ${RESTORE}`,
  DOCUMENT_OF_NOBODY: `The ledger does not have the party that owns the document. ${RESTORE}`,

  // statements
  CONTENT_DIFFERS: `The stored content is not what the statement commits to. ${RESTORE}`,
  STATEMENT_MISSING: `The statement that a withdrawal names is missing, or belongs to another issuer. ${RESTORE}`,

  // the ledger and its blocks
  LEDGER_MISSING:
    "The row that says which ledger this database belongs to is missing. Start the service once.",
  LEDGER_EXTRA:
    "The database belongs to one ledger, and a second row names another. Delete that row.",
  LEDGER_DIFFERS:
    "The row that says which ledger this database belongs to differs from the chain. Correct it.",
  BLOCK_NOT_ON_CHAIN: `The chain does not have this block at this height. Let the service follow the chain. If that does not help: ${REFOLLOW}`,
  BLOCK_DIFFERS:
    "A column of this block differs from the chain's block of this hash. Set it to what the chain says.",
  BLOCK_MISSING: `The ledger wrote logs in this block, but its row is missing. ${REFOLLOW}`,

  // events and notices: the evidence
  BYTES_MALFORMED: `The stored bytes are not canonical, so they are not what was signed. ${RESTORE}`,
  HASH_DIFFERS: `The stored bytes do not have the hash under which they are stored. ${RESTORE}`,
  COPY_DIFFERS:
    "A column that follows from the signed bytes differs from them. Run reelproof repair; of a statement or a settlement, set the column to what the bytes say.",
  SIGNATURE_MISSING: `The signature is missing, though this service accepted or sent it. ${RESTORE}`,
  SIGNATURE_MALFORMED: `The signature is not 65 bytes with v 27 or 28 and a low s, or belongs to no key. ${RESTORE}`,
  SIGNATURE_NOT_OF_PARTY: `The signature is not by a key of the party. ${RESTORE}`,
  SIGNATURE_BY_REVOKED_KEY: `The key was already revoked when the ledger recorded this. ${RESTORE}`,
  SIGNATURE_NOT_AS_SENT: `The stored signature is not the one that was sent to the ledger. Take it from the transaction.`,
  DETAILS_MISSING: `The details or their secret are missing, though this service accepted them. ${RESTORE}`,
  DETAILS_MALFORMED: `The stored details, their secret or the disclosure are malformed. ${RESTORE}`,
  DETAILS_DIFFER: `The stored details with their secret do not have the root that was signed. ${RESTORE}`,
  DETAILS_TWICE: "The row has both whole details and a disclosure. Set the disclosure to null.",
  RESTRICTED_MALFORMED:
    "The author's restrictions cannot be read, so all fields count as private. Correct them.",
  DETAILS_UNSIGNED:
    "There are details, but none were signed, so they prove nothing. Set the column to null.",
  SEQUENCE_AHEAD:
    "The sequence is beyond the last assigned number, so a later row will collide with it. Give it a free number.",
  EVIDENCE_MISSING: `The service accepted this, but its row is missing. ${RESTORE}`,
  ACCEPTANCE_MISSING:
    "The service accepted this itself, but the time of acceptance is missing, so a reorg would delete it. Set the time.",
  RECORDED_MISSING: `The ledger recorded this, but its row is missing. ${REFOLLOW}`,
  NOTICE_UNFOUNDED: `The ledger cannot take this notice. Hold it, and ask its issuer.`,

  // entries
  ENTRY_MISSING: `The signed event has an entry for this lot, but its row is missing. ${REBUILD}`,
  ENTRY_EXTRA: `No signed event has this entry. ${REBUILD}`,
  ENTRY_DIFFERS: `A column of the entry differs from what the signed event and the rules of custody give. ${REBUILD}`,
  PREDECESSOR_MISSING: `No entry has the word that this event follows, so an event before it was altered or removed. ${RESTORE}`,
  RULE_BROKEN: `The event breaks a rule of custody, so the ledger cannot have recorded it as it stands. ${RESTORE}`,
  FORK: "Two live events follow the same word of a lot. Set `live` to false for the one that the ledger did not record.",
  LIVE_AFTER_VOID:
    "A live event follows one that is not live. Let the service follow the chain again from before both.",

  // lots
  LOT_MISSING: `The lot has live events, but its row is missing. ${REBUILD}`,
  LOT_EXTRA: `No live event makes this lot. ${REBUILD}`,
  LOT_DIFFERS: `A column of the lot differs from what its live events give. ${REBUILD}`,
  INTEREST_MISSING: `A party that issued, holds, held or is to receive the lot cannot see it. ${REBUILD}`,
  INTEREST_EXTRA: `A party can see a lot that it neither issued nor held nor is to receive. ${REBUILD}`,
  WORD_DIFFERS:
    "The ledger has another word for the lot than its recorded events lead to, so events were altered, added or left out. Restore them from a backup or from another party's copy.",
  NOTICE_WORD_DIFFERS:
    "The ledger has another word for the lot's notices than the stored ones lead to, so notices were altered, added or left out. Restore them from a backup or from another party's copy.",

  // settlement
  SETTLEMENT_MISSING: `There is no settlement for this. Add one with state queued: the relay and the follower do the rest.`,
  SETTLEMENT_EXTRA:
    "The settlement does not belong to exactly one event or notice. Delete it or correct its references.",
  SETTLEMENT_STATE:
    "The state of the settlement contradicts its other columns or the transactions that carry it.",
  RECORD_DIFFERS:
    "The settlement contradicts the chain about the ledger's record. Set it to what the chain says.",
  RECORD_NOT_ON_CHAIN: `The settlement names a record that the ledger does not have. ${REFOLLOW}`,
  REASON_UNFOUNDED:
    "The stored reason for holding or voiding this is not what happened. Send it again, or correct the reason.",
  OUT_OF_ORDER:
    "This would be sent before what it follows, so the ledger would refuse it. Exchange their sequences.",

  LOGGED_BESIDE_SETTLED:
    "One event of this lot is log-only and another is not. Settle the lot, or correct the state.",

  // attempts
  ATTEMPT_MALFORMED: `The stored transaction cannot be read. ${RESTORE}`,
  ATTEMPT_MISSING: `A settlement points to a transaction that has no row. ${RESTORE}`,
  ATTEMPT_CLOSED:
    "The attempt is closed, but what it carries was neither recorded nor queued again. Clear the time of its closing.",
  ATTEMPT_DIFFERS:
    "A column of the attempt differs from its signed transaction. Set it to what the transaction says.",
  CARRIED_MISSING:
    "The transaction carries something that has no row with the attempt. Add the row.",
  CARRIED_EXTRA:
    "The row says that the attempt carries something, but its transaction does not. Delete the row.",
  SENDER_MISSING: "The account that sent transactions has no row for its lease. Add it.",

  // the log
  UNLOGGED_MISSING:
    "The service accepted this event, but it is neither in the log nor waiting for it. Add the row.",
  UNLOGGED_EXTRA:
    "The event was not accepted by the service, or is already in the log. Delete the row.",
  UNLOGGED_DIFFERS: "The sequence differs from that of the event. Set it to the event's.",
  LEAF_MISSING:
    "The log's tiles have a leaf here, but its row is missing. Add the row with the leaf's event.",
  LEAF_EXTRA:
    "The log has no leaf here, or has the event elsewhere. Delete the row, and add the event to `unlogged`.",
  LEAF_DIFFERS: "The log's tiles have another event's leaf here. Set the row to that event.",
  TILE_MISSING: `The log has leaves for this tile, but its row is missing. ${REBUILD_TILE}`,
  TILE_EXTRA: `The log has no leaves for this tile. ${REBUILD_TILE}`,
  TILE_DIFFERS: `The tile's hashes differ from those of the log's leaves. ${REBUILD_TILE}`,
  CHECKPOINT_DIFFERS:
    "The log does not have this root at this size, so leaves or this row were altered since.",
  CHECKPOINT_BEYOND: "The log is smaller than one of its checkpoints. Restore the missing leaves.",

  ANCHORING_MISSING: `The log's account anchored a checkpoint, but its row is missing. ${REFOLLOW}`,
  ANCHORING_EXTRA: "The log's account anchored no such checkpoint. Delete the row.",
  ANCHORING_DIFFERS: "A column differs from the checkpoint on the chain. Correct it.",
  ANCHORED_ELSE:
    "This account anchored a checkpoint that does not belong to this log. Restore the leaves, or find out who has the account's key.",

  FOREIGN_LEAF_DIFFERS:
    "The proof by another operator's log does not lead to the first checkpoint that it anchored with the event. Delete the row: then this log vouches for the event.",

  // parties and keys
  REGISTRATION_MISSING: `The ledger wrote a log about a party, but its row is missing. ${REFOLLOW}`,
  REGISTRATION_EXTRA: "The ledger wrote no log about a party in this place. Delete the row.",
  REGISTRATION_DIFFERS:
    "A column differs from the ledger's log in this place. Set it to what the log says.",
  PARTY_MISSING: "The ledger has admitted this party, but its row is missing. Add it.",
  PARTY_EXTRA: "The ledger does not have this party. Delete the row.",
  PARTY_DIFFERS: "A column of the party differs from the ledger's logs. Set it to what they say.",
  KEY_MISSING: "The ledger has this key, but its row is missing. Add it.",
  KEY_EXTRA: "The ledger does not have this key. Delete the row.",
  KEY_DIFFERS: "A column of the key differs from the ledger's logs. Set it to what they say.",
  STORED_KEY_UNREADABLE:
    "KEYSTORE_SECRET does not open the stored key. Either the secret is another one, or the row was altered.",
  STORED_KEY_NOT_OF_PARTY:
    "The stored key is not an enrolled key or the account of the party that it is kept for. Enrol it, or delete the row.",
} as const satisfies Record<string, string>;
/** The code of a fault. */
export type FaultCode = keyof typeof FAULTS;

/** An expected or stored value, as JSON can hold it. */
export type FaultValue = string | number | boolean | null;

/** A fault of the database. */
export interface Fault {
  table: Table;
  /** The row's key as text; the parts of a key of several columns with a slash between them. */
  row: string;
  column?: string;
  /** The field within a JSON column, as a dotted path. */
  field?: string;
  code: FaultCode;
  expected?: FaultValue;
  found?: FaultValue;
  /** What is wrong, and what to do. */
  message: string;
  /** What the row is about, as people call it. Absent where it is not about lots or a party. */
  subject?: Subject;
}

/** The lots, the event and the party that a row is about, as people call them. */
export interface Subject {
  /** The first of the lots. */
  lots: { lot: string; lotNumber: string | null }[];
  /** The number of all lots. */
  lotCount: number;
  /** An event's action, or a notice's kind; null for other rows. */
  act: string | null;
  /** The name of the party that acted, or that the row is about; null if there is none, or it is not known. */
  party: string | null;
  /** The names of the parties that have the lots, or had them. */
  parties: string[];
}

/** The place and the values of a fault, before the sentence is added. */
export type Where = Omit<
  Fault,
  "message" | "subject" | "code" | "expected" | "found" | "column" | "field"
> & {
  column?: string | undefined;
  field?: string | undefined;
  expected?: unknown;
  found?: unknown;
};

/** Makes a fault with its sentence. Leaves out undefined members, and converts values to JSON. */
export function fault(
  code: FaultCode,
  { table, row, column, field, expected, found }: Where,
): Fault {
  return {
    table,
    row,
    code,
    ...(column !== undefined && { column }),
    ...(field !== undefined && { field }),
    ...(expected !== undefined && { expected: toFaultValue(expected) }),
    ...(found !== undefined && { found: toFaultValue(found) }),
    message: FAULTS[code],
  };
}

function toFaultValue(value: unknown): FaultValue {
  if (value === null || typeof value === "string" || typeof value === "boolean")
    return value as FaultValue;
  if (typeof value === "bigint")
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === "number") return value;
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value) ?? "";
}

/** Formats a fault as one line for people. */
export function formatFault({
  table,
  row,
  column,
  field,
  code,
  expected,
  found,
  message,
}: Fault): string {
  const place = [
    table,
    row,
    ...(column === undefined ? [] : [column]),
    ...(field === undefined ? [] : [field]),
  ];
  const values = [
    ...(expected === undefined ? [] : [`expected ${text(expected)}`]),
    ...(found === undefined ? [] : [`found ${text(found)}`]),
  ];
  return `${code} ${place.join(" ")}: ${message}${values.length > 0 ? ` (${values.join(", ")})` : ""}`;
}

const MAX_VALUE_CHARS = 120;
function text(value: FaultValue): string {
  const whole = String(value);
  return whole.length > MAX_VALUE_CHARS ? `${whole.slice(0, MAX_VALUE_CHARS)}…` : whole;
}
