// Opens the database, the chain and the document store that the configuration names, and builds the context from them.
// The service, administration and the tests all get their context here.
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { visibleJson } from "../protocol/base/visible.ts";
import { fromHex } from "../protocol/base/bytes.ts";
import { addressOfPrivateKey, useKeccak } from "../protocol/base/crypto.ts";
import { loadWasmKeccak, loadWasmRecover } from "../protocol/base/crypto-wasm.ts";
import { ledgerReader } from "../protocol/chain/reader.ts";
import type { Surroundings } from "./backup/write.ts";
import { openBudgets } from "./budgets/shares.ts";
import { type Accounts, accountsFrom, fundAccounts, logFrom } from "./chain/accounts.ts";
import { openKeys } from "./chain/keys.ts";
import { Keystore } from "./chain/keystore.ts";
import {
  domainOf,
  ensureCheckpointLog,
  ensureLedger,
  findCheckpointLog,
  findEmbeddedLedger,
  findLedger,
  type LedgerRecord,
} from "./chain/ledger.ts";
import { type LocalChain, openLocalChain } from "./chain/local-chain.ts";
import { connectNode, type Request } from "./chain/node.ts";
import { rememberRecovered, SIGNERS_REMEMBERED } from "./chain/recover.ts";
import {
  type Config,
  ConfigError,
  type DatabasePlace,
  readConfig,
  readDatabase,
  readKeystoreSecret,
  readLedger,
  readSecret,
  type Secrets,
} from "./config.ts";
import type { Context } from "./context.ts";
import type { DocumentStore } from "./storage/blobs.ts";
import { directoryStore, removeLeftBehind } from "./storage/blobs-directory.ts";
import { s3Store } from "./storage/blobs-s3.ts";
import { type Database, openDatabase } from "./storage/db.ts";
import { closeFolder } from "./storage/private-folder.ts";

type Environment = Record<string, string | undefined>;

/** The opened parts, and the context built from them. */
export interface Opened {
  ctx: Context;
  accounts: Accounts;
  ledger: LedgerRecord;
  /** The embedded chain; undefined if the configuration names a node. */
  chain: LocalChain | undefined;
  /** What opening the database did to its schema. */
  migrated: Database["migrated"];
  /** What a backup takes beside the context. */
  around: Surroundings;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Makes what a first start needs: the secret, and the contracts on the embedded chain. Otherwise it is an error if they are missing. */
  create: boolean;
  onStage?: (stage: "database" | "chain" | "ledger") => void;
  /** The embedded chain's binary; null if the platform has none. */
  anvil?: string | null | undefined;
  /** Unix seconds at which a new embedded chain begins. */
  beginsAt?: number | undefined;
  /** The node, where another part of this process has opened the service: an embedded chain is not started again. */
  rpcUrl?: string | undefined;
}

/**
 * Opens everything that the configuration names. An embedded chain runs until `close`.
 * @throws ConfigError; Error if the database or the chain cannot be opened
 */
