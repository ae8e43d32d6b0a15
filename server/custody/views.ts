// What of rows goes out as JSON: the forms of lots, events, parties and notices, and how they are made.
import { z } from "zod";
import { Disclosure } from "../../protocol/event/details.ts";
import { ACTIONS, actionName, type ActionName, CustodyEvent } from "../../protocol/event/event.ts";
import { issuerOf } from "../../protocol/event/lot.ts";
import { ROLES, roleNames, type RoleName } from "../../protocol/event/roles.ts";
import {
  Address,
  Hash,
  Quantity,
  Time,
  ZERO_ADDRESS,
  ZERO_HASH,
} from "../../protocol/base/values.ts";
import {
  type Lot,
  type Party,
  type Settlement,
  SettlementState,
} from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { placesOf } from "../log/places.ts";
import { columnsFor } from "./lot-columns.ts";
import { reasonsFor } from "../access/reasons.ts";
import { isOpenTo, namedTo, NOBODY, type Reader, shownDetails } from "../access/visibility.ts";
import type { StoredEvent } from "./trails.ts";

/* PARTIES */

export const RoleNames = z.array(z.enum(Object.keys(ROLES) as [RoleName, ...RoleName[]]));

export const PartyName = z
  .strictObject({ address: Address, name: z.string().nullable(), roles: RoleNames })
  .meta({
    id: "PartyName",
    description:
      "A party, its name on the ledger and its roles. The name is shown to itself, to those whom it handed lots to or got " +
      "lots from, and to whom one of these grants it; else it is null, as where the ledger knows none.",
  });
export type PartyName = z.infer<typeof PartyName>;

/** Names the parties of some addresses as far as a reader may know them, with two queries for all. */
export async function namer(
  db: Db,
  reader: Reader,
  addresses: readonly string[],
): Promise<(address: string) => PartyName> {
  const parties = await db.party.findMany({ where: { address: { in: [...new Set(addresses)] } } });
  const named = await namedTo(
    db,
    reader,
    parties.map(({ address }) => address),
  );
  const known = new Map(parties.map((party) => [party.address, party]));
  return (address) => {
    const { name = null, roles = 0 } = known.get(address) ?? {};
    return { address, name: named.has(address) ? name : null, roles: roleNames(roles) };
  };
}

const partyShape = {
  address: Address,
  name: z.string(),
  roles: RoleNames,
  identity: Hash.meta({
    description: "The hash that the ledger's owner set for the party's identity; zero: none.",
  }),
  suspended: z.boolean(),
};
export const PartyView = z.strictObject(partyShape).meta({ id: "Party" });

export function partyView({
  address,
  name,
  roles,
  identity,
  suspended,
}: Party): z.infer<typeof PartyView> {
  return { address, name, roles: roleNames(roles), identity, suspended };
}

export const PartyWithKeys = z
  .strictObject({
    ...partyShape,
    keys: z.array(
      z.strictObject({
        key: Address,
        enrolledAt: z.int().meta({ description: "The block of its enrolment." }),
        revokedAt: z.int().nullable().meta({ description: "The block of its revocation." }),
      }),
    ),
  })
  .meta({ id: "PartyWithKeys" });

/* SETTLEMENT */

const SettlementName = z
  .enum(Object.keys(SettlementState) as [SettlementState, ...SettlementState[]])
  .meta({
    id: "SettlementState",
    description:
      "Accepted is not settled: only `final` is for good. `logged` lives by the log alone.",
  });

/** How something stands with the ledger, as fields of a view. */
export const settlementShape = {
  settlement: SettlementName,
  settled: z
    .strictObject({ block: z.int(), transaction: Hash })
    .nullable()
    .meta({ description: "Where the ledger recorded it; null while it has not." }),
  reason: z
    .strictObject({ name: z.string(), args: z.array(z.union([z.string(), z.number()])) })
    .nullable()
    .meta({
      description:
        "Why it is held for a person, or what made it void; else null. Without arguments where they are about a lot or " +
        "an event that the caller does not see.",
    }),
};

/** Where a log has an event that the ledger has not recorded, as a field of a view. */
export const LoggedView = z
  .strictObject({ operator: Address, index: z.int(), size: z.int(), block: z.int() })
  .nullable()
  .meta({
    id: "LoggedAt",
    description:
      "Of an event that the ledger has not recorded: the operator whose log has it, its index there, and the size and the " +
      "block of the first anchored checkpoint that has it. Null while none has, or where the ledger recorded it.",
  });
type SettlementFields = z.infer<z.ZodObject<typeof settlementShape>>;

/** @param reasonOf as `reasonsFor` makes it for the reader */
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

export const Acceptance = z.strictObject({ hash: Hash, settlement: SettlementName }).meta({
  id: "Acceptance",
  description: "It was accepted, now or before: its digest, and how it stands with the ledger.",
});

/* LOTS */

