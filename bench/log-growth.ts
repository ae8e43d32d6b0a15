// Measures how fast the log grows, beside hashing alone (the same tree in memory) and inserting alone (the same rows into
// bare copies of the two tables). They take turns, so that other load on the machine affects all of them alike.
import type { Pool, PoolClient } from "pg";
import { toHex, utf8 } from "../protocol/base/bytes.ts";
import { sha256 } from "../protocol/base/crypto.ts";
import {
  appendLeaves,
  edgeOf,
  type ReadTiles,
  rootFrom,
  type Tile,
} from "../protocol/log/tiles.ts";
import { leafHash } from "../protocol/base/merkle.ts";
import type { Context } from "../server/context.ts";
import { appendOnce } from "../server/log/append.ts";
import { logSize, readTiles } from "../server/log/stored.ts";
import { since } from "./numbers.ts";

/** The events of one batch: as many as `appendOnce` takes. */
export const BATCH = 1_000;
const TURNS = 10;

/** Events per second. */
interface Growth {
  /** The log itself: `appendOnce`, one transaction per batch. */
  appendsPerSecond: number;
  rawInsertsPerSecond: number;
  hashingPerSecond: number;
  /** One SHA-256 of 32 bytes per event: no tree can be faster. */
  sha256PerSecond: number;
  /** The four rates above, turn by turn. */
  turns: Omit<Growth, "turns">[];
}

/** Grows an empty log to `count` events, a multiple of ten batches. */
export async function grow(
  { prisma }: Pick<Context, "prisma">,
  pool: Pool,
  count: number,
  print: (text: string) => void,
): Promise<Growth> {
  await pool.query(`
    CREATE TABLE raw_leaf (LIKE leaf INCLUDING ALL);
    CREATE TABLE raw_tile (LIKE tile INCLUDING ALL)`);
  const tree = new Tree();
  const spent = { appends: 0, rawInserts: 0, hashing: 0, sha256: 0 };
  const perTurn = count / TURNS;
  const turns: Growth["turns"] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const events = Array.from({ length: perTurn }, (_, i) =>
      sha256(utf8(`event ${turn * perTurn + i}`)),
    );
    await accept(pool, events.map(toHex));
    const seconds = {
      sha256: await timed(() => events.forEach((event) => sha256(event))),
      hashing: await timed(() => tree.append(events)),
      rawInserts: await timed(() =>
        insertRows(pool, turn * perTurn, events.map(toHex), tree.takeWritten()),
      ),
      appends: await timed(async () => {
        for (let done = 0; done < perTurn; done += BATCH) await appendOnce({ prisma });
      }),
    };
    for (const name of Object.keys(spent) as (keyof typeof spent)[]) spent[name] += seconds[name];
    turns.push(rates(perTurn, seconds));
    print(`${(turn + 1) * perTurn} events: ${JSON.stringify(turns.at(-1))}`);
  }
  if ((await logSize(prisma)) !== count) throw new Error("The log lacks events.");
  const [stored, hashed] = await Promise.all([
    rootFrom(count, readTiles(prisma)),
    rootFrom(count, tree.read),
  ]);
  if (toHex(stored) !== toHex(hashed))
    throw new Error("The stored tree differs from the one in memory.");
  await pool.query("DROP TABLE raw_leaf, raw_tile");
  return { ...rates(count, spent), turns };
}

async function timed(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return since(start);
}

function rates(
  count: number,
  seconds: Record<"appends" | "rawInserts" | "hashing" | "sha256", number>,
) {
  return {
    appendsPerSecond: Math.round(count / seconds.appends),
    rawInsertsPerSecond: Math.round(count / seconds.rawInserts),
    hashingPerSecond: Math.round(count / seconds.hashing),
    sha256PerSecond: Math.round(count / seconds.sha256),
  };
}

/** Inserts events that wait for the log, with only the columns that the log needs. */
async function accept(pool: Pool, events: readonly string[]): Promise<void> {
  await pool.query(
    `WITH made AS (
       INSERT INTO event (hash, bytes, action, actor, holder, consignee, time)
       SELECT hash, '', 1, '', '', '', 0 FROM unnest($1::text[]) hash RETURNING sequence, hash)
     INSERT INTO unlogged SELECT sequence, hash FROM made`,
    [events],
  );
}

/** A log in memory, which remembers the tiles that each batch would write. */
class Tree {
  #size = 0;
  readonly #tiles = new Map<string, Tile>();
  #written: Tile[][] = [];

  append(events: readonly Uint8Array[]): void {
    for (let at = 0; at < events.length; at += BATCH) {
      const edge = edgeOf(this.#size).map((id) => this.#tiles.get(keyOf(id))!.hashes);
      const grown = appendLeaves(this.#size, edge, events.slice(at, at + BATCH).map(leafHash));
      for (const tile of grown.tiles) this.#tiles.set(keyOf(tile), tile);
      this.#written.push(grown.tiles);
      this.#size = grown.size;
    }
  }

  readonly read: ReadTiles = (ids) =>
    Promise.resolve(ids.map((id) => this.#tiles.get(keyOf(id))!.hashes));

  /** Takes the tiles of each batch since the last call. */
  takeWritten(): Tile[][] {
    const written = this.#written;
    this.#written = [];
    return written;
  }
}

const keyOf = ({ level, index }: Omit<Tile, "hashes">) => `${level}/${index}`;

/** Inserts rows with one transaction per batch and one statement per table. */
async function insertRows(
  pool: Pool,
  from: number,
  events: readonly string[],
  tiles: readonly Tile[][],
) {
  const client = await pool.connect();
  try {
    for (const [i, written] of tiles.entries())
      await insertBatch(
        client,
        from + i * BATCH,
        events.slice(i * BATCH, (i + 1) * BATCH),
        written,
      );
  } finally {
    client.release();
  }
}

async function insertBatch(
  client: PoolClient,
  from: number,
  events: readonly string[],
  tiles: readonly Tile[],
) {
  await client.query("BEGIN");
  await client.query(
    `INSERT INTO raw_leaf (index, event)
     SELECT $1::bigint + position - 1, event FROM unnest($2::text[]) WITH ORDINALITY AS of(event, position)`,
    [from, events],
  );
  await client.query(
    `INSERT INTO raw_tile (level, index, hashes)
     SELECT level, index, decode(hashes, 'hex') FROM unnest($1::int[], $2::bigint[], $3::text[]) AS of(level, index, hashes)
     ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes`,
    [
      tiles.map(({ level }) => level),
      tiles.map(({ index }) => index),
      tiles.map(({ hashes }) => toHex(hashes).slice(2)),
    ],
  );
  await client.query("COMMIT");
}
