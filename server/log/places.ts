// Finds and proves the places of events in a log. Trails carry them with events that the ledger has not recorded.
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import {
  inclusionProofFrom,
  type ReadTiles,
  type TileId,
  widthOf,
} from "../../protocol/log/tiles.ts";
import { leafHash, verifyInclusion } from "../../protocol/base/merkle.ts";
import type { LogProof } from "../../protocol/trail/trail.ts";
import type { ForeignLeaf, Settlement } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { isUnsound } from "./anchor.ts";
import { readTiles } from "./stored.ts";
import { HASH_BYTES } from "../../protocol/base/values.ts";

/** Events whose proofs are made at once: each reads up to four tiles of 8 KiB. */
const EVENTS_AT_ONCE = 500;

/** The place of an event in a log, as of an anchored checkpoint. */
export interface Place extends Omit<LogProof, "proof"> {
  /** The block of the first anchored checkpoint that has it. */
  block: number;
}

/** A place in this service's own log. */
interface OwnPlace extends Omit<Place, "operator"> {
  event: string;
  /** The root that was anchored at this size. */
  root: string;
}

interface Unrecorded {
  hash: string;
  settlement: Pick<Settlement, "block"> | null;
}

/**
 * Finds the places of events that the ledger has not recorded: in this service's log, or in the log of the service from
 * which they were imported if that was anchored earlier. Leaves out events that no anchored checkpoint covers.
 */
export async function placesOf(
  db: Db,
  { operator }: Pick<Context["merkleLog"], "operator">,
  events: readonly Unrecorded[],
): Promise<Map<string, Place>> {
  const { own, foreign } = await findPlaces(db, events);
  const ownPlaces = own.map(
    ({ event, index, size, block }) => [event, { operator, index, size, block }] as const,
  );
  return new Map([
    ...ownPlaces,
    ...foreign.map((leaf) => [leaf.event, foreignPlace(leaf)] as const),
  ]);
}

/** Finds the places as `placesOf`, with their proofs. Leaves out places that damaged tiles cannot prove. */
export async function loggedOf(
  db: Db,
  { operator }: Pick<Context["merkleLog"], "operator">,
  events: readonly Unrecorded[],
): Promise<Map<string, LogProof>> {
  const { own, foreign } = await findPlaces(db, events);
  const proven = new Map<string, LogProof>();
  for (let start = 0; start < own.length; start += EVENTS_AT_ONCE) {
    const read = readTogether(db);
    const some = own.slice(start, start + EVENTS_AT_ONCE);
    const proofs = await Promise.all(some.map((place) => proofOrNone(place, read)));
    for (const [i, { event, index, size }] of some.entries())
      if (proofs[i]) proven.set(event, { operator, index, size, proof: proofs[i] });
  }
  for (const leaf of foreign) {
    const { block: _block, ...place } = foreignPlace(leaf);
    proven.set(leaf.event, { ...place, proof: leaf.proof });
  }
  return proven;
}

async function findPlaces(
  db: Db,
  events: readonly Unrecorded[],
): Promise<{ own: OwnPlace[]; foreign: ForeignLeaf[] }> {
  const wanted = events
    .filter(({ settlement }) => typeof settlement?.block !== "number")
    .map(({ hash }) => hash);
  if (wanted.length === 0) return { own: [], foreign: [] };
  const rows = await db.$queryRaw<
    { event: string; index: bigint; size: bigint; block: number; root: string }[]
  >`
    SELECT leaf.event, leaf.index, first.size, first.block, first.root
    FROM leaf, LATERAL (SELECT size, block, root FROM anchoring WHERE size > leaf.index ORDER BY size LIMIT 1) first
    WHERE leaf.event = ANY(${wanted})`;
  const own = new Map(
    rows.map((row): [string, OwnPlace] => [
      row.event,
      { ...row, index: Number(row.index), size: Number(row.size) },
    ]),
  );
  const leaves = await db.foreignLeaf.findMany({ where: { event: { in: wanted } } });
  const foreign = leaves.filter(({ event, block }) => block <= (own.get(event)?.block ?? block));
  for (const { event } of foreign) own.delete(event);
  return { own: [...own.values()], foreign };
}

const foreignPlace = ({ operator, index, size, block }: ForeignLeaf): Place => ({
  operator,
  index: Number(index),
  size: Number(size),
  block,
});

/** Proves that an event is in the anchored log; undefined if the tiles do not lead to the root. */
async function proofOrNone(
  { event, index, size, root }: OwnPlace,
  read: ReadTiles,
): Promise<string[] | undefined> {
  try {
    const cut: ReadTiles = async (ids) => {
      const tiles = await read(ids);
      return ids.map((id, i) => tiles[i]!.subarray(0, widthOf(id, size) * HASH_BYTES));
    };
    const proof = await inclusionProofFrom(index, size, cut);
    // If it leads to another root, the verdict says that the event is not proven, and fsck says why.
    return verifyInclusion(leafHash(fromHex(event)), index, size, proof, fromHex(root))
      ? proof.map(toHex)
      : undefined;
  } catch (error) {
    if (isUnsound(error)) return undefined;
    throw error;
  }
}

/** Reads tiles for many proofs: all tiles requested in one turn take one query, and each is read once. */
function readTogether(db: Db): ReadTiles {
  const keyOf = ({ level, index }: TileId) => `${level}/${index}`;
  let waiting = new Map<string, TileId>();
  let turn: Promise<Map<string, Uint8Array>> | undefined;
  const readAll = async () => {
    await Promise.resolve(); // until all have made their request
    const ids = [...waiting.values()];
    [waiting, turn] = [new Map(), undefined];
    const tiles = await readTiles(db)(ids);
    return new Map(ids.map((id, i) => [keyOf(id), tiles[i]!]));
  };
  return async (ids) => {
    for (const id of ids) waiting.set(keyOf(id), id);
    const tiles = await (turn ??= readAll());
    return ids.map((id) => tiles.get(keyOf(id))!);
  };
}
