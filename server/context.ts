// Defines the context: the one plain object that every part of the service receives. open.ts builds it.
import type { Logger } from "pino";
import type { RecoverPublicKey } from "../protocol/base/crypto.ts";
import type { LedgerReader } from "../protocol/chain/reader.ts";
import type { OperationName } from "../api/operations.ts";
import type { Domain } from "../protocol/event/event.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import type { Budgets } from "./budgets/shares.ts";
import type { DocumentStore } from "./storage/blobs.ts";
import type { Db } from "./storage/db.ts";
import type { MerkleLog } from "./chain/accounts.ts";
import type { Keystore } from "./chain/keystore.ts";
import type { Request } from "./chain/node.ts";
import type { SettlementMode } from "./config.ts";

/** Everything that the parts of the service share. */
export interface Context {
  prisma: PrismaClient;
  /**
   * The primary, where `prisma` reads from a replica of it. What writes, and what must not be a moment old, asks the primary: see
   * `onPrimary`.
   */
  primary?: PrismaClient;
  domain: Domain;
  /** The chain's node, and the ledger read through it. */
  request: Request;
  reader: LedgerReader;
  /** Blocks on top of an event's block that make it final. */
  finality: number;
  /** The chain is embedded: after a crash it may have lost any number of its newest blocks. */
  forgetful: boolean;
  /** The account that pays for transactions: its private key. */
  relayer: { address: string; privateKey: string };
  /** Where lots settle, unless their first event says otherwise. */
  settlement: SettlementMode;
  /** The log of all accepted events. */
  merkleLog: MerkleLog;
  keystore: Keystore;
  /** 32 bytes: encrypts the positions in lists that callers get as cursors. */
  cursorKey: Uint8Array;
  /** What parties and addresses may use, and what this process has taken of it. */
  budgets: Budgets;
  documents: DocumentStore;
  recover: RecoverPublicKey;
  /** Unix seconds. */
  clock: () => number;
  random: (bytes: number) => Uint8Array;
  log: Logger;
  /**
   * Keeps the answer to the request that is under way, in the transaction of its act. Undefined where the caller does not want
   * to repeat the request.
   */
  keepAnswer?: (tx: Db, answer: object) => Promise<void>;
  /**
   * Writes a line of the log of operations, in the transaction of its act. Undefined where no caller asks.
   * @param about what it was done to
   * @param party that it concerns. Default: the caller's; null: the operator alone
   */
  record?: (tx: Db, act: OperationName, about: string, party?: string | null) => Promise<void>;
}

/** The same context at the primary: it may write, and reads what was written last. */
export function onPrimary<C extends Pick<Context, "prisma" | "primary">>(ctx: C): C {
  const { primary, ...rest } = ctx;
  return primary === undefined ? ctx : ({ ...rest, prisma: primary } as C);
}
