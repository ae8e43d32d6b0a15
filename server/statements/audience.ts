// Decides with whom an issuer shares its alerts. Most lists may not be passed on, so an alert is for its issuer alone until the
// issuer shares it: then it counts for those parties, and they can read it.
import { z } from "zod";
import { STATEMENT_KINDS } from "../../protocol/event/statement.ts";
import { Address } from "../../protocol/base/values.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import type { Reader } from "../access/visibility.ts";
import type { Db } from "../storage/db.ts";

/** The audience of an alert that its issuer shares with everyone. */
export const ALL = "all";
/** Parties with which one alert can be shared. */
const MAX_AUDIENCE = 100;

/** An audience as a query has it: `all`, `none`, or addresses with commas between them. */
export const AudienceText = z
  .string()
  .transform((text) => (text === "none" ? [] : text.split(",")))
  .pipe(z.union([z.tuple([z.literal(ALL)]), z.array(Address).max(MAX_AUDIENCE)]))
  .transform((audience): string[] => [...new Set(audience)]);

/** A condition on `statement`: its issuer shares it with the reader. */
export const sharedWith = ({ party, byGrant }: Reader): Prisma.Sql =>
  Prisma.sql`statement.audience && ${party === null || byGrant ? [ALL] : [ALL, party]}::text[]`;

/** Sets with whom an issuer shares some of its alerts. Replaces their earlier audience. */
export async function shareAlerts(
  db: Db,
  issuer: string,
  digests: readonly string[],
  audience: readonly string[],
): Promise<void> {
  await db.statement.updateMany({
    where: { digest: { in: [...digests] }, issuer, kind: STATEMENT_KINDS.alert },
    data: { audience: [...audience] },
  });
}
