// Ships lots, receives, refuses and cancels shipments, and lists them.
import { z } from "zod";
import { ACTIONS, actionName } from "../../../protocol/event/event.ts";
import { Address, Hash, Quantity } from "../../../protocol/base/values.ts";
import { pageOf } from "../../../api/page.ts";
import {
  type Outcome,
  SHIPMENT_STATES,
  ShipmentView,
  ShipmentWithLots,
} from "../../../api/shipments.ts";
import { type Lot, Prisma } from "../../../prisma/generated/client.ts";
import * as acts from "../../custody/acts.ts";
import type { Context } from "../../context.ts";
import type { Db } from "../../storage/db.ts";
import { reasonsFor } from "../../access/reasons.ts";
import type { StoredEvent } from "../../custody/trails.ts";
import { eventViews, namer, settlementFields } from "../../custody/views.ts";
import { sightOf } from "../../access/sight.ts";
import { type Reader, seenAmong } from "../../access/visibility.ts";
import { countShippedLots, isInState, NO_LOTS } from "../../custody/shipments.ts";
import { columnsOf } from "../../custody/listing.ts";
import { cut, pageQuery, readCursor, SEQUENCE } from "./page.ts";
import {
  actAnswers,
  answerAct,
  common,
  dateCodesFit,
  LotDetails,
  listOf,
  OldLot,
} from "./plain.ts";
import { LotName } from "../lot-names.ts";
import { notFound, partyOf, route } from "./route.ts";

const write = { scope: "write", who: "party" } as const;
const read = { scope: "read", who: "anyone" } as const;
const ofShipment = z.object({ event: Hash });
const acting = {
  tag: "Acting for a party",
  access: write,
  signs: true,
  answers: actAnswers,
} as const;

const Ship = z
  .strictObject({ consignee: Address, lots: listOf(OldLot), ...common })
  .superRefine(dateCodesFit("lots"));

const ReceivedLot = z.strictObject({
  lot: LotName,
  quantity: Quantity.optional().meta({
    description: "Pieces received, if fewer than were shipped.",
  }),
  details: LotDetails.optional(),
});
const some =
  "The lots of the shipment that the request is about (default: all of them). Needed where some have already been received, refused or cancelled.";
const Receive = z
  .strictObject({ lots: listOf(ReceivedLot).optional().meta({ description: some }), ...common })
  .superRefine(dateCodesFit("lots"));
const SendBack = z
  .strictObject({ lots: listOf(OldLot).optional().meta({ description: some }), ...common })
  .superRefine(dateCodesFit("lots"));

const List = z.strictObject({
  direction: z.enum(["outgoing", "incoming", "both"]).default("both"),
  state: z.enum(SHIPMENT_STATES).default("open").meta({
    description:
      "open: at least one lot is still in transit. partial: so is at least one, and another is not. closed: none is. short, refused, cancelled: this became of at least one lot.",
  }),
  order: z
    .enum(["oldest", "newest"])
    .default("oldest")
    .meta({ description: "Which shipment comes first." }),
  ...pageQuery,
});

function sendBack(name: "refusal" | "cancellation", action: "refuse" | "cancel", summary: string) {
  return route({
    ...acting,
    method: "post",
    path: `/v1/shipments/:event/${name}`,
    summary,
    params: ofShipment,
    body: SendBack,
    lots: ["body.lots.*.lot"],
    handle(parts, { params: { event }, body, caller }) {
      return answerAct(
        parts,
        acts.sendBack(parts.ctx, partyOf(caller), action, { ...body, shipment: event }),
      );
    },
  });
}

export const shipments = [
  route({
    ...acting,
    method: "post",
    path: "/v1/shipments",
    summary: "Ship lots to a consignee",
    body: Ship,
    lots: ["body.lots.*.lot"],
    handle(parts, { body, caller }) {
      return answerAct(parts, acts.ship(parts.ctx, partyOf(caller), body));
    },
  }),
  route({
    ...acting,
    method: "post",
    path: "/v1/shipments/:event/receipt",
    summary: "Receive a shipment, or some lots of it",
    params: ofShipment,
    body: Receive,
    lots: ["body.lots.*.lot"],
    handle(parts, { params: { event }, body, caller }) {
      return answerAct(
        parts,
        acts.receive(parts.ctx, partyOf(caller), { ...body, shipment: event }),
      );
    },
  }),
  sendBack("refusal", "refuse", "Refuse a shipment: it goes back to its shipper"),
  sendBack("cancellation", "cancel", "Cancel your own shipment"),
  route({
    method: "get",
    path: "/v1/shipments",
    reads: "replica",
    tag: "Shipments",
    summary: "List shipments from and to the caller",
    access: read,
    query: List,
    answers: { 200: pageOf(ShipmentView) },
    async handle({ ctx: { prisma } }, { query, caller }) {
      const rows = await findShipments(prisma, caller, query);
      const { items, next } = cut(rows, query.limit, ({ sequence }) => [String(sequence)]);
      return { status: 200, body: { items: await shipmentViews(prisma, caller, items), next } };
    },
  }),
  route({
    method: "get",
    path: "/v1/shipments/:event",
    reads: "replica",
    tag: "Shipments",
    summary: "Read a shipment and the outcome for each of its lots",
    access: read,
    params: ofShipment,
    answers: { 200: ShipmentWithLots },
    async handle({ ctx }, { params, caller }) {
      const { prisma } = ctx;
      const { party } = caller;
      const row = await prisma.event.findFirst({
        where: {
          hash: params.event,
          action: ACTIONS.ship,
          ...(party !== null && { OR: [{ actor: party }, { consignee: party }] }),
        },
        include: { settlement: true },
      });
      if (!row) throw notFound("shipment", "event");
      return { status: 200, body: await shipmentWithLots(ctx, caller, row) };
    },
  }),
];

