// Counts the lots that new authorisations are about, among those that their issuer made, so that a brand that no lot has is noticed.
// Reads a lot's brand as rule V04 does.
import type { AuthorisationReach } from "../../api/statements.ts";
import { ACTIONS } from "../../protocol/event/event.ts";
import type { Authorisation } from "../../protocol/event/statement.ts";
import { isSameName } from "../../protocol/verify/parts.ts";
import { type Reader, isOpenTo, visibleDetails } from "../access/visibility.ts";
import type { Context } from "../context.ts";

/** The most lots of a manufacturer that are read: a person waits for the answer. */
const MAX_LOTS = 5_000;
/** Events whose details are read together. */
const EVENTS_AT_ONCE = 100;

interface MadeLot {
  event: string;
  index: number;
  holder: string;
}

/** How many lots have a brand, and are held by a party. */
interface Kind {
  brand: string;
  holder: string;
  lots: number;
}

/**
 * Counts the lots of each authorisation of a list, in the list's order.
 * @returns null if the issuer made too many lots
 */
export async function reachOf(
  ctx: Context,
  reader: Reader & { party: string },
  items: readonly { row: number; content: Authorisation }[],
): Promise<AuthorisationReach[] | null> {
  const kinds = await kindsOf(ctx, reader);
  return (
    kinds &&
    items.map(({ row, content: { brand, party } }) => {
      const own = kinds.filter((kind) => isSameName(kind.brand, brand));
      const count = (some: readonly Kind[]) => some.reduce((sum, { lots }) => sum + lots, 0);
      return { row, lots: count(own), held: count(own.filter(({ holder }) => holder === party)) };
    })
  );
}

async function kindsOf({ prisma }: Context, reader: Reader & { party: string }) {
  const { party } = reader;
  // What is split off counts with the lot that it comes from.
  const made = await prisma.$queryRaw<MadeLot[]>`
    SELECT lot.origin AS event, entry.index, lot.holder FROM lot
    JOIN event ON event.hash = lot.origin AND event.action IN (${ACTIONS.commission}, ${ACTIONS.assemble})
    JOIN entry ON entry.event = lot.origin AND entry.lot = lot.id
    WHERE lot.issuer = ${party} LIMIT ${MAX_LOTS + 1}`;
  if (made.length > MAX_LOTS) return null;
  const owner = await prisma.party.findUnique({ where: { address: party } });
  const kinds = new Map<string, Kind>();
  const ofEvent = [...Map.groupBy(made, ({ event }) => event)];
  for (let i = 0; i < ofEvent.length; i += EVENTS_AT_ONCE) {
    const some = new Map(ofEvent.slice(i, i + EVENTS_AT_ONCE));
    const events = await prisma.event.findMany({ where: { hash: { in: [...some.keys()] } } });
    for (const event of events) {
      const lots = some.get(event.hash)!;
      const isOpen = isOpenTo(reader, event, new Set(lots.map(({ index }) => index)));
      const details = visibleDetails(event, isOpen)?.details;
      for (const { index, holder } of lots) {
        const stated = { ...details, ...details?.entries?.[index] };
        const brand = stated.brand ?? stated.manufacturer ?? owner?.name;
        if (typeof brand !== "string") continue;
        const key = JSON.stringify([brand, holder]);
        kinds.set(key, { brand, holder, lots: (kinds.get(key)?.lots ?? 0) + 1 });
      }
    }
  }
  return [...kinds.values()];
}
