// Reads what a question is answered from: a reader's facts as of a moment, the basis, and the names of parties.
import type { Basis } from "../../api/insight.ts";
import type { PartyName } from "../../api/parties.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import type { Reader } from "../access/visibility.ts";
import type { Context } from "../context.ts";
import { namer } from "../custody/views.ts";
import type { Db } from "../storage/db.ts";
import { basisOf, type Method } from "./basis.ts";
import { factsOf, type Gathered } from "./facts.ts";
import { readEvents } from "./read.ts";

/** Who asks, and as of when. */
export interface Asked {
  reader: Reader;
  /** Unix seconds: only what was known then. Undefined: now. */
  asOf?: number | undefined;
}

/** Reads a reader's events in one snapshot of the database, and derives its facts, with the basis of what is made of them. */
export async function factsAndBasis(
  ctx: Context,
  { reader, asOf }: Asked,
  method: Method,
): Promise<{ gathered: Gathered; basis: Basis; cut: number }> {
  const now = ctx.clock();
  const cut = Math.min(asOf ?? Infinity, now);
  const reading = await ctx.prisma.$transaction((db) => readEvents(ctx, db, reader), {
    isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead,
  });
  const found = await factsOf(reading, reader, cut);
  // What waits now says nothing about an earlier moment, whose answer must stay as it was.
  const gathered = cut < now ? { ...found, unsettled: 0 } : found;
  return { gathered, cut, basis: basisOf(reader, { cut, method, gathered }) };
}

/** The names of parties, in the order of their addresses. */
export const namesOf = async (db: Db, addresses: readonly string[]): Promise<PartyName[]> => {
  const nameOf = await namer(db, addresses);
  return [...new Set(addresses)].sort().map(nameOf);
};
