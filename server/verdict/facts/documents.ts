// Gathers the documents that events on the lot's way name, as far as the reader may read them.
import type { DocumentFact } from "../../../protocol/verdict/facts.ts";
import { eachOf } from "../../../protocol/chain/node.ts";
import type { TrailEvent } from "../../../protocol/trail/trail.ts";
import type { Context } from "../../context.ts";
import { documentFor } from "../../documents/documents.ts";
import { documentsOf } from "../../documents/facts.ts";
import { type About, eventsOnWay, type FactSource } from "./source.ts";
import { Refusal } from "../../refusal.ts";
import type { Reader } from "../../access/visibility.ts";

const FIELDS = ["cocHash", "packingListHash", "testReportHash", "documentHash", "photoHash"];
/** Documents that are looked at, the newest events' first: of others the rule says that it has not seen them. */
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
  // A certificate for a whole shipment was given with each of its lots.
  const besides = naming.flatMap(({ item }) => item.event.entries.map(({ lot }) => lot));
  const told = await documentsOf(ctx, readable.flat(), [...new Set([about.lot.id, ...besides])]);
  const signers = (hash: string) =>
    naming.flatMap(({ item, hashes: some }) => (some.includes(hash) ? [item.event.actor] : []));
  const heard = [...Map.groupBy(told, ({ hash }) => hash)].flatMap(([hash, said]) =>
    heardOf(about.reader, signers(hash), said),
  );
  return { documents: await eachOf(heard, (each) => factOf(ctx, about, each)) };
};

/**
 * Whose word of a paper counts: the reader's own, that of who signed an event that names it, and of who brought it in
 * first. Others who have the same file could spoil the lots of those who named it. Orders are for who wrote them down.
 */
function heardOf(reader: Reader, signers: readonly string[], said: readonly Told[]): Told[] {
  const isOwn = ({ owner }: Told) => owner !== null && owner === reader.party && !reader.byGrant;
  const counted = said.filter(
    (each, i) => i === 0 || isOwn(each) || signers.includes(each.owner ?? ""),
  );
  return counted.map((each) =>
    isOwn(each) ? each : { ...each, claims: withoutOrder(each.claims) },
  );
}

const withoutOrder = ({ purchaseOrder: _order, ...claims }: Told["claims"]): Told["claims"] =>
  claims;

function hashesIn({ details }: TrailEvent): string[] {
  return (details?.open ?? []).flatMap(({ path, value }) =>
    FIELDS.includes(String(path.at(-1))) ? [String(value)] : [],
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

type Told = Awaited<ReturnType<typeof documentsOf>>[number];

async function factOf({ prisma }: Context, { lot }: About, told: Told): Promise<DocumentFact> {
  const { hash, present, altered, claims, alsoNamedBy } = told;
  const others = await prisma.lot.findMany({
    where: { id: { in: alsoNamedBy }, makerLot: { not: null } },
    select: { manufacturer: true, mpn: true, makerLot: true },
    distinct: ["manufacturer", "mpn", "makerLot"],
  });
  const isOther = ({ makerLot }: { makerLot: string | null }) => makerLot !== lot.makerLot;
  const otherMakerLots = lot.makerLot === null ? 0 : others.filter(isOther).length;
  return { hash, present, altered, claims, otherMakerLots };
}
