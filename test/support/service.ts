// Opens a service for tests, made of real parts: its own database, anvil, a deployed ledger, and
// admitted parties whose keys the service keeps. All start from copies of one prepared world.
import { randomBytes } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../protocol/base/crypto.ts";
import type { RoleName } from "../../protocol/event/roles.ts";
import { embeddedCheckpointLog } from "../../server/chain/accounts.ts";
import { admitParty, makeKey } from "../../server/access/admin.ts";
import type { Context } from "../../server/context.ts";
import type { Database } from "../../server/storage/db.ts";
import { directoryStore } from "../../server/storage/blobs-directory.ts";
import { followOnce } from "../../server/settlement/follow.ts";
import { openKeys } from "../../server/chain/keys.ts";
import { keepKey, Keystore } from "../../server/chain/keystore.ts";
import { ensureCheckpointLog, ensureLedger } from "../../server/chain/ledger.ts";
import { type LocalChain, openLocalChain } from "../../server/chain/local-chain.ts";
import { DEFAULT_LIMITS } from "../../server/budgets/budgets.ts";
import { openBudgets } from "../../server/budgets/shares.ts";
import { buildContext } from "../../server/open.ts";
import { relayOnce } from "../../server/settlement/relay.ts";
import {
  emptyDatabase,
  openTestDatabase,
  type PreparedDatabases,
  preparedDatabases,
} from "./database.ts";
import { copyFolder } from "./prepared.ts";
import { temporaryFolder } from "./temporary.ts";

export interface TestParty {
  address: string;
  accountKey: string;
}

