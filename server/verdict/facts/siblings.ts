// Gathers facts about other lots of the same manufacturer's lot, without naming them: the reader may not know of them.
import { type Details, type EntryDetails, entryDetail } from "../../../protocol/event/details.ts";
import { ACTIONS } from "../../../protocol/event/event.ts";
import type { Sibling } from "../../../protocol/verdict/facts.ts";
import { type Event, Prisma } from "../../../prisma/generated/client.ts";
import type { Context } from "../../context.ts";
import { type CorrectedFacts, correctedFacts } from "../../custody/corrected-facts.ts";
import type { Maker, Signed } from "../makers.ts";
import { completeFor, type FactSource } from "./source.ts";
import { sightOf } from "../../access/sight.ts";
import { type Reader, restrictionsOf, seenAmong, visibleDetails } from "../../access/visibility.ts";

/** Other lots that are read, of the manufacturer's and authorised parties' and of all others. With more, some are left out. */
const MAX_LOTS = 500;

interface Row extends Signed {
  id: string;
  issuer: string;
  manufacturer: string | null;
  origin: string;
  index: number;
}

/**
 * Reads lots that were commissioned or introduced, or assembled as a manufacturer's parts. Lots split from them are the same
 * pieces.
 */
export const siblings: FactSource = async ({ prisma }, about) => {
  const { lot, ancestry, maker, reader, tells } = about;
  if (lot.makerLot === null) return {};
  const strong = [...maker.parties, ...maker.authorised];
  const read = (of: Prisma.Sql) => prisma.$queryRaw<Row[]>`
    SELECT lot.id, lot.issuer, lot.manufacturer, lot.origin, entry.index, event.action, event.actor, event.time
    FROM lot JOIN event ON event.hash = lot.origin
      JOIN entry ON entry.event = lot.origin AND entry.lot = lot.id
    WHERE upper(btrim(lot.maker_lot)) = upper(btrim(${lot.makerLot})) AND event.action <> ${ACTIONS.split}
      AND NOT lot.id = ANY(${[...ancestry.lots]}) AND ${of}
    ORDER BY lot.sequence, lot.id LIMIT ${MAX_LOTS + 1}`;
  const byStrong = await read(Prisma.sql`lot.issuer = ANY(${strong})`);
  const byOthers = await read(Prisma.sql`lot.issuer <> ALL(${strong})`);
  const named = [...byStrong, ...byOthers].filter((row) => maker.isNamedBy(row));
  const visible = await seenAmong(
    prisma,
    reader,
    named.map(({ id }) => id),
  );
  const rows = tells.pieces ? named : named.filter(({ id }) => visible.has(id));
  const claims = await claimsOf(prisma, reader, rows, maker);
  const unread = new Set(rows.flatMap((row, i) => (claims[i] ? [] : [maker.voucherOf(row)])));
  const complete = completeFor(about, tells.pieces, {
    strong: byStrong.length <= MAX_LOTS,
    others: byOthers.length <= MAX_LOTS,
  });
  const distinct = new Map(
    claims.flatMap((each) => (each ? [[JSON.stringify(each), each] as const] : [])),
  );
  return {
    siblings: {
      claims: [...distinct.values()],
      // One that cannot be read could contradict.
      complete: complete.filter((voucher) => !unread.has(voucher)),
    },
  };
};

/** What each lot's origin states. Undefined where it cannot be read. */
async function claimsOf(
  prisma: Context["prisma"],
  reader: Reader,
  rows: readonly Row[],
  maker: Maker,
): Promise<(Sibling | undefined)[]> {
  const events = await prisma.event.findMany({
    where: { hash: { in: [...new Set(rows.map(({ origin }) => origin))] } },
    select: { hash: true, details: true, secret: true, disclosure: true, restricted: true },
  });
  const corrected = await correctedFacts(
    prisma,
    rows.map(({ id }) => id),
  );
  // Of a lot that the reader handed on, later corrections are not told.
  const sight = await sightOf(prisma, reader, [...corrected.keys()]);
  for (const lot of [...corrected.keys()]) {
    const end = sight.endOf(lot);
    const upTo = end && { sequence: end.upTo, by: reader.byGrant ? null : reader.party };
    const earlier = upTo && (await correctedFacts(prisma, [lot], upTo)).get(lot);
    if (earlier) corrected.set(lot, earlier);
    else if (upTo) corrected.delete(lot);
  }
  const byHash = new Map(events.map((event) => [event.hash, { event, details: detailsOf(event) }]));
  return rows.map((row) => {
    const { event, details } = byHash.get(row.origin) ?? {};
    return event && details
      ? { by: maker.voucherOf(row), ...claimOf(event, details, row.index, corrected.get(row.id)) }
      : undefined;
  });
}

/** An event's details, as far as this service has them. Undefined where they cannot be read. */
const detailsOf = (event: Pick<Event, "details" | "secret" | "disclosure">): Details | undefined =>
  visibleDetails(event, () => true)?.details;

/** What an origin states of one lot, as corrected. Leaves out what the event's author restricted. */
function claimOf(
  event: Pick<Event, "restricted">,
  details: Details,
  index: number,
  corrected: CorrectedFacts | undefined,
): Omit<Sibling, "by"> {
  const restricted = restrictionsOf(event);
  const openDetail = (
    name: "mpn" | "dateCode" | "dateCodeFormat" | "dateCodeNewest" | "countryOfOrigin",
  ) =>
    restricted === undefined || name in restricted
      ? undefined
      : ((corrected?.has(name)
          ? corrected.get(name)
          : entryDetail(details, index, name)) as EntryDetails[typeof name]);
  const [mpn, dateCode, dateCodeFormat] = [
    openDetail("mpn"),
    openDetail("dateCode"),
    openDetail("dateCodeFormat"),
  ];
  const countryOfOrigin = openDetail("countryOfOrigin");
  return {
    ...(mpn !== undefined && { mpn }),
    ...(dateCode !== undefined && { dateCode }),
    ...(dateCodeFormat !== undefined && { dateCodeFormat }),
    dateMixed: openDetail("dateCodeNewest") !== undefined,
    ...(countryOfOrigin !== undefined && { countryOfOrigin }),
  };
}
