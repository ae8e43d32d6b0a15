// Completes the row of an event that was accepted or followed before: adds what only its author has.
import { canonicalize } from "../../protocol/base/canonical.ts";
import type { Event } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import { relist } from "./relist.ts";
import { refuseViolation } from "../refusal.ts";
import { newLotsOf, restrictionsText } from "./store.ts";
import type { SignedEvent } from "./signed.ts";

/** Completes an event that is submitted again. One that was followed from the chain gains what only its author has. */
export async function completeEvent(
  tx: Db,
  signed: SignedEvent,
  hash: string,
  signer: string | undefined,
): Promise<void> {
  const { event, restricted } = signed;
  await tx.$queryRaw`SELECT 1 FROM event WHERE hash = ${hash} FOR UPDATE`;
  const stored = await tx.event.findUniqueOrThrow({ where: { hash } });
  const added = await additionsTo(tx, stored, signed, event.actor, signer);
  if (!added) return;
  // The author's own details bring the author's own restrictions.
  const own =
    stored.details === null && added.details !== null
      ? restrictionsText(restricted)
      : stored.restricted;
  await tx.event.update({ where: { hash }, data: { ...added, restricted: own } });
  if (stored.acceptedAt === null)
    await tx.unlogged.create({ data: { sequence: stored.sequence, event: hash } });
  await relist(tx, newLotsOf(event));
}

/** The columns that a row lacks and the signed event or notice brings; undefined if there are none. */
export async function additionsTo(
  tx: Db,
  stored: Pick<Event, "signature" | "details" | "secret" | "acceptedAt">,
  { signature, details, secret }: Pick<SignedEvent, "signature" | "details" | "secret">,
  party: string,
  signer: string | undefined,
) {
  if (stored.acceptedAt !== null && (stored.details !== null || !details)) return undefined;
  // A key that was revoked since may have signed in time: the ledger has judged that.
  const key = signer === undefined ? null : await tx.key.findUnique({ where: { address: signer } });
  if (signer === undefined) throw refuseViolation({ name: "BadSignature", args: [] });
  if (key?.party !== party) throw refuseViolation({ name: "KeyNotOfParty", args: [signer, party] });
  return {
    acceptedAt: stored.acceptedAt ?? new Date(),
    signature: stored.signature ?? signature,
    details: stored.details ?? (details ? canonicalize(details) : null),
    secret: stored.secret ?? secret ?? null,
    ...(details && { disclosure: null }), // the whole details contain what others disclosed of them
  };
}
