// Makes a backup of a running service, as a stream: what is sent is not kept in memory.
//
// The order makes what is restored consistent:
//   1. The embedded chain, before the database. All that the service sends is committed to the database first, so the database
//      knows all that this chain has. What the chain lacks, the next start settles again, as after a crash. The other way round,
//      the chain could have events whose details the database lacks, and checkpoints of a longer log than the database's: the
//      restored log could never go on. A few tries find a moment at which the chain lacks nothing either.
//   2. The database, in one REPEATABLE READ snapshot.
//   3. The documents, after the database. A document's bytes are stored before its row and are never deleted, so each row of
//      the snapshot has its bytes. Bytes without a row are harmless.
import { createHash, type Hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import manifest from "../../package.json" with { type: "json" };
import type { Context } from "../context.ts";
import { placeOf, StoreError } from "../storage/blobs.ts";
import {
  CHAIN,
  FORMAT,
  HEADER,
  type Header,
  MAC,
  MANIFEST,
  type Manifest,
  SAMPLE,
  SECRETS,
  type SealedSecrets,
  tablePart,
} from "./format.ts";
import { type Derivation, macOf, seal } from "./seal.ts";
import {
  migrationsIn,
  openSnapshot,
  rowsOf,
  sequencesIn,
  type Snapshot,
  TABLES,
} from "./snapshot.ts";
import { TAR_END, tarHeader, tarPadding } from "./tar.ts";

/** The parts of the context that a backup reads. */
export type BackupContext = Pick<
  Context,
  "prisma" | "request" | "documents" | "forgetful" | "clock"
>;

/** What a service has beside its context. */
export interface Surroundings {
  /** Undefined: nothing in a folder is backed up. */
  dataDir: string | undefined;
  /** The embedded chain keeps its state, and can write it out. */
  hasChainState: boolean;
  /** Settings with secrets that the environment holds, and not the folder. */
  elsewhere: readonly string[];
}

/** Of a service without a folder of its own. */
export const NOTHING_AROUND: Surroundings = {
  dataDir: undefined,
  hasChainState: false,
  elsewhere: [],
};

/** What seals a backup. */
export interface Sealing {
  derivation: Derivation;
  key: Uint8Array;
}

/** Tries to get chain and database from the same moment. */
const MAX_TRIES = 5;
/** How long a receiver may take for one part. The embedded database waits meanwhile. */
const STALL_MS = 60_000;
/** Bytes of rows in one part, before they are compressed. */
const PART_BYTES = 1024 * 1024;
const DOCUMENTS_AT_ONCE = 500;

/**
 * Begins a backup: reads the chain, and fixes the moment of the database.
 * @returns its bytes. Ending the iteration early ends the backup.
 */
export async function openBackup(
  ctx: BackupContext,
  around: Surroundings,
  sealing: Sealing,
): Promise<AsyncIterableIterator<Uint8Array>> {
  const { chain, snapshot } = await openMoment(ctx, around);
  return endingWith(writeParts(ctx, around, sealing, { chain, snapshot }), snapshot);
}

interface ChainState {
  head: number;
  /** The state, gzipped. */
  bytes: Uint8Array;
}

interface Moment {
  chain: ChainState | undefined;
  snapshot: Snapshot;
}

/** The chain's state, and a snapshot of the database that has followed the chain no further than that, if a few tries give one. */
async function openMoment(ctx: BackupContext, { hasChainState }: Surroundings): Promise<Moment> {
  for (let tries = 1; ; tries++) {
    const chain = hasChainState ? await chainState(ctx) : undefined;
    const snapshot = await openSnapshot(ctx.prisma);
    if (!chain || snapshot.top <= chain.head || tries === MAX_TRIES) return { chain, snapshot };
    await snapshot.end();
  }
}

async function chainState({ request }: BackupContext): Promise<ChainState> {
  // Blocks that are mined in between are in the state as well.
  const head = Number(await request("eth_blockNumber"));
  const dump = (await request("anvil_dumpState")) as string;
  return { head, bytes: Buffer.from(dump.slice(2), "hex") };
}

/** The bytes, with an end of the snapshot however the reader stops: also before the first, and if it stops without a word. */
function endingWith(
  bytes: AsyncGenerator<Uint8Array>,
  { end }: Snapshot,
): AsyncIterableIterator<Uint8Array> {
  let stalled: NodeJS.Timeout | undefined;
  const watch = () => (stalled = setTimeout(() => void end(), STALL_MS));
  watch();
  const close = async () => {
    clearTimeout(stalled);
    await end();
  };
  return {
    async next() {
      clearTimeout(stalled);
      try {
        const next = await bytes.next();
        if (next.done) await close();
        else watch();
        return next;
      } catch (error) {
        await close();
        throw error;
      }
    },
    async return(value: undefined) {
      await close();
      return bytes.return(value);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const zip = promisify<Uint8Array, Buffer>(gzip);

async function* writeParts(
  ctx: BackupContext,
  { dataDir, elsewhere }: Surroundings,
  { derivation, key }: Sealing,
  { chain, snapshot }: Moment,
): AsyncGenerator<Uint8Array> {
  const { db } = snapshot;
  const madeAt = new Date(ctx.clock() * 1000);
  const about = {
    format: FORMAT,
    release: manifest.version,
    madeAt: madeAt.toISOString(),
  } as const;
  const parts: Manifest["parts"] = [];
  const part = function* (name: string, bytes: Uint8Array) {
    parts.push({ name, size: bytes.length, sha256: sha256(bytes) });
    yield* tarred(name, bytes, madeAt);
  };

  const header = json({ ...about, derivation } satisfies Header);
  yield* part(HEADER, header);
  const secrets = json((await secretsIn(dataDir)) satisfies SealedSecrets);
  yield* part(SECRETS, seal(key, secrets, header));
  const sample = await textOf(dataDir, "sample.json");
  if (sample !== null) yield* part(SAMPLE, Buffer.from(sample));
  if (chain) yield* part(CHAIN, chain.bytes);

  const migrations = await migrationsIn(db);
  const ledger = await db.ledger.findUnique({ where: { id: 1 } });
  const tables: Manifest["tables"] = {};
  for (const table of TABLES) {
    tables[table] = 0;
    let number = 0;
    for await (const { lines, count } of inParts(rowsOf(db, table))) {
      tables[table] += count;
      yield* part(tablePart(table, ++number), await zip(Buffer.from(lines)));
    }
  }
  const sequences = await sequencesIn(db);
  await snapshot.end();

  const documents = { count: 0, bytes: 0, missing: 0 };
  const names = createHash("sha256");
  for await (const { name, bytes } of documentsOf(ctx)) {
    if (bytes === undefined) {
      documents.missing++;
      continue;
    }
    documents.count++;
    documents.bytes += bytes.length;
    names.update(`${name}\n`);
    yield* tarred(name, bytes, madeAt);
  }

  const whole: Manifest = {
    ...about,
    migrations,
    ledger: ledger && {
      chainId: ledger.chainId,
      address: ledger.address,
      deployedBlock: ledger.deployedBlock,
    },
    chain: chain ? { head: chain.head, isExact: snapshot.top <= chain.head } : null,
    isEmbedded: ctx.forgetful,
    elsewhere: [...elsewhere],
    tables,
    sequences,
    documents: { ...documents, names: digest(names) },
    parts,
  };
  const text = json(whole);
  yield* tarred(MANIFEST, text, madeAt);
  yield* tarred(MAC, Buffer.from(`${macOf(key, text)}\n`), madeAt);
  yield TAR_END;
}

/** Collects rows into parts of about the same size. */
async function* inParts(
  rows: AsyncIterable<string[]>,
): AsyncGenerator<{ lines: string; count: number }> {
  let lines: string[] = [];
  let size = 0;
  const take = () => {
    const taken = { lines: `${lines.join("\n")}\n`, count: lines.length };
    [lines, size] = [[], 0];
    return taken;
  };
  for await (const some of rows) {
    for (const line of some) {
      lines.push(line);
      size += line.length;
      if (size >= PART_BYTES) yield take();
    }
  }
  if (lines.length > 0) yield take();
}

/** Every document that is stored, once, in the order of its hash. Without bytes where the store has lost or altered it. */
async function* documentsOf({
  prisma,
  documents,
}: BackupContext): AsyncGenerator<{ name: string; bytes: Uint8Array | undefined }> {
  for (let after = ""; ;) {
    const rows = await prisma.document.findMany({
      where: { hash: { gt: after } },
      orderBy: { hash: "asc" },
      distinct: ["hash"],
      select: { hash: true },
      take: DOCUMENTS_AT_ONCE,
    });
    for (const { hash } of rows) {
      const { shard, name } = placeOf(hash);
      const bytes = await documents.get(hash).catch((error: unknown) => {
        if (error instanceof StoreError && error.code === "DOCUMENT_ALTERED") return undefined;
        throw error;
      });
      yield { name: `documents/${shard}/${name}`, bytes };
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.hash;
  }
}

async function secretsIn(dataDir: string | undefined): Promise<SealedSecrets> {
  return {
    secret: await textOf(dataDir, "secret"),
    apiKeys: await textOf(dataDir, "api-keys.json"),
  };
}

/** The text of a file in the data folder; null if there is none. */
async function textOf(dataDir: string | undefined, name: string): Promise<string | null> {
  if (dataDir === undefined) return null;
  return readFile(join(dataDir, name), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}

function* tarred(name: string, bytes: Uint8Array, mtime: Date): Generator<Uint8Array> {
  yield tarHeader(name, bytes.length, mtime);
  yield bytes;
  yield tarPadding(bytes.length);
}

const json = (value: object) => Buffer.from(`${JSON.stringify(value, undefined, 1)}\n`);
const digest = (hash: Hash) => hash.digest("hex");
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
