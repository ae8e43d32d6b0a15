// Where an audit keeps its place, and all that it must not forget: one SQLite file, changed in whole steps.
import { DatabaseSync } from "node:sqlite";
import type { CheckpointAnchored } from "../protocol/chain/checkpoint.ts";
import { sha256 } from "../protocol/crypto.ts";
import { toHex } from "../protocol/bytes.ts";
import type { AuditFinding, AuditMemory, Place } from "../protocol/log/audit.ts";
import type { LotState } from "../protocol/lot.ts";
import { EXIT, Problem } from "./outcome.ts";

/** What the file is of: the log, and where its checkpoints are kept. */
export interface AuditedLog {
  origin: string;
  /** The verifier key of its notes. */
  key: string;
  contract: string;
}

export interface AuditState {
  memory: AuditMemory;
  /** The log that the file is of; undefined of a new file. */
  log(): AuditedLog | undefined;
  setLog(log: AuditedLog): void;
  /** What was anchored, up to a block from which it is read again. */
  anchored(): { upTo: number; logs: CheckpointAnchored[] };
  setAnchored(from: number, upTo: number, logs: readonly CheckpointAnchored[]): void;
  /** Keeps what was found. @returns what is new */
  addFindings(findings: readonly AuditFinding[]): AuditFinding[];
  findings(): AuditFinding[];
  close(): void;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS root (size INTEGER PRIMARY KEY, root TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS name (kind TEXT, name TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS state (word TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS anchored (size INTEGER PRIMARY KEY, block INTEGER NOT NULL, log TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS finding (finding TEXT PRIMARY KEY);`;

/**
 * Opens the file, or makes it. One process has it at a time.
 * @throws Problem STATE_UNUSABLE
 */
export function openAuditState(file: string): AuditState {
  const db = open(file);
  const fact = (name: string): unknown => {
    const row = db.prepare("SELECT value FROM fact WHERE name = ?").get(name) as { value: string } | undefined;
    return row && JSON.parse(row.value);
  };
  const setFact = (name: string, value: unknown) =>
    void db.prepare("INSERT OR REPLACE INTO fact VALUES (?, ?)").run(name, JSON.stringify(value));
  const findings = () =>
    (db.prepare("SELECT finding FROM finding ORDER BY rowid").all() as { finding: string }[]).map(
      ({ finding }) => JSON.parse(finding) as AuditFinding,
    );
  const commit = () => db.exec("COMMIT; BEGIN IMMEDIATE");
  db.exec("BEGIN IMMEDIATE");
  return {
    memory: memoryIn(db, { fact, setFact, commit }),
    log: () => fact("log") as AuditedLog | undefined,
    setLog(log) {
      setFact("log", log);
      commit();
    },
    anchored() {
      const rows = db.prepare("SELECT log FROM anchored ORDER BY size").all() as { log: string }[];
      return {
        upTo: (fact("anchored up to") as number | undefined) ?? -1,
        logs: rows.map(({ log }) => JSON.parse(log) as CheckpointAnchored),
      };
    },
    setAnchored(from, upTo, logs) {
      db.prepare("DELETE FROM anchored WHERE block >= ?").run(from);
      const insert = db.prepare("INSERT OR REPLACE INTO anchored VALUES (?, ?, ?)");
      for (const log of logs) insert.run(log.size, log.block, JSON.stringify(log));
      setFact("anchored up to", upTo);
      commit();
    },
    addFindings(found) {
      const insert = db.prepare("INSERT OR IGNORE INTO finding VALUES (?)");
      const fresh = found.filter((one) => insert.run(JSON.stringify(one)).changes > 0);
      commit();
      return fresh;
    },
    findings,
    close() {
      db.exec("ROLLBACK");
      db.close();
    },
  };
}

function open(file: string): DatabaseSync {
  try {
    const db = new DatabaseSync(file, { timeout: 0 });
    db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL;");
    db.exec(TABLES);
    return db;
  } catch (cause) {
    const why = `${file} is in use by another process, or is no state of an audit`;
    throw new Problem("STATE_UNUSABLE", why, { field: "--state", exit: EXIT.usage, cause });
  }
}

const NOWHERE: Place = { size: 0, root: toHex(sha256(new Uint8Array())), edge: [] };

function memoryIn(
  db: DatabaseSync,
  {
    fact,
    setFact,
    commit,
  }: { fact: (name: string) => unknown; setFact: (name: string, value: unknown) => void; commit: () => void },
): AuditMemory {
  const rootAt = db.prepare("SELECT root FROM root WHERE size = ?");
  const setRootAt = db.prepare("INSERT OR REPLACE INTO root VALUES (?, ?)");
  const remembered = db.prepare("SELECT value FROM name WHERE kind = ? AND name = ?");
  const remember = db.prepare("INSERT INTO name VALUES (?, ?, ?)");
  const stateOf = db.prepare("SELECT state FROM state WHERE word = ?");
  const setState = db.prepare("INSERT OR REPLACE INTO state VALUES (?, ?)");
  return {
    place: () => (fact("place") as Place | undefined) ?? NOWHERE,
    setPlace: (place) => setFact("place", place),
    rootAt: (size) => (rootAt.get(size) as { root: string } | undefined)?.root,
    setRootAt: (size, root) => void setRootAt.run(size, root),
    remember(kind, name, value) {
      const before = (remembered.get(kind, name) as { value: string } | undefined)?.value;
      if (before === undefined) remember.run(kind, name, value);
      return before;
    },
    stateOf(word) {
      const row = stateOf.get(word) as { state: string } | undefined;
      return row && (JSON.parse(row.state) as LotState);
    },
    setState: (word, state) => void setState.run(word, JSON.stringify(state)),
    commit,
    discard: () => db.exec("ROLLBACK; BEGIN IMMEDIATE"),
  };
}
