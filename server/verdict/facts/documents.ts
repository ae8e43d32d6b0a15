// Gathers the documents that the lot's events name, as far as the reader may read them.
import { type DocumentClaims, READABLE_DOCUMENT_FIELDS } from "../../../protocol/event/document.ts";
import type { DocumentFact } from "../../../protocol/verdict/facts.ts";
import { eachOf } from "../../../protocol/chain/node.ts";
import type { TrailEvent } from "../../../protocol/trail/trail.ts";
import type { Context } from "../../context.ts";
import { documentFor } from "../../documents/documents.ts";
import { type DocumentFacts, documentsOf } from "../../documents/facts.ts";
import { type About, eventsOnWay, type FactSource } from "./source.ts";
import { Refusal } from "../../refusal.ts";
import type { Reader } from "../../access/visibility.ts";

const FIELDS: ReadonlySet<string> = new Set(READABLE_DOCUMENT_FIELDS);
/** Documents that are looked up, those of the newest events first. The rule reports the others as not seen. */
const MAX_DOCUMENTS = 50;

export const documents: FactSource = async (ctx, about) => {
  const events = eventsOnWay(about);
  const naming = events.flatMap((item) => {
    const hashes = hashesIn(item);
    return hashes.length > 0 ? [{ item, hashes }] : [];
  });
  const hashes = [...new Set(naming.flatMap(({ hashes: some }) => some).toReversed())].slice(
    0,
    MAX_DOCUMENTS,
  );
  const readable = await eachOf(hashes, async (hash) =>
    (await mayRead(ctx, about.reader, hash)) ? [hash] : [],
  );
  // A certificate for a whole shipment names all its lots: they are not other lots.
  const besides = naming.flatMap(({ item }) => item.event.entries.map(({ lot }) => lot));
  const facts = await documentsOf(ctx, readable.flat(), [...new Set([about.lot.id, ...besides])]);
  const signers = (hash: string) =>
    naming.flatMap(({ item, hashes: some }) => (some.includes(hash) ? [item.event.actor] : []));
  const counted = [...Map.groupBy(facts, ({ hash }) => hash)].flatMap(([hash, some]) =>
    countedFor(about.reader, signers(hash), some),
  );
  return { documents: await eachOf(counted, (each) => factOf(ctx, about, each)) };
};

/**
 * Picks the metadata that counts: by the reader, by signers of an event that names the document, and by its first uploader.
 * Anyone else who has the same file could otherwise spoil the lots of those who named it. A purchase order is shown only to
 * the party that gave it.
 */
function countedFor(
  reader: Reader,
  signers: readonly string[],
  facts: readonly DocumentFacts[],
): DocumentFacts[] {
  const isOwn = ({ owner }: DocumentFacts) =>
    owner !== null && owner === reader.party && !reader.byGrant;
  const counted = facts.filter(
    (each, i) => i === 0 || isOwn(each) || signers.includes(each.owner ?? ""),
  );
  return counted.map((each) =>
    isOwn(each) ? each : { ...each, claims: withoutOrder(each.claims) },
  );
}

const withoutOrder = ({ purchaseOrder: _order, ...claims }: DocumentClaims): DocumentClaims =>
  claims;

function hashesIn({ details }: TrailEvent): string[] {
  return (details?.open ?? []).flatMap(({ path, value }) =>
    FIELDS.has(String(path.at(-1))) ? [String(value)] : [],
  );
}

async function mayRead({ prisma }: Context, reader: Reader, hash: string): Promise<boolean> {
  try {
    await documentFor(prisma, reader, hash);
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === "NOT_FOUND") return false;
    throw error;
  }
}

async function factOf(
  { prisma }: Context,
  { lot }: About,
  { hash, present, altered, claims, alsoNamedBy }: DocumentFacts,
): Promise<DocumentFact> {
  const others = await prisma.lot.findMany({
    where: { id: { in: alsoNamedBy }, makerLot: { not: null } },
    select: { manufacturer: true, mpn: true, makerLot: true },
    distinct: ["manufacturer", "mpn", "makerLot"],
  });
  const isOther = ({ makerLot }: { makerLot: string | null }) => makerLot !== lot.makerLot;
  const otherMakerLots = lot.makerLot === null ? 0 : others.filter(isOther).length;
  return { hash, present, altered, claims, otherMakerLots };
}
