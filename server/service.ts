// The whole service: opens the database and the chain, starts what runs beside the requests, and closes it all again.
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pino } from "pino";
import { fromHex, toHex } from "../protocol/base/bytes.ts";
import { ledgerReader } from "../protocol/chain/chain.ts";
import { addressOfPrivateKey, rememberRecovered, useKeccak } from "../protocol/base/crypto.ts";
import { loadWasmKeccak, loadWasmRecover } from "../protocol/base/crypto-wasm.ts";
import { accountsFrom, logFrom } from "./chain/accounts.ts";
import { admitParty, enrolKey, makeApiKey } from "./access/admin.ts";
import { createApp } from "./http/app.ts";
import type { Config, Secrets } from "./config.ts";
import type { Context } from "./context.ts";
import { type Database, openDatabase } from "./storage/db.ts";
import { openDocuments, tidyDocuments } from "./documents/open.ts";
import { DeepReorg, followOnce } from "./settlement/follow.ts";
import { listen } from "./http/listen.ts";
import { accountKeyOf, Keystore } from "./chain/keystore.ts";
import {
  ensureCheckpointLog,
  ensureLedger,
  findCheckpointLog,
  findLedger,
  type LedgerRecord,
} from "./chain/ledger.ts";
import { anvilBinary, type LocalChain, openLocalChain } from "./chain/local-chain.ts";
import { type Loop, startLoop } from "./loop.ts";
import { ensureAnchorings } from "./log/anchor.ts";
import { appendOnce } from "./log/append.ts";
import { checkpointOnce } from "./log/checkpoints.ts";
import { connectNode, type Request } from "./chain/node.ts";
import { relayOnce } from "./settlement/relay.ts";
import { playSample, sampleBegins } from "../sample/play.ts";
import { roleNames } from "../protocol/event/roles.ts";

/** What a start tells its caller while it goes on. */
export interface Progress {
  (stage: "database" | "chain" | "ledger" | "sample", done?: number, of?: number): void;
}

export interface SampleKey {
  party: string | null;
  name: string;
  roles: readonly string[];
  scope: string;
  key: string;
}

export interface Service {
  url: string;
  ctx: Context;
  /** What it stands on, in words for the start's printout. */
  standsOn: { database: string; chain: string; log: string; lasting: boolean };
  /** API keys of the sample's parties; undefined where there is no sample. */
  sampleKeys: SampleKey[] | undefined;
  /** Comes when it cannot go on: the error says why. */
  failed: Promise<unknown>;
  close(): Promise<void>;
}

const FOLLOW_PAUSE_MS = 250;
const FOLLOW_PAUSE_EXTERNAL_MS = 2_000;
const RELAY_PAUSE_MS = 500;
const LOG_PAUSE_MS = 500;

/**
 * Opens the service and waits until it answers.
 * @param anvil the binary of the embedded chain; null where the platform has none
 * @throws ConfigError; Error where the database or the chain cannot be opened
 */
