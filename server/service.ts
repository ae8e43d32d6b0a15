// Opens the whole service: database, chain and context, the loops that run beside the requests, and HTTP. Closes it again.
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { toHex } from "../protocol/base/bytes.ts";
import { roleNames } from "../protocol/event/roles.ts";
import type { PersonView } from "../api/sessions.ts";
import { admitParty, enrolKey } from "./access/admin.ts";
import {
  ensureKeptKeys,
  keyFileIn,
  type KeptKey,
  type KeyOwner,
  OPERATOR,
} from "./access/key-file.ts";
import { type Person, startLinks } from "./access/start-link.ts";
import { fundAccounts } from "./chain/accounts.ts";
import { accountKeyOf } from "./chain/keystore.ts";
import type { LocalChain } from "./chain/local-chain.ts";
import type { Config, Secrets } from "./config.ts";
import type { Context } from "./context.ts";
import { createApps } from "./http/app.ts";
import { checkPort, listen } from "./http/listen.ts";
import { ensureAnchorings } from "./log/anchor.ts";
import { startLoop } from "./loop.ts";
import { startLoops } from "./loops.ts";
import { openContext, type Opened, tidyDocuments } from "./open.ts";
import type { Database } from "./storage/db.ts";
import { openReplica } from "./storage/replica.ts";
import { openStandby } from "./storage/standby.ts";
import { endAbandonedLeases } from "./storage/leases.ts";
import { followOnce, UnfollowedLog } from "./settlement/follow.ts";
import { fsckInSteps, fsckInThread } from "./watch/background-fsck.ts";
import { createWatch, type Watch } from "./watch/watch.ts";

/** Reports the progress of a start. */
export interface Progress {
  (stage: "database" | "chain" | "ledger" | "sample", done?: number, of?: number): void;
}

/** The API keys that are kept in a file: the operator's, and those of parties that this service made. */
export interface KeptKeys {
  keys: KeptKey[];
  file: string;
  /** Those that this start made. */
  made: KeptKey[];
}

/** A person of a sample, before its API key is known: by the name of the party, or (null) the operator. */
type SamplePerson = PersonView & { party: string | null };

/** A story of parties and lots with which a service on embedded defaults begins. */
export interface Sample {
  /** When the chain must begin so that the story fits on it, Unix seconds. */
  beginsAt(): Promise<number>;
  /**
   * Whether the story is to be played in a data folder, or the rest of it.
   * @throws ConfigError if it is there, and not wanted
   */
  isWanted(dataDir: string, setting: Config["sample"]): Promise<boolean>;
  /** Remembers that a data folder begins without the story: a later start does not add it to real lots. */
  decline(dataDir: string): Promise<void>;
  /** As whom a newcomer can look at it. */
  people: readonly SamplePerson[];
  /** Plays the story, or the rest of it. @returns its parties */
  play(
    ctx: Context,
    options: {
      /** The private key of the ledger's owner. */
      ownerKey: string;
      dataDir: string;
      onProgress: (done: number, of: number) => void;
    },
  ): Promise<KeyOwner[]>;
}

export interface ServiceOptions {
  /** Played if database and chain are embedded; without it such a service begins empty. */
  sample?: Sample;
  onProgress?: Progress;
  /** The binary of the embedded chain; null if the platform has none. */
  anvil?: string | null;
}

/** A running service. */
export interface Service {
  url: string;
  ctx: Context;
  /** Its database, chain and log, in words for the start's printout. */
  standsOn: { database: string; chain: string; ledger: string; log: string; lasting: boolean };
  /** Undefined on a chain of one's own: nothing is kept there. */
  keptKeys: KeptKeys | undefined;
  /** What this start did to the schema of the database. */
  migrated: Database["migrated"];
  /** It was restored from a backup and only reads, until the operator activates it. */
  isRestoredCopy: boolean;
  /** A link that signs one browser in, once. Undefined but on the sample at a loopback address. */
  startLink: string | undefined;
  /** The configured address, by which others reach it. */
  publicUrl: string | undefined;
  /** Resolves with an error when the service cannot continue. */
  failed: Promise<unknown>;
  close(): Promise<void>;
}