export interface TestService {
  ctx: Context;
  database: Database;
  chain: LocalChain;
  /** The folder of its chain and its documents. */
  folder: string;
  /** Of the ledger's owner. */
  ownerKey: string;
  /** maker (manufacturer), distributor, ems (assembler), lab (laboratory). */
  parties: Record<"maker" | "distributor" | "ems" | "lab", TestParty>;
  /** Relays and follows until there is nothing left to do. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Little work: every service of a test derives its keys. */
const SCRYPT_COST = 2;
const SECRET = Uint8Array.from({ length: 32 }, (_, i) => i);

/** Tests and benches send more than people do. The limits have tests of their own. */
const UNMET = {
  requests: 1_000_000,
  reads: 1_000_000,
  wrongKeys: 1_000_000,
  rows: 1_000_000_000,
  submissions: 1_000_000_000,
};

/** Deploys the contract of the log's checkpoints: one on each chain, for all its services. */
const LOG_ACCOUNT = `0x${"10".repeat(32)}`;

const ROLES: Record<keyof TestService["parties"], RoleName> = {
  maker: "manufacturer",
  distributor: "distributor",
  ems: "assembler",
  lab: "laboratory",
};

/** Facts about a prepared world that its database and chain do not hold. */
export interface World {
  ownerKey: string;
  relayerKey: string;
  parties: TestService["parties"];
}

const WORLD = "world.json";
export const CHAIN = "chain";

/** What a service stands on. Its documents are in `folder`. */
export interface Parts extends Pick<TestService, "database" | "chain" | "folder"> {
  /** Without parties they are admitted. */
  world: Omit<World, "parties"> & Partial<World>;
  /** Whether the chain is another service's, which stops it. */
  isBeside?: boolean;
}

/** What a test decides about its service. */
export type ServiceOptions = Partial<Context> & {
  /** A second company's service, on this one's chain and ledger. */
  beside?: TestService;
  /** Opens its database, which is empty. Default: a copy of the prepared world. */
  database?: () => Promise<Database>;
};

/** Opens a service's parts. */
export async function openTestService({
  beside,
  database,
  ...overrides
}: ServiceOptions = {}): Promise<TestService> {
  const open = async (folder: string) => {
    if (beside) return beginBeside(beside, await openTestDatabase(), folder);
    return database ? beginOn(await database(), folder) : openWorld(folder);
  };
  const service = await inFolder(open, overrides);
  try {
    await service.settle();
    return service;
  } catch (error) {
    await service.close();
    throw error;
  }
}

/** Opens a service in a folder of its own, which closing removes. `open` closes what it opened if it fails. */
export async function inFolder(
  open: (folder: string) => Promise<Parts>,
  overrides: Partial<Context> = {},
): Promise<TestService> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    const folder = await temporaryFolder("reelproof-");
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const parts = await open(folder);
    closers.push(() => parts.database.close());
    if (!parts.isBeside) closers.push(() => parts.chain.stop());
    return { ...(await serve(parts, overrides)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes the service of open parts, and closes none of them. */
export async function serve(
  { database, chain, world, folder }: Parts,
  overrides: Partial<Context> = {},
): Promise<TestService> {
  const ctx = { ...(await makeContext(database, chain, world, folder)), ...overrides };
  const parties = world.parties ?? (await makeParties(ctx, chain, world.ownerKey));
  const { ownerKey } = world;
  const settle = () => settleAll(ctx);
  const close = () => Promise.resolve();
  return { ctx, database, chain, folder, ownerKey, parties, settle, close };
}

/** The prepared world. Its folder has the chain. */
export const preparedWorld = async (): Promise<PreparedDatabases> =>
  preparedDatabases("world", [await emptyDatabase()], makeWorld);

/** A copy of the prepared world: its chain goes on in `folder`. */
async function openWorld(folder: string): Promise<Parts> {
  const kept = await preparedWorld();
  const world = await readWorld(kept.folder);
  copyFolder(join(kept.folder, CHAIN), folder);
  const chain = await openLocalChain(folder);
  try {
    const [database] = await kept.open();
    return { database: database!, chain, world, folder };
  } catch (error) {
    await chain.stop();
    throw error;
  }
}

/** What a service begins on with an empty database: a chain of its own. */
async function beginOn(database: Database, folder: string): Promise<Parts> {
  try {
    const chain = await openLocalChain(join(folder, CHAIN));
    const world = { ownerKey: await newAccount(chain), relayerKey: await newAccount(chain) };
    return { database, chain, world, folder };
  } catch (error) {
    await database.close();
    throw error;
  }
}

export const readWorld = async (folder: string): Promise<World> =>
  JSON.parse(await readFile(join(folder, WORLD), "utf8")) as World;

/** What a second company's service begins on: an empty database, and the first one's chain and ledger. */
export async function beginBeside(
  { chain, database: first, ownerKey }: TestService,
  database: Database,
  folder: string,
): Promise<Parts> {
  const relayerKey = await newAccount(chain);
  await copyLedger(first, database);
  return { database, chain, world: { ownerKey, relayerKey }, folder, isBeside: true };
}

/** Deploys the contracts, admits the parties and enrols their keys. */
async function makeWorld([database]: Database[], folder: string): Promise<void> {
  const chain = await openLocalChain(join(folder, CHAIN));
  try {
    const ownerKey = await newAccount(chain);
    const relayerKey = await newAccount(chain);
    const ctx = await makeContext(database!, chain, { ownerKey, relayerKey }, folder);
    const parties = await makeParties(ctx, chain, ownerKey);
    await settleAll(ctx);
    const world: World = { ownerKey, relayerKey, parties };
    await writeFile(join(folder, WORLD), JSON.stringify(world));
  } finally {
    await chain.stop();
  }
}

async function settleAll(ctx: Context): Promise<void> {
  do while (await followOnce(ctx));
  while (await relayOnce(ctx));
  await mined(ctx);
  while (await followOnce(ctx));
}

/** Waits until the node, which mines a moment after it has answered, has mined all that the relayer sent. */
async function mined({ request, relayer }: Context): Promise<void> {
  const count = (block: string) => request("eth_getTransactionCount", [relayer.address, block]);
  while ((await count("pending")) !== (await count("latest")));
}

async function copyLedger(from: Database, to: Database): Promise<void> {
  const { id: _id, ...ledger } = await from.prisma.ledger.findUniqueOrThrow({ where: { id: 1 } });
  await to.prisma.ledger.create({ data: ledger });
}

async function makeContext(
  { prisma }: Database,
  chain: LocalChain,
  { ownerKey, relayerKey }: Pick<World, "ownerKey" | "relayerKey">,
  folder: string,
): Promise<Context> {
  const { request } = chain;
  const owner = addressOfPrivateKey(fromHex(ownerKey));
  const ledger = await ensureLedger(prisma, request, ownerKey, owner);
  await request("anvil_setBalance", [
    addressOfPrivateKey(fromHex(LOG_ACCOUNT)),
    "0x56bc75e2d63100000",
  ]);
  await ensureCheckpointLog(request, ledger.chainId, LOG_ACCOUNT);
  const operator = addressOfPrivateKey(fromHex(relayerKey));
  const contract = embeddedCheckpointLog(LOG_ACCOUNT);
  const keyOf = await openKeys(prisma, SECRET, SCRYPT_COST);
  return buildContext({
    prisma,
    request,
    ledger,
    relayerKey,
    finality: 0,
    settlement: "ledger",
    forgetful: true,
    merkleLog: { operator, contract, seed: new Uint8Array(32).fill(5), events: 1_000, seconds: 10 },
    keystore: new Keystore(keyOf("keystore")),
    cursorKey: keyOf("page cursors"),
    budgets: openBudgets({ ...DEFAULT_LIMITS, ...UNMET }),
    documents: directoryStore(join(folder, "documents")),
    log: pino({ level: "silent" }),
  });
}

async function makeParties(
  ctx: Context,
  chain: LocalChain,
  ownerKey: string,
): Promise<TestService["parties"]> {
  const parties = {} as TestService["parties"];
  for (const [name, role] of Object.entries(ROLES) as [keyof TestService["parties"], RoleName][]) {
    const accountKey = await newAccount(chain);
    const address = addressOfPrivateKey(fromHex(accountKey));
    await keepKey(ctx.prisma, ctx.keystore, address, "account", fromHex(accountKey));
    await admitParty(ctx, ownerKey, { address, roles: [role], name: `Test ${name}` });
    await makeKey(ctx, accountKey);
    parties[name] = { address, accountKey };
  }
  return parties;
}

/** The private key of a new account with ether. */
async function newAccount({ request }: LocalChain): Promise<string> {
  const privateKey = toHex(randomBytes(32));
  await request("anvil_setBalance", [
    addressOfPrivateKey(fromHex(privateKey)),
    "0x56bc75e2d63100000",
  ]);
  return privateKey;
}
