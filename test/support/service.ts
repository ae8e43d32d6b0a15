// A service to test on, made of real parts: a database of its own (PGlite in memory, or one made on the server at
// TEST_DATABASE_URL and dropped again), anvil, a deployed ledger, admitted parties whose keys the service keeps.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { pino } from "pino";
import { fromHex, toHex } from "../../protocol/bytes.ts";
import { ledgerReader } from "../../protocol/chain.ts";
import { addressOfPrivateKey } from "../../protocol/crypto.ts";
import { loadWasmRecover } from "../../protocol/crypto-wasm.ts";
import type { RoleName } from "../../protocol/roles.ts";
import { admitParty, makeKey } from "../../server/admin.ts";
import type { Context } from "../../server/context.ts";
import { type Database, openDatabase } from "../../server/db.ts";
import { followOnce } from "../../server/follow.ts";
import { keepKey, Keystore } from "../../server/keystore.ts";
import { ensureLedger } from "../../server/ledger.ts";
import { type LocalChain, openLocalChain } from "../../server/local-chain.ts";
import { relayOnce } from "../../server/relay.ts";

export interface TestParty {
  address: string;
  accountKey: string;
}

export interface TestService {
  ctx: Context;
  database: Database;
  chain: LocalChain;
  /** Of the ledger's owner. */
  ownerKey: string;
  /** maker (manufacturer), distributor, ems (assembler), lab (laboratory). */
  parties: Record<"maker" | "distributor" | "ems" | "lab", TestParty>;
  /** Relays and follows until there is nothing left to do. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

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
  const database = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), "reelproof-"));
  const chain = beside?.chain ?? (await openLocalChain(folder));
  const ownerKey = beside?.ownerKey ?? (await newAccount(chain));
  const relayerKey = await newAccount(chain);
  const owner = addressOfPrivateKey(fromHex(ownerKey));
  if (beside) {
    const { id: _id, ...ledger } = await beside.ctx.prisma.ledger.findUniqueOrThrow({ where: { id: 1 } });
    await database.prisma.ledger.create({ data: ledger });
  }
  const ledger = await ensureLedger(database.prisma, chain.request, ownerKey, owner);
  const { chainId, address, deployedBlock: fromBlock } = ledger;
  const ctx: Context = {
    prisma: database.prisma,
    domain: { chainId, ledger: address },
    request: chain.request,
    reader: ledgerReader({ request: chain.request, chainId, ledger: address, fromBlock }),
    finality: 0,
    forgetful: true,
    relayer: { address: addressOfPrivateKey(fromHex(relayerKey)), privateKey: relayerKey },
    keystore: new Keystore("a secret for tests, not for use"),
    recover: await loadWasmRecover(),
    clock: () => Math.floor(Date.now() / 1000),
    random: randomBytes,
    log: pino({ level: "silent" }),
    ...overrides,
  };
  const settle = async () => {
    do while (await followOnce(ctx));
    while (await relayOnce(ctx));
    while (await followOnce(ctx));
  };
  const parties = {} as TestService["parties"];
  for (const [name, role] of Object.entries(ROLES) as [keyof TestService["parties"], RoleName][]) {
    const accountKey = await newAccount(chain);
    parties[name] = { address: addressOfPrivateKey(fromHex(accountKey)), accountKey };
    await keepKey(ctx.prisma, ctx.keystore, parties[name].address, "account", fromHex(accountKey));
    await admitParty(ctx, ownerKey, { address: parties[name].address, roles: [role], name: `Test ${name}` });
    await makeKey(ctx, accountKey);
  }
  await settle();
  return {
    ...{ ctx, database, chain, ownerKey, parties, settle },
    async close() {
      await database.close();
      if (!beside) await chain.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The private key of a new account with ether. */
async function newAccount({ request }: LocalChain): Promise<string> {
  const privateKey = toHex(randomBytes(32));
  await request("anvil_setBalance", [addressOfPrivateKey(fromHex(privateKey)), "0x56bc75e2d63100000"]);
  return privateKey;
}
