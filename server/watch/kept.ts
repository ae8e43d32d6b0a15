// Keeps the conditions: those of the service in its database, with a lease that lets one process tell people about them, and
// those of a process in a file in DATA_DIR, because the database may be what is away.
import { readFile, rename, writeFile } from "node:fs/promises";
import type { z } from "zod";
import type { PrismaClient } from "../../prisma/generated/client.ts";
import { orNull, readInTime } from "../storage/reading.ts";
import { FsckResult } from "./fsck-result.ts";
import { Standings } from "./standing.ts";

/** How long a lease lasts: some checks longer than the pause between two. */
const LEASE_SECONDS = 120;

/** The row of the database, as one process sees it. */
export interface Turn {
  /** Whether this process tells people. */
  isOurs: boolean;
  standings: Standings;
  fsck: FsckResult | null;
}

/**
 * Reads the conditions of the service, and takes or renews the lease if no other process has it.
 * @param holder the name of this process
 * @returns null if the database does not answer
 */
export function takeTurn(prisma: PrismaClient, holder: string): Promise<Turn | null> {
  return readInTime(prisma, async (tx) => {
    const take = () => tx.$queryRaw<Row[]>`
      UPDATE watch SET holder = ${holder}, lease_until = now() + ${LEASE_SECONDS} * interval '1 second'
      WHERE id = 1 AND (holder IS NULL OR holder = ${holder} OR lease_until IS NULL OR lease_until < now())
      RETURNING standings, fsck`;
    const [own] = await take();
    if (own) return turnOf(own, true);
    const row = await tx.watch.findUnique({ where: { id: 1 } });
    if (row) return turnOf(row, false);
    await tx.watch.createMany({ data: [{ id: 1 }], skipDuplicates: true });
    const [first] = await take();
    return first ? turnOf(first, true) : { isOurs: false, standings: {}, fsck: null };
  });
}

interface Row {
  standings: string;
  fsck: string | null;
}

const turnOf = ({ standings, fsck }: Row, isOurs: boolean): Turn => ({
  isOurs,
  standings: readText(Standings, standings) ?? {},
  fsck: readText(FsckResult, fsck) ?? null,
});

/** Keeps the conditions of the service, while this process has the lease. @returns whether they are kept */
export async function keepStandings(
  prisma: PrismaClient,
  holder: string,
  standings: Standings,
): Promise<boolean> {
  const data = { standings: JSON.stringify(standings) };
  const kept = await readInTime(prisma, (tx) =>
    tx.watch.updateMany({ where: { id: 1, holder }, data }),
  );
  return kept !== null;
}

/** Keeps the result of a run of fsck. */
export async function keepFsck(prisma: PrismaClient, result: FsckResult): Promise<void> {
  const fsck = JSON.stringify(result);
  await orNull(
    prisma.watch.upsert({ where: { id: 1 }, create: { id: 1, fsck }, update: { fsck } }),
  );
}

/** Gives the lease back, so that another process need not wait for its end. */
export async function giveUpTurn(prisma: PrismaClient, holder: string): Promise<void> {
  await orNull(prisma.watch.updateMany({ where: { id: 1, holder }, data: { leaseUntil: null } }));
}

/** Reads the conditions of this process. A missing or damaged file has none. */
export async function readOwn(file: string): Promise<Standings> {
  const text = await readFile(file, "utf8").catch(() => null);
  return readText(Standings, text) ?? {};
}

/** Keeps the conditions of this process. @throws Error of the file system */
export async function keepOwn(file: string, standings: Standings): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(standings));
  await rename(`${file}.new`, file);
}

/** What a text says. Undefined if it is not of this form: an older version, or somebody who altered it. */
function readText<S extends z.ZodType>(schema: S, text: string | null): z.infer<S> | undefined {
  if (text === null) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