const lotShape = {
  lot: Hash.meta({ description: "The lot's id." }),
  lotNumber: z.string().nullable(),
  manufacturer: z.string().nullable(),
  mpn: z.string().nullable(),
  makerLot: z.string().nullable(),
  dateCode: z.string().nullable(),
  quantity: Quantity.meta({ description: "Pieces; zero: the lot is closed." }),
  issuer: PartyName,
  holder: PartyName,
  consignee: PartyName.nullable().meta({
    description: "Who is to receive it; null where it is not in transit.",
  }),
  inTransit: z.boolean(),
  held: z.boolean().meta({ description: "Its holder has put it on hold." }),
  settlement: SettlementName.meta({ description: "How its last event stands with the ledger." }),
};
export const LotView = z.strictObject(lotShape).meta({ id: "Lot" });
export type LotView = z.infer<typeof LotView>;
export const lotViewShape = lotShape;

/** Lots as they stand after their last live events, as a reader sees them. */
export async function lotViews(
  db: Db,
  lots: readonly Lot[],
  reader: Reader = NOBODY,
): Promise<LotView[]> {
  const nameOf = await namer(
    db,
    reader,
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

export const PlainDetails = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .meta({
    id: "PlainDetails",
    description: "Fields of details, as far as the caller may see them.",
  });
export type PlainDetails = z.infer<typeof PlainDetails>;

const ActionView = z
  .enum(Object.keys(ACTIONS) as [ActionName, ...ActionName[]])
  .meta({ id: "Action" });

export const EventView = z
  .strictObject({
    hash: Hash,
    action: ActionView.nullable().meta({
      description: "Null where the stored event cannot be read any more.",
    }),
    actor: PartyName,
    holder: PartyName.meta({ description: "Who holds the lots after the event." }),
    consignee: PartyName.nullable(),
    time: Time.meta({ description: "When it happened, Unix seconds." }),
    entries: z
      .array(
        z.strictObject({
          lot: Hash,
          quantity: Quantity,
          isNew: z.boolean(),
          details: PlainDetails,
        }),
      )
      .meta({
        description:
          "The event's lots, as far as they belong to what was asked for; pieces after the event.",
      }),
    otherLots: z.int().meta({ description: "How many more lots the event is about." }),
    details: PlainDetails.meta({ description: "What the event says of all its lots." }),
    disclosure: Disclosure.nullable().meta({
      description:
        "The same details with their salts, the rest withheld by hashes, so that the root in the event can be checked.",
    }),
    ...settlementShape,
    logged: LoggedView,
  })
  .meta({ id: "Event" });
export type EventView = z.infer<typeof EventView>;

/** What is wanted of events. */
interface Wanted {
  /** Which lots of the events belong to what the reader asked for. */
  showsLot: (lot: string) => boolean;
  /** Whether disclosures are wanted: they take a while, and much room, for events about many lots. */
  proofs: boolean;
  merkleLog: Pick<Context["merkleLog"], "operator">;
}

/** Events as a reader sees them. */
export async function eventViews(
  db: Db,
  reader: Reader,
  rows: readonly StoredEvent[],
  { showsLot, proofs, merkleLog }: Wanted,
): Promise<EventView[]> {
  const places = await placesOf(db, merkleLog, rows);
  const settlements = rows.map(({ settlement }) => settlement);
  const reasonOf = await reasonsFor(db, reader, settlements);
  const nameOf = await namer(
    db,
    reader,
    rows.flatMap(({ actor, holder, consignee }) => [actor, holder, consignee]),
  );
  return rows.map((row) => {
    const event = readEvent(row.bytes);
    const entries = event?.entries ?? [];
    const { actor, holder, consignee, time } = event ?? { ...row, time: Number(row.time) };
    const shown = new Set(entries.keys().filter((i) => showsLot(entries[i]!.lot)));
    const seen = shownDetails(
      row,
      isOpenTo(reader, { actor, holder, consignee, restricted: row.restricted }, shown),
    );
    const { entries: entryDetails = [], ...shared } = seen?.details ?? {};
    return {
      hash: row.hash,
      action: (event && actionName(event.action)) ?? null,
      ...{ actor: nameOf(actor), holder: nameOf(holder) },
      consignee: consignee === ZERO_ADDRESS ? null : nameOf(consignee),
      time,
      entries: entries.flatMap(({ lot, quantity, previous }, i) =>
        shown.has(i)
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
      otherLots: entries.length - shown.size,
      details: shared as PlainDetails,
      disclosure: (proofs && seen?.disclosure()) || null,
      ...settlementFields(row.settlement, reasonOf),
      logged: places.get(row.hash) ?? null,
    };
  });
}

function readEvent(bytes: string): CustodyEvent | undefined {
  try {
    return CustodyEvent.safeParse(JSON.parse(bytes)).data;
  } catch {
    return undefined; // somebody altered the row: the verdict names it
  }
}
