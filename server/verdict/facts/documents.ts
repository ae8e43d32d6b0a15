// Gathers the documents that the lot's events name, as far as the reader may read them.
import { type DocumentClaims, READABLE_DOCUMENT_FIELDS } from "../../../protocol/event/document.ts";
import type { DocumentFact } from "../../../protocol/verdict/facts.ts";
import { eachOf } from "../../../protocol/chain/node.ts";
import type { TrailEvent } from "../../../protocol/trail/trail.ts";
import type { Context } from "../../context.ts";
import { documentFor } from "../../documents/documents.ts";
import { type DocumentFacts, documentsOf } from "../../documents/facts.ts";
import { type About, eventsOnWay, type FactSource } from "./source.ts";
import { type Voucher, VOUCHERS } from "../../../protocol/verdict/precedence.ts";
import { ACTIONS } from "../../../protocol/event/event.ts";
import { Refusal } from "../../refusal.ts";
import { sightOf } from "../../access/sight.ts";
import { type Reader, seenAmong } from "../../access/visibility.ts";
import type { Signed } from "../makers.ts";

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
  const actsNaming = (hash: string) =>
    naming.flatMap(({ item, hashes: some }) => (some.includes(hash) ? [item.event] : []));
  const counted = [...Map.groupBy(facts, ({ hash }) => hash)].flatMap(([hash, some]) =>
    countedFor(
      about.reader,
      [...actsNaming(hash).map(({ actor }) => actor), ...about.maker.parties],
      some,
    ),
  );
  return {
    documents: await eachOf(counted, (each) => factOf(ctx, about, each, actsNaming(each.hash))),
  };
};

/**
 * Picks the metadata that counts: by the reader, by signers of an event that names the document, and by the manufacturer that the
 * lot names. Anyone else who has the same file could otherwise spoil the lots of those who named it. A purchase order is shown
 * only to the party that gave it.
 */
function countedFor(
  reader: Reader,
  heard: readonly string[],
  facts: readonly DocumentFacts[],
): DocumentFacts[] {
  const isOwn = ({ owner }: DocumentFacts) =>
    owner !== null && owner === reader.party && !reader.byGrant;
  const counted = facts
    .filter((each) => isOwn(each) || heard.includes(each.owner ?? ""))
    .map((each) => (isOwn(each) ? each : { ...each, claims: withoutOrder(each.claims) }));
  // Whether the bytes are there does not depend on who uploaded them.
  return counted.length > 0 ? counted : facts.slice(0, 1).map((each) => ({ ...each, claims: {} }));
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

/** @param acts the events of the lot that name the document */
async function factOf(
  ctx: Context,
  { lot, reader, maker, tells }: About,
  { hash, present, altered, claims, alsoNamedBy }: DocumentFacts,
  acts: readonly Signed[],
): Promise<DocumentFact> {
  const { prisma } = ctx;
  const ids = alsoNamedBy.map((other) => other.lot);
  const mayTell =
    tells.pieces &&
    acts.some((act) => act.actor !== reader.party && maker.voucherOf(act) !== "other");
  const seen = mayTell ? new Set(ids) : await seenAmong(prisma, reader, ids);
  // Who named it for a lot that the reader handed on may have done so later.
  const sight = await sightOf(prisma, reader, mayTell ? [] : ids);
  const visible = [...seen].filter((id) => !sight.endOf(id));
  const rows = await prisma.lot.findMany({
    where: { id: { in: visible }, makerLot: { not: null } },
    select: { id: true, manufacturer: true, mpn: true, makerLot: true },
  });
  const partsOf = new Map(rows.map(({ id, ...parts }) => [id, parts]));
  // A party that gave one certificate for several manufacturer's lots tells that against itself.
  const voucherOf = (by: string): Voucher =>
    maker.voucherOf(
      acts.find(({ actor }) => actor === by) ?? {
        action: ACTIONS.inspect,
        actor: by,
        time: ctx.clock(),
      },
    );
  const lotsBy = (voucher: Voucher) => {
    const others = alsoNamedBy.flatMap(({ lot: id, by }) => {
      const parts = voucherOf(by) === voucher ? partsOf.get(id) : undefined;
      return parts && lot.makerLot !== null && parts.makerLot !== lot.makerLot
        ? [JSON.stringify(parts)]
        : [];
    });
    return new Set(others).size;
  };
  const [byMaker, byAuthorised, byOthers] = VOUCHERS.map(lotsBy) as [number, number, number];
  const otherMakerLots = { maker: byMaker, authorised: byAuthorised, other: byOthers };
  return { hash, present, altered, claims, otherMakerLots };
}
