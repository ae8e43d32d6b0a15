// What administration works on where it does not go through a running service: the database, and the ledger on its chain.
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { ledgerReader } from "../protocol/chain/chain.ts";
import { loadWasmRecover } from "../protocol/base/crypto-wasm.ts";
import { accountsFrom, logFrom } from "./chain/accounts.ts";
import { type Config, ConfigError, readConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { type Database, openDatabase } from "./storage/db.ts";
import { openDocuments } from "./documents/open.ts";
import { Keystore } from "./chain/keystore.ts";
import { findLedger, type LedgerRecord } from "./chain/ledger.ts";
import { openLocalChain } from "./chain/local-chain.ts";
import { connectNode, type Request } from "./chain/node.ts";

type Environment = Record<string, string | undefined>;

/** The database alone. */
export interface AdminDatabase extends Pick<Context, "prisma" | "random"> {
  close(): Promise<void>;
}

/** Database and ledger: everything but what settles. */
export type AdminContext = Omit<Context, "relayer">;

/**
 * Opens the database that the environment names.
 * @throws ConfigError; Error where a service has the embedded database
 */
export async function openAdminDatabase(env: Environment): Promise<AdminDatabase> {
  const { prisma, close } = await databaseOf(readConfig(env).config);
  return { prisma, random: randomBytes, close };
}

/**
 * Opens the database and the chain that the environment names. An embedded chain runs until `close`.
 * @throws ConfigError; Error where a service has the embedded database or chain
 */
export async function openAdminLedger(
  env: Environment,
): Promise<{ ctx: AdminContext; close(): Promise<void> }> {
  const { config, secrets } = readConfig(env);
  const secret = secrets.keystoreSecret ?? (await keptSecret(config));
  const { prisma, close: closeDatabase } = await databaseOf(config);
  const closers = [closeDatabase];
  const close = async () => {
    for (const one of closers.toReversed()) await one();
  };
  try {
    const local = config.chain ? undefined : await openLocalChain(join(config.dataDir, "chain"));
    if (local) closers.push(() => local.stop());
    const request = local?.request ?? connectNode(config.chain!.rpcUrl);
    const ledger = await ledgerOf(prisma, request, config);
    const { chainId, address, deployedBlock } = ledger;
    const ctx: AdminContext = {
      prisma,
      domain: { chainId, ledger: address },
      request,
      reader: ledgerReader({ request, chainId, ledger: address, fromBlock: deployedBlock }),
      finality: config.finality,
      settlement: config.settlement,
      forgetful: config.chain === undefined,
      merkleLog: logFrom(secret, config, accountsFrom(secret, secrets)),
      keystore: new Keystore(secret),
      documents: openDocuments(config, secrets),
      recover: await loadWasmRecover(),
      clock: () => Math.floor(Date.now() / 1000),
      random: randomBytes,
      log: pino({ level: "silent" }),
    };
    return { ctx, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function databaseOf({ databaseUrl, dataDir }: Config): Promise<Database> {
  return openDatabase({ url: databaseUrl, folder: join(dataDir, "database") });
}

async function ledgerOf(
  prisma: Database["prisma"],
  request: Request,
  config: Config,
): Promise<LedgerRecord> {
  if (config.chain) return findLedger(prisma, request, config.chain);
  const known = await prisma.ledger.findUnique({ where: { id: 1 } });
  if (!known) throw new ConfigError("DATA_DIR", "no service has been started on it yet");
  // The embedded chain may begin with another block 0 each time it is started, as for the service's own start.
  const { hash: genesis } = (await request("eth_getBlockByNumber", ["0x0", false])) as {
    hash: string;
  };
  if (known.genesis !== genesis)
    await prisma.ledger.update({ where: { id: 1 }, data: { genesis } });
  return { ...known, genesis };
}

/** The secret that the first start made. */
async function keptSecret({ dataDir }: Config): Promise<string> {
  try {
    return (await readFile(join(dataDir, "secret"), "utf8")).trim();
  } catch {
    throw new ConfigError(
      "KEYSTORE_SECRET",
      `is not set, and no service has made one in ${dataDir} yet`,
    );
  }
}
