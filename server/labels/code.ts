// Recomputes the code that proves a lot's own label from the event's secret, for the party that prints the label.
import { fromHex } from "../../protocol/base/bytes.ts";
import { Details } from "../../protocol/event/details.ts";
import { labelCode, labelCommitment } from "../../protocol/label/commitment.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import type { Reader } from "../access/visibility.ts";
import { parsedBy } from "../../protocol/base/canonical.ts";

/**
 * Computes the code of a lot's label, for the lot's issuer and holder, from the secret of the event that made the lot.
 * @returns undefined for other readers, where this service does not have the secret, and where the event does not commit to
 * the code
 */
export async function labelCodeFor(
  db: Db,
  { party, byGrant }: Reader,
  lot: Lot,
): Promise<string | undefined> {
  if (byGrant || party === null || ![lot.issuer, lot.holder].includes(party)) return undefined;
  const creation = await db.entry.findUnique({
    where: { event_lot: { event: lot.origin, lot: lot.id } },
    select: { index: true, of: { select: { secret: true, details: true } } },
  });
  const { secret, details } = creation?.of ?? {};
  if (!creation || !secret || !details) return undefined;
  const code = labelCode(fromHex(secret), creation.index);
  const committed = parsedBy(Details, details);
  return committed?.entries?.[creation.index]?.labelCommitment === labelCommitment(lot.id, code)
    ? code
    : undefined;
}