export async function openContext(
  config: Config,
  secrets: Secrets,
  { create, onStage = () => undefined, anvil, beginsAt, rpcUrl }: OpenOptions,
): Promise<Opened> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    const log = openLog(config.logLevel, secrets);
    // The process that runs the chain has closed the folder. A thread could not: the umask is the whole process's.
    const wereOpen = rpcUrl === undefined ? closeFolder(config.dataDir, { create }) : 0;
    if (wereOpen > 0)
      log.warn({ wereOpen }, "closed files and folders in DATA_DIR that others could read");
    const secret = secrets.keystoreSecret ?? (await keptSecret(config, create));
    onStage("database");
    const database = await databaseOf({ ...config, ...secrets });
    closers.push(() => database.close());
    onStage("chain");
    const isElsewhere = config.chain !== undefined || rpcUrl !== undefined;
    const chain = isElsewhere
      ? undefined
      : await openLocalChain(join(config.dataDir, "chain"), {
          binary: anvil,
          beginsAt,
        });
    if (chain) closers.push(() => chain.stop());
    const request = chain?.request ?? connectNode((secrets.rpcUrl ?? rpcUrl)!);
    onStage("ledger");
    const keyOf = await openKeys(database.prisma, secret);
    const accounts = accountsFrom(keyOf, secrets);
    const ledger = await ledgerOf(database.prisma, request, config, create ? accounts : undefined);
    const ctx = await buildContext({
      prisma: database.prisma,
      request,
      ledger,
      relayerKey: accounts.relayer,
      finality: config.finality,
      settlement: config.settlement,
      forgetful: config.chain === undefined,
      merkleLog: logFrom(keyOf, config, accounts),
      keystore: new Keystore(keyOf("keystore")),
      cursorKey: keyOf("page cursors"),
      budgets: openBudgets(config.budgets),
      documents: openDocuments(config, secrets),
      log,
    });
    const around = surroundingsOf(config, secrets, chain);
    return { ctx, accounts, ledger, chain, migrated: database.migrated, around, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The log is one line of JSON per event, in which nothing acts on a terminal that shows it: requests name paths of strangers. */
export const LOG_HOOKS = { streamWrite: visibleJson };

/** The parts that differ between one context and another. */
export type ContextParts = Pick<
  Context,
  | "prisma"
  | "request"
  | "finality"
  | "settlement"
  | "forgetful"
  | "merkleLog"
  | "keystore"
  | "cursorKey"
  | "budgets"
  | "documents"
  | "log"
> & { ledger: Pick<LedgerRecord, "chainId" | "address" | "deployedBlock">; relayerKey: string };

/** Builds the context, with the fast back ends for hashes and signatures. */
export async function buildContext({
  ledger: { chainId, address, deployedBlock },
  relayerKey,
  ...parts
}: ContextParts): Promise<Context> {
  useKeccak(await loadWasmKeccak());
  const { request } = parts;
  return {
    ...parts,
    domain: { chainId, ledger: address },
    reader: ledgerReader({ request, chainId, ledger: address, fromBlock: deployedBlock }),
    relayer: { address: addressOfPrivateKey(fromHex(relayerKey)), privateKey: relayerKey },
    recover: rememberRecovered(await loadWasmRecover(), SIGNERS_REMEMBERED),
    clock: () => Math.floor(Date.now() / 1000),
    random: randomBytes,
  };
}

/* ADMINISTRATION without a running service */

/** The database alone. */
export interface AdminDatabase extends Pick<Context, "prisma" | "random"> {
  close(): Promise<void>;
}

/** Database and ledger, without the account that settles. */
export type AdminContext = Omit<Context, "relayer">;

/**
 * Opens the database that the environment names. DATA_DIR and DATABASE_URL are the only variables that it reads.
 * @throws ConfigError; Error if a service uses the embedded database
 */
export async function openAdminDatabase(env: Environment): Promise<AdminDatabase> {
  const { prisma, close } = await openPlace(readDatabase(env));
  return { prisma, random: randomBytes, close };
}

/**
 * Opens the database and the chain that the environment names. An embedded chain runs until `close`.
 * @throws ConfigError; Error if a service uses the embedded database or chain
 */
export async function openAdminLedger(
  env: Environment,
): Promise<{ ctx: AdminContext; around: Surroundings; close(): Promise<void> }> {
  const { config, secrets } = readConfig(env);
  return openContext({ ...config, logLevel: "silent" }, secrets, { create: false });
}

/** A ledger that a process calls from an account of its own. */
export type CalledLedger = Pick<Context, "request" | "domain">;

/** The parts that make a signing key and keep it. */
export type KeyMaking = CalledLedger & Pick<Context, "prisma" | "keystore" | "random">;

/**
 * Opens the ledger alone: CHAIN_RPC_URL and LEDGER_ADDRESS name it. Without them it is the embedded one, which this starts.
 * @throws ConfigError; Error if a service uses the embedded chain
 */
export async function openCalledLedger(
  env: Environment,
): Promise<{ ctx: CalledLedger; close(): Promise<void> }> {
  const named = readLedger(env);
  if (!named) return openAdminLedger(env);
  const request = connectNode(named.rpcUrl);
  return { ctx: { request, domain: await domainOf(request, named.ledger) }, close: async () => {} };
}

/**
 * Opens the ledger, and the database that keeps signing keys under KEYSTORE_SECRET. On a chain of one's own it reads the
 * variables of these three, and no other.
 * @throws ConfigError; Error if a service uses the embedded database or chain
 */
export async function openKeyMaking(
  env: Environment,
): Promise<{ ctx: KeyMaking; close(): Promise<void> }> {
  const named = readLedger(env);
  if (!named) return openAdminLedger(env);
  const secret = readKeystoreSecret(env);
  const { prisma, close } = await openPlace(readDatabase(env));
  try {
    const request = connectNode(named.rpcUrl);
    const domain = await domainOf(request, named.ledger);
    const keystore = new Keystore((await openKeys(prisma, secret))("keystore"));
    return { ctx: { prisma, request, domain, keystore, random: randomBytes }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/* PARTS */

function surroundingsOf(
  { dataDir }: Config,
  { keystoreSecret, relayerKey }: Secrets,
  chain: LocalChain | undefined,
): Surroundings {
  const elsewhere = [
    ...(keystoreSecret === undefined ? [] : ["KEYSTORE_SECRET"]),
    ...(relayerKey === undefined ? [] : ["RELAYER_KEY"]),
  ];
  return { dataDir, hasChainState: chain?.lasting ?? false, elsewhere };
}

const databaseOf = ({ dataDir, databaseUrl }: DatabasePlace): Promise<Database> =>
  openDatabase({ url: databaseUrl, folder: join(dataDir, "database") });

/** Opens a database for administration. Only an embedded one needs the service's folder. */
function openPlace(place: DatabasePlace): Promise<Database> {
  if (place.databaseUrl === undefined) closeFolder(place.dataDir, { create: true });
  return databaseOf(place);
}

/** @param accounts that deploy contracts that an embedded chain lacks; if undefined, nothing is deployed */
async function ledgerOf(
  prisma: Database["prisma"],
  request: Request,
  { chain }: Config,
  accounts: Accounts | undefined,
): Promise<LedgerRecord> {
  if (chain) {
    const ledger = await findLedger(prisma, request, chain);
    if (accounts && chain.log) await findCheckpointLog(request, chain.log);
    return ledger;
  }
  if (!accounts) return findEmbeddedLedger(prisma, request);
  const [owner, relayer, log] = [accounts.owner, accounts.relayer, accounts.log].map((key) =>
    addressOfPrivateKey(fromHex(key)),
  ) as [string, string, string];
  await fundAccounts(request, [owner, relayer, log]);
  const ledger = await ensureLedger(prisma, request, accounts.owner, owner);
  await ensureCheckpointLog(request, ledger.chainId, accounts.log);
  return ledger;
}

const documentsFolder = ({ dataDir }: Config) => join(dataDir, "documents");

/** The service's log, on standard output. Errors of libraries quote settings, so every line is redacted. */
function openLog(level: string, { redact }: Secrets): Context["log"] {
  const output = pino.destination(1);
  return pino({ level, hooks: LOG_HOOKS }, { write: (line) => void output.write(redact(line)) });
}

/** The configured bucket, or else the folder `documents` in DATA_DIR. */
function openDocuments(config: Config, { documentsS3 }: Secrets): DocumentStore {
  if (config.documentsS3 && documentsS3) return s3Store(config.documentsS3, documentsS3);
  return directoryStore(documentsFolder(config));
}

/** Removes documents that a crash left half written. @returns how many files there were */
export function tidyDocuments(config: Config): Promise<number> {
  return removeLeftBehind(documentsFolder(config), Date.now());
}

/**
 * The secret of this service, 256 random bits in a file: made at the first start.
 * @throws ConfigError if there is none, or it is damaged
 */
async function keptSecret({ dataDir }: Config, create: boolean): Promise<Uint8Array> {
  const file = join(dataDir, "secret");
  if (create) {
    const fresh = randomBytes(32).toString("base64url");
    await writeFile(file, fresh, { mode: 0o600, flag: "wx" }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
      },
    );
  }
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined)
    throw new ConfigError(
      "KEYSTORE_SECRET",
      `is not set, and no service has made one in ${dataDir} yet. Set it, or start a service there first`,
    );
  const secret = readSecret(text.trim());
  if (secret) return secret;
  throw new ConfigError(
    "KEYSTORE_SECRET",
    `is not set, and the file ${file} does not hold one. Restore it from the backup`,
  );
}
