// Rebuilds the tiles of the log from its leaves. The leaves are not changed.
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { leafHash } from "../../protocol/base/merkle.ts";
import { appendLeaves, edgeOf, hashesOnLevel, TILE_WIDTH } from "../../protocol/log/tiles.ts";
import { lockLog } from "../log/append.ts";
import { readTiles } from "../log/stored.ts";
import type { Db } from "../storage/db.ts";

/** Leaves that one query reads. */
const LEAVES_AT_ONCE = 16 * TILE_WIDTH;

/** Writes each tile that differs, and deletes those beyond the log. The caller has checked the leaves. */
export async function rebuildTiles(tx: Db): Promise<void> {
  await lockLog(tx);
  let size = 0;
  const edge = new Map<number, Uint8Array>();
  for (;;) {
    const leaves = await tx.leaf.findMany({
      where: { index: { gte: size } },
      orderBy: { index: "asc" },
      take: LEAVES_AT_ONCE,
    });
    if (leaves.length === 0) break;
    const appended = appendLeaves(
      size,
      edgeOf(size).map(({ level }) => edge.get(level)!),
      leaves.map(({ event }) => leafHash(fromHex(event))),
    );
    const stored = await readTiles(tx)(appended.tiles);
    for (const [i, { level, index, hashes }] of appended.tiles.entries())
      if (toHex(stored[i]!) !== toHex(hashes))
        await tx.$executeRaw`
          INSERT INTO tile (level, index, hashes) VALUES (${level}, ${BigInt(index)}, ${hashes})
          ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes`;
    size = appended.size;
    for (const { level, hashes } of appended.tiles) edge.set(level, hashes);
  }
  let level = 0;
  for (; level === 0 || hashesOnLevel(size, level) > 0; level++)
    await tx.tile.deleteMany({
      where: { level, index: { gte: Math.ceil(hashesOnLevel(size, level) / TILE_WIDTH) } },
    });
  await tx.tile.deleteMany({
    where: { OR: [{ level: { gte: level } }, { level: { lt: 0 } }, { index: { lt: 0 } }] },
  });
}
