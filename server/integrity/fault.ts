// What fsck can find wrong: every kind of fault with the one sentence that names it and says what to do.

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
  | "unlogged";

const RESTORE = "restore the row from a backup or from another party's copy.";
const REBUILD = "the evidence is sound, so rebuild the row from it.";
const REFOLLOW = "delete the blocks from here on and let the service follow the chain again.";

/** Every kind of fault. The sentences end with what a person can do about it. */
export const FAULTS = {
  // the node
  NODE_UNREACHABLE:
    "The chain's node did not answer, so not all was compared with the chain: run this again.",
  NODE_INCONSISTENT:
    "The chain's node contradicts itself or is on another chain, so not all was compared with the chain: ask another node.",

  // documents, and where they are kept
  STORE_UNREACHABLE:
    "The document store did not answer, so not all documents were read: run this again.",
  DOCUMENT_MISSING:
    "The document's bytes are not in the store: upload it again, or restore it from a backup.",
  DOCUMENT_ALTERED:
    "What is kept as this document does not have its hash: upload it again, or restore it from a backup.",
  DOCUMENT_DIFFERS:
    "A column says something else of the document than its bytes: set it to what they say.",
  DOCUMENT_MALFORMED: `A column of the document is not of its form: ${RESTORE}`,
  DOCUMENT_OF_NOBODY: `The ledger knows no party that is given as the document's owner: ${RESTORE}`,

  // statements
  CONTENT_DIFFERS: `The stored content is not what the statement commits to: ${RESTORE}`,
  STATEMENT_MISSING: `The statement that a withdrawal names is missing, or another issuer's: ${RESTORE}`,

  // the ledger and its blocks
  LEDGER_MISSING:
    "The row that says which ledger this database belongs to is missing: start the service once.",
  LEDGER_EXTRA:
    "The database belongs to one ledger, and a second row names another: delete that row.",
  LEDGER_DIFFERS:
    "The row that says which ledger this database belongs to differs from the chain: set it right.",
  BLOCK_NOT_ON_CHAIN: `The chain has another block or none in the place of this one: let the service follow the chain, and if it stays so, ${REFOLLOW}`,
  BLOCK_DIFFERS:
    "A column of this block differs from the chain's block of this hash: set it to what the chain says.",
  BLOCK_MISSING: `The ledger wrote logs in this block, and its row is missing: ${REFOLLOW}`,

  // events and notices: the evidence
  BYTES_MALFORMED: `The stored bytes are not in the canonical form, in which they are signed: ${RESTORE}`,
  HASH_DIFFERS: `The stored bytes are not those that the hash was made of: ${RESTORE}`,
  COPY_DIFFERS:
    "A column that is copied from the signed bytes differs from them: set it to what the bytes say.",
  SIGNATURE_MISSING: `The signature is missing, though this service accepted or sent it: ${RESTORE}`,
  SIGNATURE_MALFORMED: `The signature is not 65 bytes with v 27 or 28 and a low s, or is nobody's: ${RESTORE}`,
  SIGNATURE_NOT_OF_PARTY: `No key of the party that signs stands behind the signature: ${RESTORE}`,
  SIGNATURE_BY_REVOKED_KEY: `The key that signed had been revoked when the ledger recorded this: ${RESTORE}`,
  SIGNATURE_NOT_AS_SENT: `The stored signature is not the one that was sent to the ledger: take it from the transaction.`,
  DETAILS_MISSING: `The details or their secret are missing, though this service accepted them: ${RESTORE}`,
  DETAILS_MALFORMED: `The stored details, their secret or the disclosure are not of their form: ${RESTORE}`,
  DETAILS_DIFFER: `The stored details with their secret do not have the root that was signed: ${RESTORE}`,
  DETAILS_TWICE: "A disclosure stands beside details that are whole: set it to null.",
  RESTRICTED_MALFORMED:
    "What the author restricted cannot be read, so that all fields count as private: set it right.",
  DETAILS_UNSIGNED:
    "Details stand where none were signed, so that they prove nothing: set the column to null.",
  SEQUENCE_AHEAD:
    "The sequence is beyond the last number given out, so that a later row will collide with it: give it a free number.",
  EVIDENCE_MISSING: `The service accepted this, and its row is missing: ${RESTORE}`,
  ACCEPTANCE_MISSING:
    "The service accepted this itself, and when is missing, so that it would forget it with a block that goes: set the time.",
  RECORDED_MISSING: `The ledger recorded this, and its row is missing: ${REFOLLOW}`,
  NOTICE_UNFOUNDED: `The notice is none that the ledger can take: hold it, and ask its issuer.`,

  // entries
  ENTRY_MISSING: `The signed event has an entry for this lot, and its row is missing: ${REBUILD}`,
  ENTRY_EXTRA: `This row is of no entry of a signed event: delete it.`,
  ENTRY_DIFFERS: `A column of the entry is not what the signed event and the rules of custody make it: ${REBUILD}`,
  PREDECESSOR_MISSING: `No entry has the word that this event follows: an event before it was altered or removed, ${RESTORE}`,
  RULE_BROKEN: `The event breaks a rule of custody, so the ledger cannot have recorded it as it stands: ${RESTORE}`,
  FORK: "Two live events follow the same word of a lot: mark as not live the one that the ledger did not record.",
  LIVE_AFTER_VOID:
    "A live event follows one that is not live: follow the chain again from before both.",

  // lots
  LOT_MISSING: `The lot has live events, and its row is missing: ${REBUILD}`,
  LOT_EXTRA: "No live event makes this lot: delete its row.",
  LOT_DIFFERS: `A column of the lot is not what its live events make it: ${REBUILD}`,
  INTEREST_MISSING:
    "A party that issued, holds, held or is to receive the lot cannot see it: add the row.",
  INTEREST_EXTRA:
    "A party can see a lot that it neither issued nor held nor is to receive: delete the row.",
  WORD_DIFFERS:
    "The ledger has another word for the lot than its recorded events lead to: events were altered, added or left out.",
  NOTICE_WORD_DIFFERS:
    "The ledger has another word for the lot's notices than the stored ones lead to: notices were altered, added or left out.",

  // settlement
  SETTLEMENT_MISSING: `There is no settlement for this: add one, queued, and the relay and the follower do the rest.`,
  SETTLEMENT_EXTRA:
    "The settlement is of no event and no notice, or of two: delete it or set its references right.",
  SETTLEMENT_STATE:
    "The state of the settlement contradicts its other columns or the transactions that carry it.",
  RECORD_DIFFERS:
    "The settlement says something else of the ledger's record than the chain: set it to what the chain says.",
  RECORD_NOT_ON_CHAIN: `The settlement names a record that the ledger does not have: ${REFOLLOW}`,
  REASON_UNFOUNDED:
    "What is given as reason for holding or voiding this is not what happened: release it or look again.",
  OUT_OF_ORDER:
    "What this follows is to be sent after it, so that the ledger would refuse it: exchange their sequences.",

  LOGGED_BESIDE_SETTLED:
    "Of two events about one lot, one is log-only and one is not. Settle the lot, or correct the state.",

  // attempts
  ATTEMPT_MALFORMED: `The stored transaction cannot be read: ${RESTORE}`,
  ATTEMPT_MISSING: `A transaction is noted to carry this or that, and its row is missing: ${RESTORE}`,
  ATTEMPT_CLOSED:
    "The attempt is closed, and what it carries was neither recorded nor queued again: clear the time of its closing.",
  ATTEMPT_DIFFERS:
    "A column of the attempt differs from its signed transaction: set it to what the transaction says.",
  CARRIED_MISSING:
    "The transaction carries something that is not noted with the attempt: add the row.",
  CARRIED_EXTRA:
    "Something is noted with the attempt that its transaction does not carry: delete the row.",
  SENDER_MISSING: "The account that sent transactions has no row for its lease: add it.",

  // the log
  UNLOGGED_MISSING:
    "The service accepted this event, which neither stands in the log nor waits to enter it: add the row.",
  UNLOGGED_EXTRA:
    "This stands for an event that the service did not accept, or that the log has already: delete the row.",
  UNLOGGED_DIFFERS:
    "The place in the order of what enters the log is not that of the event: set it to the event's.",
  LEAF_MISSING:
    "The log's tiles have a leaf here, and its row is missing: add it with the event that it is of.",
  LEAF_EXTRA:
    "The log has no leaf here, or has the event elsewhere: delete the row, and let the event wait to enter it.",
  LEAF_DIFFERS: "The log's tiles have another event's leaf here: set the row to that event.",
  TILE_MISSING: `The log has leaves for this tile, and its row is missing: ${REBUILD}`,
  TILE_EXTRA: "The log has no leaves for this tile: delete the row.",
  TILE_DIFFERS: `The tile's hashes are not those of the log's leaves: ${REBUILD}`,
  CHECKPOINT_DIFFERS:
    "The log does not have this root at this size, so that leaves were altered since it was made known, or the row was.",
  CHECKPOINT_BEYOND:
    "The log is smaller than a checkpoint that was made of it: restore the leaves that are gone.",

  ANCHORING_MISSING: `The log's account anchored a checkpoint, and its row is missing: ${REFOLLOW}`,
  ANCHORING_EXTRA: "The log's account anchored no such checkpoint: delete the row.",
  ANCHORING_DIFFERS: "A column differs from what the chain says of the checkpoint: set it right.",
  ANCHORED_ELSE:
    "The chain has a checkpoint of this account's that is not of this log: restore the leaves, or see who has the account's key.",

  FOREIGN_LEAF_DIFFERS:
    "The proof by another operator's log does not lead to the first checkpoint that it anchored with the event: delete the row, and this log vouches for the event instead.",

  // parties and keys
  REGISTRATION_MISSING: `The ledger wrote a log about a party, and its row is missing: ${REFOLLOW}`,
  REGISTRATION_EXTRA: "The ledger wrote no log about a party in this place: delete the row.",
  REGISTRATION_DIFFERS:
    "A column differs from the ledger's log in this place: set it to what the log says.",
  PARTY_MISSING: "The ledger has admitted this party, and its row is missing: add it.",
  PARTY_EXTRA: "The ledger knows no such party: delete the row.",
  PARTY_DIFFERS: "A column of the party differs from the ledger's logs: set it to what they say.",
  KEY_MISSING: "The ledger knows this key of a party's, and its row is missing: add it.",
  KEY_EXTRA: "The ledger knows no such key: delete the row.",
  KEY_DIFFERS: "A column of the key differs from the ledger's logs: set it to what they say.",
  STORED_KEY_UNREADABLE:
    "KEYSTORE_SECRET does not open the stored key: it is not the one that sealed it, or the row was altered.",
  STORED_KEY_NOT_OF_PARTY:
    "The stored key is not an enrolled key or the account of the party that it is kept for: enrol it, or delete the row.",
} as const satisfies Record<string, string>;
export type FaultCode = keyof typeof FAULTS;