export async function openService(
  config: Config,
  secrets: Secrets,
  progress: Progress = () => undefined,
  anvil: string | null = anvilBinary() ?? null,
): Promise<Service> {
  const closers: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    for (const close of closers.reverse()) await close();
    closers.length = 0;
  };
  try {
    await mkdir(config.dataDir, { recursive: true });
    const secret = secrets.keystoreSecret ?? (await keptSecret(config.dataDir));
    progress("database");
    const database = await openDatabase({
      url: config.databaseUrl,
      folder: join(config.dataDir, "database"),
    });
    closers.push(() => database.close());
    progress("chain");
    const embedded = config.chain === undefined && config.databaseUrl === undefined;
    const beginsAt = embedded ? { beginsAt: await sampleBegins() } : {};
    const chain = config.chain
      ? undefined
      : await openLocalChain(join(config.dataDir, "chain"), { binary: anvil, ...beginsAt });
    if (chain) closers.push(() => chain.stop());
    const request = chain?.request ?? connectNode(config.chain!.rpcUrl);
    progress("ledger");
    const accounts = accountsFrom(secret, secrets);
    if (chain) await fund(request, [accounts.owner, accounts.relayer, accounts.log]);
    const ledger = chain
      ? await ensureLedger(
          database.prisma,
          request,
          accounts.owner,
          addressOfPrivateKey(fromHex(accounts.owner)),
        )
      : await findLedger(database.prisma, request, config.chain!);
    const merkleLog = logFrom(secret, config, accounts);
    if (chain) await ensureCheckpointLog(request, ledger.chainId, accounts.log);
    else if (merkleLog.contract) await findCheckpointLog(request, merkleLog.contract);
    const log = pino({ level: config.logLevel });
    const parts = {
      merkleLog,
      keystore: new Keystore(secret),
      documents: openDocuments(config, secrets),
      log,
    };
    const ctx = await makeContext(config, database, request, ledger, accounts.relayer, parts);
    const leftBehind = await tidyDocuments(config);
    if (leftBehind > 0)
      log.warn({ leftBehind }, "removed documents that a crash left half written");
    if (chain) await restoreParties(ctx, accounts.owner);

    const sampleKeys = embedded
      ? await openSample(ctx, config, accounts.owner, progress)
      : undefined;
    await ensureAnchorings(ctx, ledger.deployedBlock);
    const { loops, failed } = startLoops(ctx, chain);
    closers.push(async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    });
    const app = createApp(ctx, {
      rateLimit: config.rateLimit,
      documentMaxBytes: config.documentMaxBytes,
      nudge: () => loops.forEach((loop) => loop.nudge()),
      ownerKey: chain ? accounts.owner : undefined,
    });
    const server = await listen(app, config.port, config.host);
    closers.push(() => server.close());
    const { port } = server.address as AddressInfo;
    return {
      url: `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`,
      ctx,
      standsOn: {
        database: config.databaseUrl
          ? "PostgreSQL (DATABASE_URL)"
          : `embedded PostgreSQL in ${join(config.dataDir, "database")}`,
        chain: chain ? describeLocal(chain, config) : `chain ${ledger.chainId} at CHAIN_RPC_URL`,
        log: describeLog(merkleLog),
        lasting: chain?.lasting ?? true,
      },
      sampleKeys,
      failed,
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function describeLocal({ lasting, url }: LocalChain, { dataDir }: Config): string {
  return lasting
    ? `embedded chain in ${join(dataDir, "chain")} (${url})`
    : `embedded chain in memory (${url})`;
}

function describeLog({ contract, operator }: Context["merkleLog"]): string {
  if (contract === undefined) return "kept, and anchored nowhere (LOG_ADDRESS is not set)";
  return `of operator ${operator}, anchored in ${contract}`;
}

/** Made once, 256 bits, readable by its owner alone. */
async function keptSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, "secret");
  const fresh = randomBytes(32).toString("base64url");
  await writeFile(file, fresh, { mode: 0o600, flag: "wx" }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    },
  );
  return (await readFile(file, "utf8")).trim();
}

async function fund(request: Request, privateKeys: string[]): Promise<void> {
  for (const privateKey of privateKeys) {
    const address = addressOfPrivateKey(fromHex(privateKey));
    await request("hardhat_setBalance", [address, "0x21e19e0c9bab2400000"]); // 10,000 ether of a chain of one's own
  }
}

/** Signers of events that are judged again and again: some 5 MB. */
const SIGNERS_REMEMBERED = 20_000;

async function makeContext(
  config: Config,
  { prisma }: Database,
  request: Request,
  { chainId, address, deployedBlock }: LedgerRecord,
  relayerKey: string,
  parts: Pick<Context, "merkleLog" | "keystore" | "documents" | "log">,
): Promise<Context> {
  useKeccak(await loadWasmKeccak());
  return {
    prisma,
    domain: { chainId, ledger: address },
    request,
    reader: ledgerReader({ request, chainId, ledger: address, fromBlock: deployedBlock }),
    finality: config.finality,
    settlement: config.settlement,
    forgetful: config.chain === undefined,
    relayer: { address: addressOfPrivateKey(fromHex(relayerKey)), privateKey: relayerKey },
    recover: rememberRecovered(await loadWasmRecover(), SIGNERS_REMEMBERED),
    clock: () => Math.floor(Date.now() / 1000),
    random: randomBytes,
    ...parts,
  };
}