/** Ship events from or to a reader, one more than a page has. */
async function findShipments(
  db: Db,
  { party }: Reader,
  { direction, state, order, limit, cursor }: z.infer<typeof List>,
): Promise<StoredEvent[]> {
  const [position] = readCursor(cursor, SEQUENCE) ?? [];
  const outgoing = Prisma.sql`event.actor = ${party}`;
  const incoming = Prisma.sql`event.consignee = ${party}`;
  const both = Prisma.sql`(${outgoing} OR ${incoming})`;
  const theirs = party === null ? Prisma.sql`TRUE` : { outgoing, incoming, both }[direction];
  const isNewest = order === "newest";
  const at = position === undefined ? undefined : BigInt(position);
  const after =
    at === undefined
      ? Prisma.sql`TRUE`
      : isNewest
        ? Prisma.sql`sequence < ${at}`
        : Prisma.sql`sequence > ${at}`;
  const page = await db.$queryRaw<{ hash: string }[]>`
    SELECT hash FROM event
    WHERE action = ${ACTIONS.ship} AND ${theirs} AND ${after} AND ${isInState(state)}
    ORDER BY sequence ${isNewest ? Prisma.sql`DESC` : Prisma.sql`ASC`} LIMIT ${limit + 1}`;
  return db.event.findMany({
    where: { hash: { in: page.map(({ hash }) => hash) } },
    include: { settlement: true },
    orderBy: { sequence: isNewest ? "desc" : "asc" },
  });
}

async function shipmentViews(db: Db, reader: Reader, rows: StoredEvent[]): Promise<ShipmentView[]> {
  const nameOf = await namer(
    db,
    rows.flatMap(({ actor, consignee }) => [actor, consignee]),
  );
  const counts = await countShippedLots(
    db,
    rows.map(({ hash }) => hash),
  );
  const settlements = rows.map(({ settlement }) => settlement);
  const reasonOf = await reasonsFor(db, reader, settlements);
  return rows.map(({ hash, actor, consignee, time, settlement }) => ({
    shipment: hash,
    shipper: nameOf(actor),
    consignee: nameOf(consignee),
    time: Number(time),
    ...(counts.get(hash) ?? NO_LOTS),
    ...settlementFields(settlement, reasonOf),
  }));
}

/** The outcome of each action that ends a lot's transit. */
const OUTCOMES: Partial<Record<string, Outcome>> = {
  receive: "received",
  refuse: "refused",
  cancel: "cancelled",
};

/** The columns of a shipment's lots, by lot: as of the shipment, where the reader sees no more of a lot. */
async function columnsAt(
  db: Db,
  reader: Reader,
  { settlement }: StoredEvent,
  lots: readonly Lot[],
): Promise<Map<string, Pick<Lot, "lotNumber" | "mpn" | "dateCode">>> {
  const ids = lots.map(({ id }) => id);
  const [seen, sight] = [await seenAmong(db, reader, ids), await sightOf(db, reader, ids)];
  const upTo = { sequence: settlement?.sequence ?? 0n, by: reader.party };
  const columns = new Map<string, Pick<Lot, "lotNumber" | "mpn" | "dateCode">>();
  for (const lot of lots) {
    const isWhole = seen.has(lot.id) && !sight.endOf(lot.id);
    const then = isWhole || !lot.corrected ? undefined : await columnsOf(db, lot.id, upTo);
    columns.set(lot.id, then?.now ?? lot);
  }
  return columns;
}

async function shipmentWithLots(
  { prisma: db, merkleLog }: Pick<Context, "prisma" | "merkleLog">,
  reader: Reader,
  row: StoredEvent,
): Promise<ShipmentWithLots> {
  const [view] = await shipmentViews(db, reader, [row]);
  const [event] = await eventViews(db, reader, [row], {
    showsLot: () => true,
    proofs: false,
    merkleLog,
  });
  const detailsOf = new Map(event!.entries.map(({ lot, details }) => [lot, details]));
  const entries = await db.entry.findMany({
    where: { event: row.hash },
    orderBy: { index: "asc" },
  });
  const ids = entries.map(({ lot }) => lot);
  const rows = await db.lot.findMany({ where: { id: { in: ids } } });
  const lots = await columnsAt(db, reader, row, rows);
  const answers = await db.entry.findMany({
    where: { lot: { in: ids }, previous: { in: entries.map(({ word }) => word) }, live: true },
    include: { of: { select: { action: true } } },
  });
  const answered = new Map(answers.map((answer) => [answer.lot + answer.previous, answer]));
  const items = entries.map(({ lot, quantity, word, live }) => {
    const answer = answered.get(lot + word);
    const outcome = OUTCOMES[(answer && actionName(answer.of.action)) ?? ""];
    const { lotNumber = null, mpn = null, dateCode = null } = lots.get(lot) ?? {};
    return {
      lot,
      lotNumber,
      mpn,
      dateCode,
      quantity: Number(quantity),
      details: detailsOf.get(lot) ?? {},
      outcome: outcome ?? (live ? "in transit" : "void"),
      received: answer && outcome === "received" ? Number(answer.quantity) : null,
      event: answer?.event ?? null,
    };
  });
  return { ...view!, details: event!.details, items };
}
