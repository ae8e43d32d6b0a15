// Stores the state of an audit: its position in the log and all its findings, in one SQLite file that changes in whole steps.
import { DatabaseSync } from "node:sqlite";
import { closeSync, existsSync, openSync } from "node:fs";
import type { CheckpointAnchored } from "../../protocol/chain/checkpoint.ts";
import { sha256 } from "../../protocol/base/crypto.ts";
import { toHex } from "../../protocol/base/bytes.ts";
import type { AuditFinding } from "../../protocol/audit/findings.ts";
import type {
  AuditMemory,
  Counts,
  KeptEvent,
  Passed,
  PendingKey,
  LogPosition,
} from "../../protocol/audit/memory.ts";
import type { LotState } from "../../protocol/event/lot.ts";
import { usageProblem } from "../output/outcome.ts";

/** The log that a state belongs to, and the contract that keeps its checkpoints. */
export interface AuditedLog {
  origin: string;
  /** The verifier key of its notes. */
  key: string;
  contract: string;
}

/** The content of the file. */
export interface AuditRecord {
  memory: AuditMemory;
  /** Undefined in a new file. */
  log(): AuditedLog | undefined;
  /** The anchored checkpoints, and the block up to which they were read. */
  anchored(): { upTo: number; logs: CheckpointAnchored[] };
  close(): void;
}

export interface AuditState extends AuditRecord {
  setLog(log: AuditedLog): void;
  setAnchored(from: number, upTo: number, logs: readonly CheckpointAnchored[]): void;
}

/** The version of the tables. A file of another version is refused, and its log followed from the start. */
const VERSION = 3;
const TABLES = `
  CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS passed (size INTEGER PRIMARY KEY, root TEXT NOT NULL, withheld INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS event (digest TEXT PRIMARY KEY, "index" INTEGER NOT NULL, bytes TEXT, signature TEXT);
  CREATE TABLE IF NOT EXISTS follower (
    lot TEXT, word TEXT, ordinal INTEGER, event TEXT NOT NULL, PRIMARY KEY (lot, word, ordinal)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS state (word TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS pending ("index" INTEGER PRIMARY KEY, pending TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS anchored (size INTEGER PRIMARY KEY, block INTEGER NOT NULL, log TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS finding (
    ordinal INTEGER PRIMARY KEY, finding TEXT NOT NULL UNIQUE, told INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS finding_of_event ON finding (json_extract(finding, '$.event'));
  PRAGMA user_version = ${VERSION};`;

/**
 * Opens the file, or creates it. A lock file beside it keeps other writers out; others may read.
 * @throws Problem STATE_UNUSABLE
 */
