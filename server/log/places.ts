// Finds where events stand in a log, and proves it. Trails carry this with events that the ledger has not recorded.
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import {
  inclusionProofFrom,
  type ReadTiles,
  type TileId,
  widthOf,
} from "../../protocol/log/tiles.ts";
import { leafHash, verifyInclusion } from "../../protocol/base/merkle.ts";
import type { Logged } from "../../protocol/trail/trail.ts";
import type { ForeignLeaf, Settlement } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { isUnsound } from "./anchor.ts";
import { readTiles } from "./stored.ts";
import { HASH_BYTES } from "../../protocol/base/values.ts";

/** Events whose proofs are made at once: each reads up to four tiles of 8 KiB. */
const EVENTS_AT_ONCE = 500;

/** Where an event stands in a log, as far as that is anchored. */
export interface Place extends Omit<Logged, "proof"> {
  /** The block of the first anchored checkpoint that has it. */
  block: number;
}

/** In this service's own log. */
interface OwnPlace extends Omit<Place, "operator"> {
  event: string;
  /** That was anchored at this size. */
  root: string;
}

interface Unrecorded {
  hash: string;
  settlement: Pick<Settlement, "block"> | null;
}

/**
 * Where events stand that the ledger has not recorded: in this service's log or, where that was anchored before, in the log
 * of the service from which they were imported. Events that no anchored checkpoint has are missing.
 */
export async function placesOf(
  db: Db,
  { operator }: Pick<Context["merkleLog"], "operator">,
  events: readonly Unrecorded[],
): Promise<Map<string, Place>> {
  const { own, foreign } = await findPlaces(db, events);
  const here = own.map(
    ({ event, index, size, block }) => [event, { operator, index, size, block }] as const,
  );
  return new Map([...here, ...foreign.map((leaf) => [leaf.event, placeElsewhere(leaf)] as const)]);
}

/** As `placesOf`, with the proofs; where the log's tiles are damaged there are none. */
export async function loggedOf(
  db: Db,
  { operator }: Pick<Context["merkleLog"], "operator">,
  events: readonly Unrecorded[],
): Promise<Map<string, Logged>> {
  const { own, foreign } = await findPlaces(db, events);
  const proven = new Map<string, Logged>();
  for (let start = 0; start < own.length; start += EVENTS_AT_ONCE) {
    const read = readTogether(db);
    const some = own.slice(start, start + EVENTS_AT_ONCE);
    const proofs = await Promise.all(some.map((place) => proofOrNone(place, read)));
    for (const [i, { event, index, size }] of some.entries())
      if (proofs[i]) proven.set(event, { operator, index, size, proof: proofs[i] });
  }
  for (const leaf of foreign) {
    const { block: _block, ...place } = placeElsewhere(leaf);
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

const placeElsewhere = ({ operator, index, size, block }: ForeignLeaf): Place => ({
  operator,
  index: Number(index),
  size: Number(size),
  block,
});

/** The proof that an event is in the log that was anchored; none where the tiles do not lead to it. */
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
    // Where it leads elsewhere the verdict says that the event is not proven, and fsck why.
    return verifyInclusion(leafHash(fromHex(event)), index, size, proof, fromHex(root))
      ? proof.map(toHex)
      : undefined;
  } catch (error) {
    if (isUnsound(error)) return undefined;
    throw error;
  }
}

/** Reads tiles for many proofs: what is asked for in one turn is one query, and each tile is read once. */
function readTogether(db: Db): ReadTiles {
  const keyOf = ({ level, index }: TileId) => `${level}/${index}`;
  let waiting = new Map<string, TileId>();
  let turn: Promise<Map<string, Uint8Array>> | undefined;
  const readAll = async () => {
    await Promise.resolve(); // until all have asked
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
