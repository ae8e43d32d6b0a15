// Reads the stored log: its size, its newest checkpoints, and its tiles, cut to an older size if needed.
import type { Checkpoint } from "../../protocol/log/checkpoint.ts";
import { type ReadTiles, type TileId, widthOf } from "../../protocol/log/tiles.ts";
import { type Anchoring, Prisma } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import { HASH_BYTES } from "../../protocol/base/values.ts";

/** A checkpoint with the time at which it was made. */
export interface MadeCheckpoint extends Checkpoint {
  madeAt: Date;
}

/** The number of events in the log. */
export async function logSize(db: Db): Promise<number> {
  const last = await db.leaf.findFirst({ orderBy: { index: "desc" } });
  return last === null ? 0 : Number(last.index) + 1;
}

/** The newest checkpoint; null before the first. */
export async function newestCheckpoint(db: Db): Promise<MadeCheckpoint | null> {
  const row = await db.checkpoint.findFirst({ orderBy: { size: "desc" } });
  return row && { ...row, size: Number(row.size) };
}

/** The newest checkpoint in the followed blocks; null before the first. */
export async function newestAnchoring(
  db: Db,
): Promise<(Omit<Anchoring, "size"> & Checkpoint) | null> {
  const row = await db.anchoring.findFirst({ orderBy: { size: "desc" } });
  return row && { ...row, size: Number(row.size) };
}

/**
 * Reads tiles, all in one query. A missing tile has no hashes.
 * @param size cuts the tiles to this size of the log; without it they are whole
 */
export function readTiles(db: Db, size?: number): ReadTiles {
  return async (ids) => {
    if (ids.length === 0) return [];
    const wanted = ids.map(
      ({ level, index }) => Prisma.sql`(${level}::int, ${BigInt(index)}::bigint)`,
    );
    const rows = await db.$queryRaw<{ level: number; index: bigint; hashes: Uint8Array }[]>`
      SELECT level, index, hashes FROM tile WHERE (level, index) IN (${Prisma.join(wanted)})`;
    const stored = new Map(
      rows.map(({ level, index, hashes }) => [keyOf({ level, index: Number(index) }), hashes]),
    );
    return ids.map((id) => {
      const hashes = stored.get(keyOf(id)) ?? new Uint8Array();
      return size === undefined ? hashes : hashes.subarray(0, widthOf(id, size) * HASH_BYTES);
    });
  };
}

const keyOf = ({ level, index }: TileId) => `${level}/${index}`;
