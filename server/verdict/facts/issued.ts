// Checks whether a possible issuer issued the package ids on a label that are not the lot's own.
import { textsOf } from "../../../protocol/label/values.ts";
import { ACTIONS, type CustodyEvent } from "../../../protocol/event/event.ts";
import { issuerOf, lotId, LotNumber } from "../../../protocol/event/lot.ts";
import { claimedLots } from "../../../protocol/trail/trail.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import type { Context } from "../../context.ts";
import type { About, FactSource } from "./source.ts";
import { lotsFor } from "../../access/visibility.ts";

/** Package ids of one label that are looked up. Labels have one or two. */
const MAX_IDS = 8;
/** Possible issuers that are looked up. */
const MAX_ISSUERS = 16;

/**
 * Looks up the label's package ids that are not the lot's own. Gives no fact where the chain's node does not answer. A label
 * can have any text: of lots that the reader does not see, it is told only what the ledger publishes, unless a manufacturer
 * vouches for the lot.
 */
export const issued: FactSource = async (ctx, about) => {
  const { label, lot, maker, tells } = about;
  if (label?.status !== "read") return {};
  const own = [lot.lotNumber, lot.packageId];
  const ids = textsOf(label, "packageId", "licencePlate").filter((id) => !own.includes(id));
  if (ids.length === 0) return { issued: [] };
  const ancestors = [...about.ancestry.lots, ...claimedLots(about.ancestry)];
  const issuers = [...new Set([lot.issuer, ...maker.parties, ...ancestors.map(issuerOf)])].slice(
    0,
    MAX_ISSUERS,
  );
  // The party that commissioned or assembled the lot is its manufacturer, whatever the label calls it.
  const isMakerKnown =
    maker.parties.length > 0 || about.trail.events.some(({ event }) => isByMaker(event, ancestors));
  try {
    const lookups = ids.slice(0, MAX_IDS).map(async (id) => ({
      id,
      issued: await isIssued(ctx, about, issuers, id),
      known: tells.pieces && isMakerKnown,
    }));
    return { issued: await Promise.all(lookups) };
  } catch (error) {
    ctx.log.warn({ err: error }, "the issuers of a label's package ids could not be looked up");
    return {};
  }
};

const BY_MAKERS: readonly number[] = [ACTIONS.commission, ACTIONS.assemble];
const isByMaker = ({ action, entries }: CustodyEvent, lots: readonly string[]) =>
  BY_MAKERS.includes(action) &&
  entries.some(({ lot, previous }) => previous === ZERO_HASH && lots.includes(lot));

/** Whether one of these parties issued a lot with this number, or gave one of its lots this package id. */
async function isIssued(
  { prisma, reader: ledger }: Context,
  { reader, tells }: About,
  issuers: readonly string[],
  id: string,
): Promise<boolean> {
  const lots = LotNumber.safeParse(id).success ? issuers.map((issuer) => lotId(issuer, id)) : [];
  const isItsId = {
    OR: [{ id: { in: lots } }, { packageId: id, issuer: { in: [...issuers] } }],
  };
  const here = await prisma.lot.findFirst({
    where: { AND: [isItsId, ...(tells.pieces ? [] : [lotsFor(reader)])] },
    select: { id: true },
  });
  if (here || lots.length === 0) return here !== null;
  const { hash } = await ledger.head();
  return (await ledger.words(lots, hash)).some(({ word }) => word !== ZERO_HASH);
}