const WATCH_PAUSE_MS = 20_000;

/**
 * Opens the service and waits until it answers.
 * @throws ConfigError; CannotOpen if the port, the folder, the database or the chain cannot be used
 */
export async function openService(
  config: Config,
  secrets: Secrets,
  { sample, onProgress = () => undefined, anvil }: ServiceOptions = {},
): Promise<Service> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    // Before anything is opened or played: a first start takes a while.
    await checkPort(config.port, config.host);
    if (config.probes) await checkPort(config.probes.port, config.probes.host, "PROBE_ADDRESS");
    const isEmbedded = config.chain === undefined && config.database === "embedded";
    const isWanted = isEmbedded && (await sample?.isWanted(config.dataDir, config.sample));
    const story = isWanted ? sample : undefined;
    const opened = await openContext(config, secrets, {
      create: true,
      onStage: onProgress,
      anvil,
      beginsAt: await story?.beginsAt(),
    });
    closers.push(() => opened.close());
    if (isEmbedded && !isWanted) await sample?.decline(config.dataDir);
    const { ctx, chain, ledger } = opened;
    const ownerKey = chain ? opened.accounts.owner : undefined;
    if (config.database === "embedded") await endAbandonedLeases(ctx.prisma);
    const standby = await openStandby(ctx.prisma);
    const replica =
      secrets.databaseReadUrl === undefined
        ? undefined
        : await openReplica({ url: secrets.databaseReadUrl, primary: ctx.prisma, log: ctx.log });
    if (replica) closers.push(() => replica.close());
    const leftBehind = await tidyDocuments(config);
    if (leftBehind > 0)
      ctx.log.warn({ leftBehind }, "removed documents that a crash left half written");
    if (ownerKey) await restoreParties(ctx, ownerKey);
    const parties = await story?.play(ctx, {
      ownerKey: opened.accounts.owner,
      dataDir: config.dataDir,
      onProgress: (done, of) => onProgress("sample", done, of),
    });
    const keyFile = chain ? keyFileIn(config.dataDir) : undefined;
    const keptKeys =
      keyFile === undefined
        ? undefined
        : {
            file: keyFile,
            ...(await ensureKeptKeys(ctx, keyFile, [OPERATOR, ...(parties ?? [])])),
          };
    await ensureAnchorings(ctx, ledger.deployedBlock);
    const { loops, failed, stuckAt } = startLoops(ctx, chain, standby);
    closers.push(async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    });
    const watch = watchOf(opened, config, secrets, stuckAt);
    const watching = startLoop(
      "watching the service",
      async () => ((await watch.step()) ? "more" : "nothing"),
      {
        log: ctx.log,
        pauseMs: WATCH_PAUSE_MS,
        isFatal: () => false,
        onFatal: () => undefined,
      },
    );
    closers.push(async () => {
      await Promise.all([watching.stop(), watch.stop()]);
    });
    const start =
      story && keptKeys && isLoopback(config.host)
        ? startLinks(ctx, peopleWithKeys(story.people, keptKeys.keys))
        : undefined;
    const { app, probes, endStreams } = createApps(ctx, {
      documentMaxBytes: config.documentMaxBytes,
      publicUrl: config.publicUrl,
      behindTls: config.behindTls,
      oidc: config.oidc && { ...config.oidc, secret: secrets.oidcSecret! },
      securityContact: config.securityContact,
      nudge: () => loops.forEach((loop) => loop.nudge()),
      ownerKey,
      keyFile,
      stuckAt,
      watch,
      start,
      trustProxy: config.trustProxy,
      rpcDoor: config.rpcDoor,
      probesElsewhere: config.probes !== undefined,
      standby,
      replica,
      around: opened.around,
    });
    if (config.probes) {
      const probing = await listen(probes, config.probes.port, config.probes.host);
      closers.push(() => probing.close());
    }
    const server = await listen(app, config.port, config.host);
    closers.push(() => server.close());
    closers.push(() => Promise.resolve(endStreams()));
    const { port } = server.address as AddressInfo;
    const url = `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`;
    return {
      url,
      startLink: start && `${url}/#start=${start.make()}`,
      ctx,
      standsOn: {
        database:
          config.database === "server"
            ? `PostgreSQL (DATABASE_URL)${replica ? ", read at a replica (DATABASE_READ_URL)" : ""}`
            : `embedded PostgreSQL in ${join(config.dataDir, "database")}`,
        chain: chain ? describeLocal(chain, config) : `chain ${ledger.chainId} at CHAIN_RPC_URL`,
        ledger: `${ledger.address} on chain ${ledger.chainId}`,
        log: describeLog(ctx.merkleLog),
        lasting: chain?.lasting ?? true,
      },
      keptKeys,
      migrated: opened.migrated,
      isRestoredCopy: await standby.isOn(),
      publicUrl: config.publicUrl,
      failed,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Watches the service: its messages name the public URL, or the address on which it listens. */
function watchOf(
  { ctx, chain }: Opened,
  config: Config,
  { redact: _redact, alert, ...secrets }: Secrets,
  stuckAt: () => number | null,
): Watch {
  const { host, port, dataDir, publicUrl, database } = config;
  const rpcUrl = chain?.url ?? secrets.rpcUrl!;
  const { fsckEvery, ...limits } = config.watch;
  return createWatch(ctx, {
    target: alert,
    source: {
      url: publicUrl ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
      host: hostname(),
      version: manifest.version,
    },
    limits,
    dataDir,
    file: join(dataDir, `watch-${port}.json`),
    stuckAt,
    fsckEvery,
    oneConnection: database === "embedded",
    runFsck: (signal) =>
      database === "embedded"
        ? fsckInSteps(ctx, signal)
        : fsckInThread({ config, secrets, rpcUrl }, signal),
  });
}

/** Only this machine reaches such an address. */
const isLoopback = (host: string) => /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host);

