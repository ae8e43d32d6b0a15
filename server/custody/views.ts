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
import { columnsFor } from "./lot-columns.ts";
import { reasonsFor } from "../access/reasons.ts";
import { isOpenTo, NOBODY, type Reader, visibleDetails } from "../access/visibility.ts";
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
  lots: readonly Lot[],
  reader: Reader = NOBODY,
): Promise<LotView[]> {
  const nameOf = await namer(
    db,
    lots.flatMap(({ issuer, holder, consignee }) => [issuer, holder, consignee]),
  );
  const settlements = await db.settlement.findMany({
    where: { id: { in: [...new Set(lots.map(({ lastEvent }) => lastEvent))] } },
    select: { id: true, state: true },
  });
  const states = new Map(settlements.map(({ id, state }) => [id, state]));
  const columns = new Map<string, Awaited<ReturnType<typeof columnsFor>>>();
  for (const lot of lots) columns.set(lot.id, await columnsFor(db, reader, lot));
  return lots.map((lot) => ({
    lot: lot.id,
    ...columns.get(lot.id)!,
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
  merkleLog: Pick<Context["merkleLog"], "operator">;
}

/** The views of events, for a reader. */
export async function eventViews(
  db: Db,
  reader: Reader,
  rows: readonly StoredEvent[],
  { showsLot, proofs, merkleLog }: EventOptions,
): Promise<EventView[]> {
  const places = await placesOf(db, merkleLog, rows);
  const settlements = rows.map(({ settlement }) => settlement);
  const reasonOf = await reasonsFor(db, reader, settlements);
  const nameOf = await namer(
    db,
    rows.flatMap(({ actor, holder, consignee }) => [actor, holder, consignee]),
  );
  return rows.map((row) => {
    const event = parsedBy(CustodyEvent, row.bytes);
    const entries = event?.entries ?? [];
    const { actor, holder, consignee, time } = event ?? { ...row, time: Number(row.time) };
    const visible = new Set(entries.keys().filter((i) => showsLot(entries[i]!.lot)));
    const seen = visibleDetails(
      row,
      isOpenTo(reader, { actor, holder, consignee, restricted: row.restricted }, visible),
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
