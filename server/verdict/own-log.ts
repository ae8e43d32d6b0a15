// Reads the service's own log as a follower does. The log has every event, so it shows which events follow a lot's words.
import { toHex } from "../../protocol/base/bytes.ts";
import { type FollowedLog, MAX_FOLLOWERS } from "../../protocol/verdict/facts.ts";
import { rootFrom } from "../../protocol/log/tiles.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { isUnsound } from "../log/anchor.ts";
import { logSize, newestAnchoring, readTiles } from "../log/stored.ts";
import type { TrailRow } from "../custody/trails.ts";

/**
 * Reads the log up to its newest anchored checkpoint, and the events that follow a trail's words. Checks that the tiles lead
 * to the anchored root. fsck checks that each leaf is its event's.
 * @param most the most events after the trail's words that a result can list
 * @returns nothing where no checkpoint is anchored, the stored log is not the anchored one, or more events follow
 */
export async function followedLog(
  { merkleLog: { operator, contract } }: Pick<Context, "merkleLog">,
  db: Db,
  trail: readonly TrailRow[],
  most = MAX_FOLLOWERS,
): Promise<FollowedLog[]> {
  const anchored = contract === undefined ? null : await newestAnchoring(db);
  if (!anchored) return [];
  const { size } = anchored;
  if ((await logSize(db)) < size || (await rootOrNone(db, size)) !== anchored.root) return [];
  const entries = trail.flatMap(({ row }) => row.entries);
  const words = entries.flatMap(({ lot, previous, word }) => [
    { lot, word: previous },
    { lot, word },
  ]);
  const after = await db.$queryRaw<FollowedLog["after"]>`
    SELECT entry.lot, entry.previous AS word, entry.event
    FROM entry JOIN leaf ON leaf.event = entry.event
    WHERE leaf.index < ${BigInt(size)} AND (entry.lot, entry.previous) IN (
      SELECT * FROM unnest(${words.map(({ lot }) => lot)}::text[], ${words.map(({ word }) => word)}::text[]))
    ORDER BY leaf.index LIMIT ${most + 1}`;
  if (after.length > most) return []; // a part of them could leave out the one that matters
  return [{ operator, size, root: anchored.root, withheld: 0, after }];
}

async function rootOrNone(db: Db, size: number): Promise<string | undefined> {
  try {
    return toHex(await rootFrom(size, readTiles(db, size)));
  } catch (error) {
    if (isUnsound(error)) return undefined;
    throw error;
  }
}