export function openAuditState(file: string): AuditState {
  const lock = lockBeside(file);
  const db = openDatabase(file, { onError: () => lock.close() });
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${TABLES}`);
  const record = recordIn(db);
  const { setFact, commit } = factsIn(db);
  db.exec("BEGIN");
  return {
    ...record,
    setLog(log) {
      setFact("log", log);
      commit();
    },
    setAnchored(from, upTo, logs) {
      db.prepare("DELETE FROM anchored WHERE block >= ?").run(from);
      const insert = db.prepare("INSERT OR REPLACE INTO anchored VALUES (?, ?, ?)");
      for (const log of logs) insert.run(log.size, log.block, JSON.stringify(log));
      setFact("anchored up to", upTo);
      commit();
    },
    close() {
      db.exec("ROLLBACK");
      db.close();
      lock.close();
    },
  };
}

/**
 * Opens an existing file to read what the last whole step left.
 * @param field the option that names it
 * @throws Problem STATE_UNUSABLE
 */
export function readAuditState(file: string, field: string): AuditRecord {
  if (!existsSync(file)) throw unusable(`There is no file ${file}.`, { field });
  const db = openDatabase(file, { field });
  if (versionOf(db) !== VERSION) throw unusable(`${file} is not the state of an audit.`, { field });
  db.exec("PRAGMA query_only = ON; BEGIN"); // all reads see one moment
  return recordIn(db);
}

function lockBeside(file: string): DatabaseSync {
  try {
    // SQLite would make them with the umask's mode; the files that it makes beside them take theirs.
    for (const own of [file, `${file}.lock`]) closeSync(openSync(own, "a", 0o600));
    const lock = new DatabaseSync(`${file}.lock`, { timeout: 0 });
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (cause) {
    throw unusable(`${file} is in use by another process, or cannot be written.`, { cause });
  }
}

/** Opens a database that is new or has the tables of this version. */
function openDatabase(
  file: string,
  { field, onError }: { field?: string; onError?: () => void } = {},
): DatabaseSync {
  try {
    const db = new DatabaseSync(file, { timeout: 5_000 });
    const { tables } = db.prepare("SELECT count(*) AS tables FROM sqlite_schema").get() as {
      tables: number;
    };
    if (tables > 0 && versionOf(db) !== VERSION) throw new Error(`it has version ${versionOf(db)}`);
    return db;
  } catch (cause) {
    onError?.();
    throw unusable(`${file} is not the state of an audit, or has another version.`, {
      field,
      cause,
    });
  }
}

const versionOf = (db: DatabaseSync) =>
  (db.prepare("PRAGMA user_version").get() as { user_version: number }).user_version;

const unusable = (
  why: string,
  { field = "--state", cause }: { field?: string | undefined; cause?: unknown },
) => usageProblem("STATE_UNUSABLE", why, field, cause);

const NOWHERE: LogPosition = { size: 0, root: toHex(sha256(new Uint8Array())), edge: [] };
const NOTHING: Counts = { events: 0, withheld: 0, unchecked: 0 };

/** Facts that have one value each. */
function factsIn(db: DatabaseSync) {
  const read = db.prepare("SELECT value FROM fact WHERE name = ?");
  const write = db.prepare("INSERT OR REPLACE INTO fact VALUES (?, ?)");
  return {
    fact(name: string): unknown {
      const row = read.get(name) as { value: string } | undefined;
      return row && JSON.parse(row.value);
    },
    setFact: (name: string, value: unknown) => void write.run(name, JSON.stringify(value)),
    commit: () => db.exec("COMMIT; BEGIN"),
  };
}

function recordIn(db: DatabaseSync): AuditRecord {
  const { fact } = factsIn(db);
  return {
    memory: memoryIn(db),
    log: () => fact("log") as AuditedLog | undefined,
    anchored() {
      const rows = db.prepare("SELECT log FROM anchored ORDER BY size").all() as { log: string }[];
      return {
        upTo: (fact("anchored up to") as number | undefined) ?? -1,
        logs: rows.map(({ log }) => JSON.parse(log) as CheckpointAnchored),
      };
    },
    close: () => db.close(),
  };
}

function memoryIn(db: DatabaseSync): AuditMemory {
  const { fact, setFact, commit } = factsIn(db);
  const sql = {
    passedAt: db.prepare("SELECT root, withheld FROM passed WHERE size = ?"),
    setPassedAt: db.prepare("INSERT OR REPLACE INTO passed VALUES (?, ?, ?)"),
    eventOf: db.prepare('SELECT "index", bytes, signature FROM event WHERE digest = ?'),
    addEvent: db.prepare("INSERT INTO event VALUES (?, ?, ?, ?)"),
    followersOf: db.prepare(
      "SELECT event FROM follower WHERE lot = ? AND word = ? ORDER BY ordinal",
    ),
    addFollower: db.prepare(`
      INSERT INTO follower SELECT $lot, $word, ifnull(max(ordinal) + 1, 0), $event
      FROM follower WHERE lot = $lot AND word = $word`),
    stateOf: db.prepare("SELECT state FROM state WHERE word = ?"),
    setState: db.prepare("INSERT OR REPLACE INTO state VALUES (?, ?)"),
    addPending: db.prepare("INSERT INTO pending VALUES (?, ?)"),
    pendingIn: db.prepare(
      'SELECT pending FROM pending WHERE "index" >= ? AND "index" < ? ORDER BY "index" LIMIT ?',
    ),
    removePending: db.prepare('DELETE FROM pending WHERE "index" = ?'),
    addFinding: db.prepare("INSERT OR IGNORE INTO finding (finding) VALUES (?)"),
    findings: db.prepare("SELECT finding FROM finding ORDER BY ordinal"),
    findingsOf: db.prepare(
      "SELECT finding FROM finding WHERE json_extract(finding, '$.event') = ? ORDER BY ordinal",
    ),
    unreported: db.prepare("SELECT finding FROM finding WHERE told = 0 ORDER BY ordinal"),
    markReported: db.prepare("UPDATE finding SET told = 1 WHERE told = 0"),
  };
  const findingsIn = (rows: unknown[]) =>
    (rows as { finding: string }[]).map(({ finding }) => JSON.parse(finding) as AuditFinding);
  const eventOf = (digest: string) => sql.eventOf.get(digest) as KeptEvent | undefined;
  return {
    position: () => (fact("place") as LogPosition | undefined) ?? NOWHERE,
    setPosition: (position) => setFact("place", position),
    counts: () => (fact("counts") as Counts | undefined) ?? NOTHING,
    setCounts: (counts) => setFact("counts", counts),
    passedAt: (size) => sql.passedAt.get(size) as Passed | undefined,
    setPassedAt: (size, { root, withheld }) => void sql.setPassedAt.run(size, root, withheld),
    addEvent(digest, { index, bytes, signature }) {
      const before = eventOf(digest);
      if (!before) sql.addEvent.run(digest, index, bytes, signature);
      return before?.index;
    },
    eventOf,
    addFollower: (lot, word, event) => void sql.addFollower.run({ lot, word, event }),
    followersOf: (lot, word) =>
      (sql.followersOf.all(lot, word) as { event: string }[]).map(({ event }) => event),
    stateOf(word) {
      const row = sql.stateOf.get(word) as { state: string } | undefined;
      return row && (JSON.parse(row.state) as LotState);
    },
    setState: (word, state) => void sql.setState.run(word, JSON.stringify(state)),
    addPending: (pending) => void sql.addPending.run(pending.index, JSON.stringify(pending)),
    pendingIn: (from, to, most) =>
      (sql.pendingIn.all(from, to, most) as { pending: string }[]).map(
        ({ pending }) => JSON.parse(pending) as PendingKey,
      ),
    removePending: (index) => void sql.removePending.run(index),
    judgedTo: () => (fact("judged to") as number | undefined) ?? 0,
    setJudgedTo: (size) => setFact("judged to", size),
    addFinding: (finding) => void sql.addFinding.run(JSON.stringify(finding)),
    findings: () => findingsIn(sql.findings.all()),
    findingsOf: (event) => findingsIn(sql.findingsOf.all(event)),
    unreportedFindings: () => findingsIn(sql.unreported.all()),
    markReported: () => void sql.markReported.run(),
    commit,
    discard: () => db.exec("ROLLBACK; BEGIN"),
  };
}
