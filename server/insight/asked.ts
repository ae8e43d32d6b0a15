// Reads what a question is answered from: a reader's facts as of a moment, the basis, and the names of parties.
import type { Basis } from "../../api/insight.ts";
import type { PartyName } from "../../api/parties.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import type { Reader } from "../access/visibility.ts";
import type { Context } from "../context.ts";
import { namer } from "../custody/views.ts";
import type { Db } from "../storage/db.ts";
import { basisOf, type Method } from "./basis.ts";
import { type Gathered, gatherFacts } from "./facts.ts";

/** Who asks, and as of when. */
export interface Asked {
  reader: Reader;
  /** Unix seconds: only what was known then. Undefined: now. */
  asOf?: number | undefined;
}

/** Reads a reader's facts in one snapshot of the database, with the basis of what is made of them. */
export async function factsAndBasis(
  ctx: Context,
  { reader, asOf }: Asked,
  method: Method,
  lots?: readonly string[],
): Promise<{ gathered: Gathered; basis: Basis; cut: number }> {
  const now = ctx.clock();
  const cut = Math.min(asOf ?? Infinity, now);
  return ctx.prisma.$transaction(
    async (db) => {
      const found = await gatherFacts(ctx, db, reader, { cut, ...(lots && { lots }) });
      // What waits now says nothing about an earlier moment, whose answer must stay as it was.
      const gathered = cut < now ? { ...found, unsettled: 0 } : found;
      return { gathered, cut, basis: basisOf(reader, { cut, method, gathered }) };
    },
    { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead },
  );
}

/** The names of parties, in the order of their addresses. */
export const namesOf = async (db: Db, addresses: readonly string[]): Promise<PartyName[]> => {
  const nameOf = await namer(db, addresses);
  return [...new Set(addresses)].sort().map(nameOf);
};