/** After the embedded chain forgot its newest blocks: what the database knows of parties is told to the ledger again. */
async function restoreParties(ctx: Context, ownerKey: string): Promise<void> {
  const parties = await ctx.prisma.party.findMany({ include: { keys: true } });
  while (await followOnce(ctx));
  const standing = new Set((await ctx.prisma.party.findMany()).map(({ address }) => address));
  const keys = new Set((await ctx.prisma.key.findMany()).map(({ address }) => address));
  for (const { address, roles, name, identity, keys: theirs } of parties) {
    if (!standing.has(address))
      await admitParty(ctx, ownerKey, { address, roles: roleNames(roles), name, identity });
    const account = await accountKeyOf(ctx.prisma, ctx.keystore, address);
    if (!account) continue;
    await fund(ctx.request, [toHex(account)]);
    for (const key of theirs.filter((one) => one.revokedAt === null && !keys.has(one.address))) {
      const stored = await ctx.prisma.storedKey.findUnique({ where: { address: key.address } });
      if (stored)
        await enrolKey(ctx, toHex(account), ctx.keystore.open(stored.address, stored.sealed));
    }
  }
  while (await followOnce(ctx));
}

/** The sample's parties and lots, and an API key for each party, kept where only this user can read them. */
async function openSample(
  ctx: Context,
  config: Config,
  ownerKey: string,
  progress: Progress,
): Promise<SampleKey[]> {
  const { parties } = await playSample(
    ctx,
    ownerKey,
    join(config.dataDir, "sample.json"),
    (done, of) => progress("sample", done, of),
  );
  const file = join(config.dataDir, "api-keys.json");
  const kept = await readFile(file, "utf8").catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept) as SampleKey[];
  const keys: SampleKey[] = [
    {
      ...{ party: null, name: "Operator of this service", roles: [], scope: "admin" },
      key: (await makeApiKey(ctx, { party: null, scope: "admin", label: "first start" })).text,
    },
  ];
  for (const { address, name, roles } of parties) {
    const { text } = await makeApiKey(ctx, {
      party: address,
      scope: "admin",
      label: "first start",
    });
    keys.push({ party: address, name, roles, scope: "admin", key: text });
  }
  await writeFile(file, JSON.stringify(keys, undefined, 2), { mode: 0o600 });
  return keys;
}

function startLoops(
  ctx: Context,
  chain: LocalChain | undefined,
): { loops: Loop[]; failed: Promise<unknown> } {
  const failure = Promise.withResolvers<unknown>();
  void chain?.died.then(failure.resolve);
  const common = {
    log: ctx.log,
    isFatal: (error: unknown) => error instanceof DeepReorg,
    onFatal: failure.resolve,
  };
  const pauseMs = chain ? FOLLOW_PAUSE_MS : FOLLOW_PAUSE_EXTERNAL_MS;
  const follow = startLoop("following the chain", () => followOnce(ctx), { ...common, pauseMs });
  const relayStep = async () => {
    const more = await relayOnce(ctx);
    if (more) follow.nudge();
    return more;
  };
  const relay = startLoop("settling", relayStep, { ...common, pauseMs: RELAY_PAUSE_MS });
  const logStep = async () => {
    const more = await appendOnce(ctx);
    if (await checkpointOnce(ctx)) relay.nudge();
    return more;
  };
  const log = startLoop("keeping the log", logStep, { ...common, pauseMs: LOG_PAUSE_MS });
  return { loops: [relay, follow, log], failed: failure.promise };
}