/** The people whose API keys are kept here. */
function peopleWithKeys(people: readonly SamplePerson[], keys: readonly KeptKey[]): Person[] {
  return people.flatMap(({ party, ...person }) => {
    const kept = keys.find((key) => (party === null ? key.party === null : key.name === party));
    return kept ? [{ ...person, apiKey: kept.key.split("_")[1]! }] : [];
  });
}

function describeLocal({ lasting, url }: LocalChain, { dataDir }: Config): string {
  return lasting
    ? `embedded chain in ${join(dataDir, "chain")} (${url})`
    : `embedded chain in memory (${url})`;
}

function describeLog({ contract, operator }: Context["merkleLog"]): string {
  if (contract === undefined) return "kept, but not anchored (LOG_ADDRESS is not set)";
  return `of operator ${operator}, anchored in ${contract}`;
}

/**
 * Admits parties and enrols keys again that are in the database but not on the ledger: the embedded chain may have lost its
 * newest blocks.
 */
async function restoreParties(ctx: Context, ownerKey: string): Promise<void> {
  const parties = await ctx.prisma.party.findMany({ include: { keys: true } });
  await followToHead(ctx);
  const standing = new Set((await ctx.prisma.party.findMany()).map(({ address }) => address));
  const keys = new Set((await ctx.prisma.key.findMany()).map(({ address }) => address));
  await fundAccounts(
    ctx.request,
    parties.map(({ address }) => address),
  );
  for (const { address, roles, name, identity, keys: theirs } of parties) {
    if (!standing.has(address))
      await admitParty(ctx, ownerKey, { address, roles: roleNames(roles), name, identity });
    const account = await accountKeyOf(ctx.prisma, ctx.keystore, address);
    if (!account) continue;
    for (const key of theirs.filter((one) => one.revokedAt === null && !keys.has(one.address))) {
      const stored = await ctx.prisma.storedKey.findUnique({ where: { address: key.address } });
      if (stored)
        await enrolKey(ctx, toHex(account), ctx.keystore.open(stored.address, stored.sealed));
    }
  }
  await followToHead(ctx);
}

/** Follows the chain as far as possible: a log that cannot be applied does not stop the start. */
async function followToHead(ctx: Context): Promise<void> {
  try {
    while (await followOnce(ctx));
  } catch (error) {
    if (!(error instanceof UnfollowedLog)) throw error;
    ctx.log.error({ err: error }, "following the chain failed; the service starts all the same");
  }
}
