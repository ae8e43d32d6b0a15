// Proves the log to everyone: its newest checkpoint, that it contains an event, and that it only grew.
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import type { Checkpoint } from "../../protocol/log/checkpoint.ts";
import { consistencyProofFrom, inclusionProofFrom, rootFrom } from "../../protocol/log/tiles.ts";
import { leafHash } from "../../protocol/base/merkle.ts";
import { originOf, signNote, verifierKey } from "../../protocol/log/signed-note.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { Refusal } from "../refusal.ts";
import { newestCheckpoint, readTiles } from "./stored.ts";

/** A proof that the leaf at an index is in the log of a size. Hashes are lower-case hex. */
export interface Inclusion extends Checkpoint {
  event: string;
  index: number;
  /** The leaf's hash, from which the proof leads to the root. */
  leaf: string;
  proof: string[];
}

/** A proof that the log of one size extends the log of another. */
export interface Consistency {
  from: Checkpoint;
  to: Checkpoint;
  proof: string[];
}

/** The newest checkpoint; before the first, that of an empty log. */
export async function checkpointNow(db: Db): Promise<Checkpoint> {
  const newest = await newestCheckpoint(db);
  return newest ? { size: newest.size, root: newest.root } : { size: 0, root: await rootAt(db, 0) };
}

/** The name under which the log signs, and the key that verifies its signatures. */
export function nameOfLog({ domain, merkleLog }: Pick<Context, "domain" | "merkleLog">): {
  origin: string;
  key: string;
} {
  const origin = originOf(domain, merkleLog.operator);
  return { origin, key: verifierKey(origin, merkleLog.seed) };
}

/** Signs a checkpoint as a note. */
export function noteOf(
  { domain, merkleLog }: Pick<Context, "domain" | "merkleLog">,
  checkpoint: Checkpoint,
): string {
  return signNote({ origin: originOf(domain, merkleLog.operator), ...checkpoint }, merkleLog.seed);
}

/**
 * Proves that an event is in the log.
 * @param which the event by its hash, or by its index
 * @param wanted the size of the log; that of the newest checkpoint if it is missing
 * @throws Refusal NOT_IN_LOG if it is not in the log of that size; BEYOND_CHECKPOINT
 */
export async function proveInclusion(
  db: Db,
  which: { event: string } | { index: number },
  wanted?: number,
): Promise<Inclusion> {
  const size = await sizeUpTo(db, wanted);
  const row = await db.leaf.findUnique({ where: which });
  if (!row || Number(row.index) >= size)
    throw new Refusal("NOT_IN_LOG", 404, `The log of ${size} events does not contain it.`, {
      field: "event" in which ? "event" : "index",
    });
  const index = Number(row.index);
  const read = readTiles(db, size);
  const proof = (await inclusionProofFrom(index, size, read)).map(toHex);
  const leaf = toHex(leafHash(fromHex(row.event)));
  return { event: row.event, index, leaf, size, root: toHex(await rootFrom(size, read)), proof };
}

/**
 * Proves that the log of one size extends the log of another.
 * @param to the larger size; that of the newest checkpoint if it is missing
 * @throws Refusal BEYOND_CHECKPOINT; BAD_FIELD if the sizes are not in order
 */
export async function proveConsistency(db: Db, from: number, to?: number): Promise<Consistency> {
  const size = await sizeUpTo(db, to);
  if (from > size)
    throw new Refusal("BAD_FIELD", 400, "`from` is larger than the other size. Swap them.", {
      field: "from",
    });
  const proof = (await consistencyProofFrom(from, size, readTiles(db, size))).map(toHex);
  return {
    from: { size: from, root: await rootAt(db, from) },
    to: { size, root: await rootAt(db, size) },
    proof,
  };
}

async function rootAt(db: Db, size: number): Promise<string> {
  return toHex(await rootFrom(size, readTiles(db, size)));
}

/** The size up to which events may be shown. Those that no checkpoint covers yet might still change. */
export async function sizeUpTo(db: Db, wanted?: number): Promise<number> {
  const { size } = await checkpointNow(db);
  if (wanted !== undefined && wanted > size)
    throw new Refusal(
      "BEYOND_CHECKPOINT",
      404,
      `The newest checkpoint has ${size} events. Ask for no more.`,
    );
  return wanted ?? size;
}
