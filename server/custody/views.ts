// Turns rows of lots, events and parties into the views of api/, for one reader.
import { actionName, CustodyEvent } from "../../protocol/event/event.ts";
import { issuerOf } from "../../protocol/event/lot.ts";
import { roleNames } from "../../protocol/event/roles.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import type { EventView, PlainDetails } from "../../api/events.ts";
import type { LotView } from "../../api/lots.ts";
import type { PartyName, PartyView } from "../../api/parties.ts";
import type { SettlementFields } from "../../api/settlement.ts";
import type { Lot, Party, Settlement } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { placesOf } from "../log/places.ts";
import { visibleLots } from "./lot-columns.ts";
import { reasonsFor } from "../access/reasons.ts";
import { type Sight, sightOf } from "../access/sight.ts";
import { isNamed, isOpenTo, NOBODY, type Reader, visibleDetails } from "../access/visibility.ts";
import type { StoredEvent } from "./trails.ts";
import { parsedBy } from "../../protocol/base/canonical.ts";

/* PARTIES */

/** Names the parties of some addresses, with one query for all. Their names are public on the ledger. */
export async function namer(
  db: Db,
  addresses: readonly string[],
): Promise<(address: string) => PartyName> {
  const parties = await db.party.findMany({ where: { address: { in: [...new Set(addresses)] } } });
  const byAddress = new Map(parties.map((party) => [party.address, party]));
  return (address) => {
    const { name = null, roles = 0 } = byAddress.get(address) ?? {};
    return { address, name, roles: roleNames(roles) };
  };
}

/** The view of a party. */
export function partyView({ address, name, roles, identity, suspended }: Party): PartyView {
  return { address, name, roles: roleNames(roles), identity, suspended };
}

/* SETTLEMENT */

/** The settlement fields of a view. @param reasonOf made by `reasonsFor` for the reader */
export function settlementFields(
  settlement: Settlement | null | undefined,
  reasonOf: Awaited<ReturnType<typeof reasonsFor>>,
): SettlementFields {
  const { state = "held", block = null, transaction = null } = settlement ?? {};
  const why = settlement ? reasonOf(settlement) : { name: "SettlementMissing", args: [] };
  return {
    settlement: state,
    settled: block !== null && transaction !== null ? { block, transaction } : null,
    reason: why && { name: why.name, args: [...why.args] },
  };
}

/* LOTS */

/** The views of lots after their last live events, for a reader. */
export async function lotViews(
  db: Db,
  rows: readonly Lot[],
  reader: Reader = NOBODY,
): Promise<LotView[]> {
  const lots = await visibleLots(db, reader, rows);
  const nameOf = await namer(
    db,
    lots.flatMap(({ issuer, holder, consignee }) => [issuer, holder, consignee]),
  );
  const settlements = await db.settlement.findMany({
    where: { id: { in: [...new Set(lots.map(({ lastEvent }) => lastEvent))] } },
    select: { id: true, state: true },
  });
  const states = new Map(settlements.map(({ id, state }) => [id, state]));
  return lots.map((lot) => ({
    lot: lot.id,
    lotNumber: lot.lotNumber,
    manufacturer: lot.manufacturer,
    mpn: lot.mpn,
    makerLot: lot.makerLot,
    dateCode: lot.dateCode,
    quantity: Number(lot.quantity),
    issuer: nameOf(issuerOf(lot.id)),
    holder: nameOf(lot.holder),
    consignee: lot.consignee === ZERO_ADDRESS ? null : nameOf(lot.consignee),
    inTransit: lot.consignee !== ZERO_ADDRESS,
    held: lot.held,
    settlement: states.get(lot.lastEvent) ?? "held",
  }));
}

/* EVENTS */

/** Which parts of events a view shows. */
interface EventOptions {
  /** Whether a lot belongs to those that the reader asked for. */
  showsLot: (lot: string) => boolean;
  /** Whether to include disclosures: for events about many lots they take time and space. */
  proofs: boolean;
  /** The lot through whose trail the reader sees the events, and how far. Missing: it sees each by the event's own lots. */
  through?: { lot: string; sight: Sight };
  merkleLog: Pick<Context["merkleLog"], "operator">;
}

/** The views of events, for a reader. */
export async function eventViews(
  db: Db,
  reader: Reader,
  rows: readonly StoredEvent[],
  { showsLot, proofs, merkleLog, through }: EventOptions,
): Promise<EventView[]> {
  const places = await placesOf(db, merkleLog, rows);
  const settlements = rows.map(({ settlement }) => settlement);
  const reasonOf = await reasonsFor(db, reader, settlements);
  const nameOf = await namer(
    db,
    rows.flatMap(({ actor, holder, consignee }) => [actor, holder, consignee]),
  );
  const lotsOf = (bytes: string) =>
    (parsedBy(CustodyEvent, bytes)?.entries ?? []).map(({ lot }) => lot).filter(showsLot);
  const sight =
    through?.sight ??
    (await sightOf(db, reader, [...new Set(rows.flatMap(({ bytes }) => lotsOf(bytes)))]));
  return rows.map((row) => {
    const event = parsedBy(CustodyEvent, row.bytes);
    const entries = event?.entries ?? [];
    const { actor, holder, consignee, time } = event ?? { ...row, time: Number(row.time) };
    const visible = new Set(entries.keys().filter((i) => showsLot(entries[i]!.lot)));
    const named = { actor, holder, consignee, restricted: row.restricted };
    const shown =
      through === undefined ? entries.map(({ lot }) => lot).filter(showsLot) : [through.lot];
    const isLater = (lots: readonly string[]) =>
      sight.isLaterToAll(row.hash, lots) && !isNamed(reader, named);
    const open = new Set(
      [...visible].filter((i) => !isLater(through ? [through.lot] : [entries[i]!.lot])),
    );
    const seen = isLater(shown)
      ? null
      : visibleDetails(
          row,
          isOpenTo(reader, named, open, (party) => sight.isLater(party, row.hash, shown)),
        );
    const { entries: entryDetails = [], ...shared } = seen?.details ?? {};
    return {
      hash: row.hash,
      action: (event && actionName(event.action)) ?? null,
      actor: nameOf(actor),
      holder: nameOf(holder),
      consignee: consignee === ZERO_ADDRESS ? null : nameOf(consignee),
      time,
      entries: entries.flatMap(({ lot, quantity, previous }, i) =>
        visible.has(i)
          ? [
              {
                lot,
                quantity,
                isNew: previous === ZERO_HASH,
                details: { ...entryDetails[i] } as PlainDetails,
              },
            ]
          : [],
      ),
      otherLots: entries.length - visible.size,
      details: shared as PlainDetails,
      disclosure: (proofs && seen?.disclosure()) || null,
      ...settlementFields(row.settlement, reasonOf),
      logged: places.get(row.hash) ?? null,
    };
  });
}
