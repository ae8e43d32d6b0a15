// Measures how fast the log proves inclusion and consistency over its whole length, and the statements and rows per proof.
import type { PrismaClient } from "../prisma/generated/client.ts";
import type { Db } from "../server/storage/db.ts";
import { proveConsistency, proveInclusion } from "../server/log/proofs.ts";
import { quantile, rounded } from "./numbers.ts";

const PROOFS = 1_000;
/** A stride through all indexes without a pattern: a prime near the golden ratio of 2^30. */
const STRIDE = 663_608_941;

type Prove = (db: Db, index: number) => Promise<unknown>;

const KINDS: Record<"inclusion" | "consistency", Prove> = {
  inclusion: (db, index) => proveInclusion(db, { index }),
  consistency: (db, index) => proveConsistency(db, index + 1),
};

interface Proofs {
  /** Half of the proofs take no longer than p50, and 99 % no longer than p99. */
  milliseconds: { p50: number; p99: number };
  /** SQL statements per proof: the median and the maximum. */
  statements: { p50: number; most: number };
  rows: { p50: number; most: number };
  tiles: { p50: number; most: number };
}

/** Measures a thousand proofs of each kind, in a log whose checkpoint covers all its events. */
export async function measureProofs(
  prisma: PrismaClient,
  events: number,
): Promise<{ inclusionProof: Proofs; consistencyProof: Proofs }> {
  const indexes = Array.from({ length: PROOFS }, (_, i) => (i * STRIDE) % events);
  return {
    inclusionProof: await measure(prisma, KINDS.inclusion, indexes),
    consistencyProof: await measure(prisma, KINDS.consistency, indexes),
  };
}

async function measure(
  prisma: PrismaClient,
  prove: Prove,
  indexes: readonly number[],
): Promise<Proofs> {
  const times: number[] = [];
  for (const index of indexes) {
    const start = performance.now();
    await prove(prisma, index);
    times.push(performance.now() - start);
  }
  const touched: Touched[] = [];
  for (const index of indexes) touched.push(await touchedBy(prisma, prove, index)); // counted in a second pass, because counting takes time
  const of = (name: keyof Touched) => {
    const counts = touched.map((each) => each[name]);
    return { p50: quantile(counts, 0.5), most: Math.max(...counts) };
  };
  const milliseconds = { p50: rounded(quantile(times, 0.5)), p99: rounded(quantile(times, 0.99)) };
  return { milliseconds, statements: of("statements"), rows: of("rows"), tiles: of("tiles") };
}

interface Touched {
  statements: number;
  rows: number;
  /** The rows that are tiles. */
  tiles: number;
}

/** Counts a proof's statements, and the rows that they return. */
async function touchedBy(prisma: PrismaClient, prove: Prove, index: number): Promise<Touched> {
  const touched = { statements: 0, rows: 0, tiles: 0 };
  const counting = prisma.$extends({
    query: {
      async $allOperations({ args, query }) {
        const answer: unknown = await query(args);
        const rows = (Array.isArray(answer) ? answer : [answer]).filter((row) => row !== null);
        touched.statements++;
        touched.rows += rows.length;
        touched.tiles += rows.filter((row: object) => "hashes" in row).length;
        return answer;
      },
    },
  });
  await prove(counting as unknown as Db, index);
  return touched;
}
