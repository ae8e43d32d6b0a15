// A service to test on, made of real parts: a database of its own (PGlite in memory, or one made on the server at
// TEST_DATABASE_URL and dropped again), anvil, a deployed ledger, admitted parties whose keys the service keeps.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { pino } from "pino";
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { ledgerReader } from "../../protocol/chain/chain.ts";
import { addressOfPrivateKey } from "../../protocol/base/crypto.ts";
import { loadWasmRecover } from "../../protocol/base/crypto-wasm.ts";
import type { RoleName } from "../../protocol/event/roles.ts";
import { embeddedCheckpointLog } from "../../server/chain/accounts.ts";
import { admitParty, makeKey } from "../../server/access/admin.ts";
import type { Context } from "../../server/context.ts";
import { type Database, openDatabase } from "../../server/storage/db.ts";
import { directoryStore } from "../../server/storage/blobs-directory.ts";
import { followOnce } from "../../server/settlement/follow.ts";
import { keepKey, Keystore } from "../../server/chain/keystore.ts";
import { ensureCheckpointLog, ensureLedger } from "../../server/chain/ledger.ts";
import { type LocalChain, openLocalChain } from "../../server/chain/local-chain.ts";
import { relayOnce } from "../../server/settlement/relay.ts";

export interface TestParty {
  address: string;
  accountKey: string;
}

export interface TestService {
  ctx: Context;
  database: Database;
  chain: LocalChain;
  /** Where its chain and its documents are kept. */
  folder: string;
  /** Of the ledger's owner. */
  ownerKey: string;
  /** maker (manufacturer), distributor, ems (assembler), lab (laboratory). */
  parties: Record<"maker" | "distributor" | "ems" | "lab", TestParty>;
  /** Relays and follows until there is nothing left to do. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** The node mines at once; a loaded machine takes its time. */
const MINED_WITHIN_MS = 10_000;

/** Deploys the contract of the log's checkpoints: one on each chain, for all its services. */
const LOG_ACCOUNT = `0x${"10".repeat(32)}`;

const ROLES: Record<keyof TestService["parties"], RoleName> = {
  maker: "manufacturer",
  distributor: "distributor",
  ems: "assembler",
  lab: "laboratory",
};

/** A database that nobody else has. */
export async function openTestDatabase(): Promise<Database> {
  const server = process.env["TEST_DATABASE_URL"];
  if (server === undefined) return openDatabase({});
  const name = `reelproof_${randomBytes(6).toString("hex")}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = await openDatabase({ url: url.href });
  return {
    ...database,
    async close() {
      await database.close();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Opens a service's parts; with `beside`, a second company's service on the first one's chain and ledger. */
export async function openTestService({
  beside,
  ...overrides
}: Partial<Context> & { beside?: TestService } = {}): Promise<TestService> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    const database = await openTestDatabase();
    closers.push(() => database.close());
    const folder = await mkdtemp(join(tmpdir(), "reelproof-"));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const chain = beside?.chain ?? (await openLocalChain(folder));
    if (!beside) closers.push(() => chain.stop());
    const ownerKey = beside?.ownerKey ?? (await newAccount(chain));
    if (beside) await copyLedger(beside.database, database);
    const ctx = { ...(await makeContext(database, chain, ownerKey, folder)), ...overrides };
    const parties = await makeParties(ctx, chain, ownerKey);
    const settle = async () => {
      do while (await followOnce(ctx));
      while (await relayOnce(ctx));
      await mined(ctx);
      while (await followOnce(ctx));
    };
    await settle();
    return { ctx, database, chain, folder, ownerKey, parties, settle, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The node mines what it was sent a moment after it has answered: waits until nothing of the relayer's is left to mine. */
async function mined({ request, relayer }: Context): Promise<void> {
  const count = (block: string) => request("eth_getTransactionCount", [relayer.address, block]);
  const until = Date.now() + MINED_WITHIN_MS;
  while ((await count("pending")) !== (await count("latest")))
    if (Date.now() > until) throw new Error("the node does not mine what it was sent");
}

async function copyLedger(from: Database, to: Database): Promise<void> {
  const { id: _id, ...ledger } = await from.prisma.ledger.findUniqueOrThrow({ where: { id: 1 } });
  await to.prisma.ledger.create({ data: ledger });
}

async function makeContext(
  { prisma }: Database,
  chain: LocalChain,
  ownerKey: string,
  folder: string,
): Promise<Context> {
  const { request } = chain;
  const relayerKey = await newAccount(chain);
  const owner = addressOfPrivateKey(fromHex(ownerKey));
  const {
    chainId,
    address,
    deployedBlock: fromBlock,
  } = await ensureLedger(prisma, request, ownerKey, owner);
  await request("anvil_setBalance", [
    addressOfPrivateKey(fromHex(LOG_ACCOUNT)),
    "0x56bc75e2d63100000",
  ]);
  await ensureCheckpointLog(request, chainId, LOG_ACCOUNT);
  const operator = addressOfPrivateKey(fromHex(relayerKey));
  const contract = embeddedCheckpointLog(LOG_ACCOUNT);
  return {
    ...{ prisma, request },
    domain: { chainId, ledger: address },
    reader: ledgerReader({ request, chainId, ledger: address, fromBlock }),
    finality: 0,
    settlement: "ledger",
    forgetful: true,
    relayer: { address: addressOfPrivateKey(fromHex(relayerKey)), privateKey: relayerKey },
    merkleLog: { operator, contract, seed: new Uint8Array(32).fill(5), events: 1_000, seconds: 10 },
    keystore: new Keystore("a secret for tests, not for use"),
    documents: directoryStore(join(folder, "documents")),
    recover: await loadWasmRecover(),
    clock: () => Math.floor(Date.now() / 1000),
    random: randomBytes,
    log: pino({ level: "silent" }),
  };
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
