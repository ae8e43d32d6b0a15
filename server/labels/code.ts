// Recomputes the code that proves a lot's own label from the event's secret, for the party that prints the label.
import { fromHex } from "../../protocol/base/bytes.ts";
import { Details } from "../../protocol/event/details.ts";
import { labelCode, labelCommitment } from "../../protocol/label/commitment.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import type { Reader } from "../access/visibility.ts";
import { parsedBy } from "../../protocol/base/canonical.ts";

/**
 * The code of a lot's label: for its issuer and its holder, where this service has the secret of the event that made it.
 * @returns undefined for anybody else, and where the event commits to another code or none
 */
export async function labelCodeFor(
  db: Db,
  { party, byGrant }: Reader,
  lot: Lot,
): Promise<string | undefined> {
  if (byGrant || party === null || ![lot.issuer, lot.holder].includes(party)) return undefined;
  const made = await db.entry.findUnique({
    where: { event_lot: { event: lot.origin, lot: lot.id } },
    select: { index: true, of: { select: { secret: true, details: true } } },
  });
  const { secret, details } = made?.of ?? {};
  if (!made || !secret || !details) return undefined;
  const code = labelCode(fromHex(secret), made.index);
  const committed = parsedBy(Details, details);
  return committed?.entries?.[made.index]?.labelCommitment === labelCommitment(lot.id, code)
    ? code
    : undefined;
}
