// Defines the object that every stage of fsck receives: the context, one snapshot of the database, and the report.
import { ProtocolError } from "../../protocol/base/errors.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { type Fault, type FaultCode, fault, type Where } from "../integrity/fault.ts";

/** The parts of the context that fsck needs. */
export type FsckContext = Pick<
  Context,
  | "prisma"
  | "merkleLog"
  | "domain"
  | "request"
  | "reader"
  | "finality"
  | "recover"
  | "keystore"
  | "documents"
>;

/** Rows that one query reads. */
export const ROWS_AT_ONCE = 500;

/** The stages, in order. */
export const STAGES = [
  "chain",
  "blocks",
  "logs",
  "parties",
  "events",
  "notices",
  "settlements",
  "attempts",
  "lots",
  "storedKeys",
  "documents",
  "statements",
  "log",
] as const;
export type Stage = (typeof STAGES)[number];

/** Called as rows are checked. */
export type OnProgress = (stage: Stage, done: number) => void;

/** The numbers of checked rows and logs. */
export type Checked = Record<
  | "events"
  | "entries"
  | "notices"
  | "settlements"
  | "attempts"
  | "blocks"
  | "logs"
  | "parties"
  | "keys"
  | "lots"
  | "interests"
  | "storedKeys"
  | "documents"
  | "statements"
  | "leaves"
  | "unlogged"
  | "checkpoints"
  | "anchorings"
  | "foreignLeaves",
  number
>;

/** The result of a run. */
export interface Report {
  checked: Checked;
  faults: Fault[];
  /** Faults beyond those listed: if nearly everything is wrong, a full list helps nobody. */
  unlisted: number;
}

/** Faults that a report lists. */
export const MOST_FAULTS = 1_000;

/** One run. */
export class Check {
  readonly ctx: FsckContext;
  /** The snapshot: a transaction that sees one moment and writes nothing. */
  readonly db: Db;
  readonly report: Report;
  readonly #onProgress: OnProgress;
  readonly #most: number;

  /** @param most faults that the report lists */
  constructor(ctx: FsckContext, db: Db, onProgress: OnProgress, most = MOST_FAULTS) {
    this.#most = most;
    this.ctx = ctx;
    this.db = db;
    this.#onProgress = onProgress;
    const checked: Checked = {
      events: 0,
      entries: 0,
      notices: 0,
      settlements: 0,
      attempts: 0,
      blocks: 0,
      logs: 0,
      parties: 0,
      keys: 0,
      lots: 0,
      interests: 0,
      storedKeys: 0,
      documents: 0,
      statements: 0,
      leaves: 0,
      unlogged: 0,
      checkpoints: 0,
      anchorings: 0,
      foreignLeaves: 0,
    };
    this.report = { checked, faults: [], unlisted: 0 };
  }

  fault(code: FaultCode, where: Where): void {
    this.faults([fault(code, where)]);
  }

  faults(found: readonly Fault[]): void {
    const room = this.#most - this.report.faults.length;
    this.report.faults.push(...found.slice(0, room));
    this.report.unlisted += Math.max(0, found.length - room);
  }

  count(what: keyof Checked, more: number): void {
    this.report.checked[what] += more;
  }

  progress(stage: Stage, done: number): void {
    this.#onProgress(stage, done);
  }

  /**
   * Asks the chain. Reports a node that does not answer as one fault, so that unchecked rows do not count as clean.
   * @returns undefined if there was no answer
   */
  async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    try {
      return await question();
    } catch (error) {
      const isInconsistent = error instanceof ProtocolError && error.code === "CHAIN_INCONSISTENT";
      const code = isInconsistent ? "NODE_INCONSISTENT" : "NODE_UNREACHABLE";
      if (!isOfNode(error)) throw error;
      if (!this.report.faults.some((reported) => reported.code === code)) {
        this.fault(code, { table: "ledger", row: "1", found: error.message });
      }
      return undefined;
    }
  }
}

/** Whether an error comes from the node: one of ours, or its own answer (JSON-RPC errors have a numeric code). */
function isOfNode(error: unknown): error is Error {
  if (error instanceof ProtocolError)
    return error.code === "CHAIN_UNREACHABLE" || error.code === "CHAIN_INCONSISTENT";
  return error instanceof Error && "code" in error && typeof error.code === "number";
}

/** Reads a table in batches, in the order of a key. */
export async function* inBatches<R, K>(
  read: (after: K | undefined) => Promise<R[]>,
  keyOf: (row: R) => K,
): AsyncGenerator<R[]> {
  let after: K | undefined;
  for (;;) {
    const rows = await read(after);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = keyOf(last);
  }
}