export type Shown = string | number | boolean | null;

/** Something that is wrong with the database. */
export interface Fault {
  table: Table;
  /** The row's key as text; the parts of a key of several columns with a slash between them. */
  row: string;
  column?: string;
  /** Within a column that holds JSON: which field, as a dotted path. */
  field?: string;
  code: FaultCode;
  expected?: Shown;
  found?: Shown;
  /** What is wrong and what to do, in one sentence. */
  message: string;
}

/** Where and what, before the sentence is added. */
export type Where = Omit<Fault, "message" | "code" | "expected" | "found" | "column" | "field"> & {
  column?: string | undefined;
  field?: string | undefined;
  expected?: unknown;
  found?: unknown;
};

/** A fault with its sentence; members that are undefined are left out, values are made to fit JSON. */
export function fault(
  code: FaultCode,
  { table, row, column, field, expected, found }: Where,
): Fault {
  return {
    ...{ table, row, code },
    ...(column !== undefined && { column }),
    ...(field !== undefined && { field }),
    ...(expected !== undefined && { expected: shown(expected) }),
    ...(found !== undefined && { found: shown(found) }),
    message: FAULTS[code],
  };
}

function shown(value: unknown): Shown {
  if (value === null || typeof value === "string" || typeof value === "boolean")
    return value as Shown;
  if (typeof value === "bigint")
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === "number") return value;
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value) ?? "";
}

/** A fault as one line for people. */
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

const MOST_SHOWN = 120;
function text(value: Shown): string {
  const whole = String(value);
  return whole.length > MOST_SHOWN ? `${whole.slice(0, MOST_SHOWN)}…` : whole;
}
