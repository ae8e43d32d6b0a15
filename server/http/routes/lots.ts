// Searches lots, and serves their details, trails in both directions and verdicts.
import { z } from "zod";
import { CustodyEvent } from "../../../protocol/event/event.ts";
import { Expected } from "../../../protocol/label/expected.ts";
import { LotNumber, LotState, wordOf } from "../../../protocol/event/lot.ts";
import { PolicyDocument } from "../../../protocol/verdict/policy.ts";
import { MAX_ENTRIES } from "../../../protocol/base/limits.ts";
import { Text } from "../../../protocol/base/text.ts";
import { ancestryOf } from "../../../protocol/trail/trail.ts";
import { Address, Hash, ZERO_ADDRESS } from "../../../protocol/base/values.ts";
import { Verdict } from "../../../protocol/verdict/verdict.ts";
import { LotTwins, LotView, LotWithDetails, TrailDown, TrailUp } from "../../../api/lots.ts";
import { pageOf } from "../../../api/page.ts";
import type { Lot, Prisma } from "../../../prisma/generated/client.ts";
import type { Context } from "../../context.ts";
import type { Db } from "../../storage/db.ts";
import { descendantsOf } from "../../custody/descendants.ts";
import { lotRead } from "../../access/grants.ts";
import { sightOf } from "../../access/sight.ts";
import { visibleLots } from "../../custody/lot-columns.ts";
import { placesOf } from "../../log/places.ts";
import { reasonsFor } from "../../access/reasons.ts";
import { afterLot, firstLots, lotsSince, lotsWithWords, wordsOf } from "../../custody/search.ts";
import { twinsOf } from "../../custody/twins.ts";
import { trailRows } from "../../custody/trails.ts";
import { verdictOf } from "../../verdict/verdict.ts";
import { eventViews, lotViews, settlementFields } from "../../custody/views.ts";
import { lotsFor, type Reader, seenAmong } from "../../access/visibility.ts";
import { LotName } from "../lot-names.ts";
import { cut, LOT, type Page, pageQuery, readCursor, SEQUENCE } from "./page.ts";
import { partyOf, route } from "./route.ts";
import { wholeNumber } from "./whole-number.ts";

const read = { scope: "read", who: "anyone" } as const;
const ofLot = z.object({ lot: LotName });
const word = Text(1, 64).optional();
const yesOrNo = z.enum(["true", "false"]).optional();

const Search = z.strictObject({
  mpn: word.meta({ description: "The manufacturer's part number, exactly." }),
  lotNumber: LotNumber.optional().meta({ description: "The issuer's package id, exactly." }),
  dateCode: word.meta({ description: "The date code as written, exactly." }),
  makerLot: word.meta({ description: "The manufacturer lot code, exactly." }),
  manufacturer: word.meta({ description: "The manufacturer's name, exactly." }),
  holder: Address.optional().meta({ description: "The party that holds it." }),
  consignee: Address.optional().meta({ description: "The party to which it is on its way." }),
  held: yesOrNo.meta({ description: "Whether it is on hold." }),
  inTransit: yesOrNo.meta({ description: "Whether it is on its way to a consignee." }),
  since: wholeNumber().optional().meta({
    description: "Its last event is of this time or later, in Unix seconds.",
  }),
  q: Text(1, 128)
    .optional()
    .meta({ description: "Words that must all occur in the lot's texts, ignoring case." }),
  ...pageQuery,
});

export const lots = [
  route({
    method: "get",
    path: "/v1/lots",
    reads: "replica",
    tag: "Lots",
    summary: "Search lots",
    about:
      "The lots that the caller issued, holds, held or is to receive, in the order in which the service learnt of them.",
    access: read,
    query: Search,
    answers: { 200: pageOf(LotView) },
    async handle({ ctx: { prisma } }, { query, caller }) {
      const { items, next } = await pageOfLots(prisma, caller, query);
      return { status: 200, body: { items: await lotViews(prisma, items, caller), next } };
    },
  }),
  route({
    method: "post",
    path: "/v1/lots/twins",
    inStandby: true,
    tag: "Lots",
    summary: "Find registered lot numbers that are almost the same",
    about:
      "Asked before lots are registered: lots of the caller's own with numbers that differ from these in capitals or blanks alone. Both would stand, and people confuse them. A number that is registered exactly so is no twin of itself.",
    access: { scope: "read", who: "party" },
    body: z.strictObject({ lotNumbers: z.array(LotNumber).min(1).max(MAX_ENTRIES) }),
    answers: { 200: LotTwins },
    async handle({ ctx: { prisma } }, { body, caller }) {
      const items = await twinsOf(prisma, partyOf(caller), body.lotNumbers);
      return { status: 200, body: { items } };
    },
  }),
  route({
    method: "get",
    path: "/v1/lots/:lot",
    reads: "replica",
    tag: "Lots",
    summary: "Read a lot",
    access: { ...read, links: true },
    params: ofLot,
    lots: ["params.lot"],
    answers: { 200: LotWithDetails },
    async handle({ ctx }, { params, caller }) {
      const { lot, reader } = await lotRead(ctx, caller, params.lot, "lot");
      return { status: 200, body: await lotWithDetails(ctx, reader, lot) };
    },
  }),
  route({
    method: "get",
    path: "/v1/lots/:lot/trail",
    reads: "replica",
    tag: "Lots",
    summary: "Read a lot's trail, or the lots made from it",
    access: { ...read, links: true },
    params: ofLot,
    lots: ["params.lot"],
    query: z.strictObject({
      direction: z
        .enum(["up", "down"])
        .default("up")
        .meta({ description: "up: back to the origin. down: the lots made from it." }),
      proofs: z.enum(["true", "false"]).default("true").meta({
        description: "Whether to include disclosures. They are long for events with many lots.",
      }),
    }),
    answers: { 200: z.union([TrailUp, TrailDown]) },
    async handle({ ctx }, { params, query, caller }) {
      const { prisma } = ctx;
      const { lot, reader } = await lotRead(ctx, caller, params.lot, "trail");
      const { id } = lot;
      const trail =
        query.direction === "up"
          ? await trailUp(ctx, reader, id, query.proofs === "true")
          : await trailDown(prisma, reader, id);
      return { status: 200, body: { lot: id, direction: query.direction, ...trail } };
    },
  }),
  route({
    method: "get",
    path: "/v1/lots/:lot/verdict",
    reads: "replica",
    tag: "Lots",
    summary: "Verify a lot now",
    about:
      "Replays the lot's whole trail and compares it with the chain. It cannot see whether a chip is genuine. It says whether the claims, their authors and their times fit together.",
    access: { ...read, links: true },
    params: ofLot,
    lots: ["params.lot"],
    answers: { 200: Verdict.meta({ id: "Verdict" }) },
    async handle({ ctx }, { params, caller }) {
      const { lot, reader } = await lotRead(ctx, caller, params.lot, "verdict");
      return { status: 200, body: await verdictOf(ctx, lot.id, { reader }) };
    },
  }),
  route({
    method: "post",
    path: "/v1/lots/:lot/verdict",
    inStandby: true,
    reads: "replica",
    tag: "Lots",
    summary: "Verify a lot against an order, by another policy, or as of an earlier block",
    about: "Otherwise the same as the GET request. Nothing is stored.",
    access: read,
    params: ofLot,
    lots: ["params.lot"],
    body: z.strictObject({
      expected: Expected.exactOptional().meta({
        description: "The order or packing list.",
      }),
      policy: PolicyDocument.exactOptional().meta({
        description: "Replaces the caller's own policy.",
      }),
      at: Hash.exactOptional().meta({
        description: "The hash of the block as of which to verify.",
      }),
    }),
    bodyBytes: 4 * 1024 * 1024,
    answers: { 200: Verdict },
    async handle({ ctx }, { params, body, caller }) {
      const { lot, reader } = await lotRead(ctx, caller, params.lot, "verdict");
      return { status: 200, body: await verdictOf(ctx, lot.id, { ...body, reader }) };
    },
  }),
];

/** Filters that are columns of the lot. */
const COLUMNS = ["mpn", "lotNumber", "dateCode", "makerLot", "manufacturer"] as const;

type Filters = z.infer<typeof Search>;

const columnsIn = (query: Filters) =>
  Object.fromEntries(
    COLUMNS.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]] as const])),
  );
const statesIn = ({ holder, consignee }: Filters) => ({
  ...(holder !== undefined && { holder }),
  ...(consignee !== undefined && { consignee }),
});

/**
 * A filter for the rows of lots that match, and for those that may match as the reader sees them: the row of a lot that it
 * handed on can tell what came later.
 */
function matching(query: Filters, reader: Reader): Prisma.LotWhereInput {
  const { held, inTransit } = query;
  const nowhere = { consignee: ZERO_ADDRESS };
  const states: Prisma.LotWhereInput[] = [
    statesIn(query),
    held === undefined ? {} : { held: held === "true" },
    inTransit === undefined ? {} : inTransit === "true" ? { NOT: nowhere } : nowhere,
  ];
  const isByState = states.some((each) => Object.keys(each).length > 0);
  const columns = columnsIn(query);
  const exact = { AND: [columns, ...states] };
  const isFilter = isByState || Object.keys(columns).length > 0;
  if (reader.party === null || !isFilter) return exact;
  const { party } = reader;
  const handedOn: Prisma.LotWhereInput = {
    NOT: { OR: [{ holder: party }, { consignee: party }] },
    ...(isByState ? { OR: [columns, { corrected: true }] } : { corrected: true }),
  };
  return { OR: [exact, handedOn] };
}

/** Whether a lot matches, as the reader sees it. */
function isMatch(lot: Lot, query: Filters): boolean {
  const { held, inTransit } = query;
  const wanted = Object.entries({ ...columnsIn(query), ...statesIn(query) });
  return (
    wanted.every(([name, value]) => lot[name as keyof Lot] === value) &&
    (held === undefined || lot.held === (held === "true")) &&
    (inTransit === undefined || (lot.consignee !== ZERO_ADDRESS) === (inTransit === "true"))
  );
}

const NOT_FILTERS = ["limit", "cursor"];

async function pageOfLots(prisma: Db, reader: Reader, query: Filters): Promise<Page<Lot>> {
  const { q, since, limit, cursor } = query;
  const where = { AND: [lotsFor(reader), matching(query, reader), after(cursor)] };
  const keep = async (rows: readonly Lot[]) =>
    (await visibleLots(prisma, reader, rows)).filter((lot) => isMatch(lot, query));
  const list = { where, take: limit + 1, ...(reader.party !== null && { keep }) };
  const isPlain = Object.entries(query).every(
    ([name, value]) => value === undefined || NOT_FILTERS.includes(name),
  );
  const words = wordsOf(q ?? "");
  const { rows, reached } =
    since !== undefined
      ? await lotsSince(prisma, list, words, since)
      : isPlain
        ? { rows: await firstLots(prisma, where, limit + 1), reached: null }
        : await lotsWithWords(prisma, list, words);
  return cut(rows, limit, ({ sequence, id }) => [String(sequence), id], reached);
}

function after(cursor: string | undefined): Prisma.LotWhereInput {
  const position = readCursor(cursor, SEQUENCE, LOT);
  if (!position) return {};
  return afterLot({ sequence: BigInt(position[0]!), id: position[1]! });
}

type Viewed = Pick<Context, "prisma" | "merkleLog">;

async function lotWithDetails(
  { prisma: db, merkleLog }: Viewed,
  reader: Reader,
  lot: Lot,
): Promise<LotWithDetails> {
  const [view] = await lotViews(db, [lot], reader);
  const origin = await db.event.findUnique({
    where: { hash: lot.origin },
    include: { settlement: true },
  });
  const last = await db.settlement.findUnique({ where: { id: lot.lastEvent } });
  const [creation] = origin
    ? await eventViews(db, reader, [origin], {
        showsLot: (id) => id === lot.id,
        proofs: false,
        merkleLog,
      })
    : [];
  const state = {
    lastEvent: lot.lastEvent,
    holder: lot.holder,
    consignee: lot.consignee,
    quantity: Number(lot.quantity),
    held: lot.held,
  };
  const { settled, reason } = settlementFields(last, await reasonsFor(db, reader, [last]));
  const places = await placesOf(db, merkleLog, [{ hash: lot.lastEvent, settlement: last }]);
  const sight = await sightOf(db, reader, [lot.id]);
  const hasDetails = origin !== null && (origin.details !== null || origin.disclosure !== null);
  return {
    ...view!,
    state,
    word: LotState.safeParse(state).success ? wordOf(state) : null,
    settled,
    reason,
    logged: places.get(lot.lastEvent) ?? null,
    seenTo: sight.endOf(lot.id)?.lastEvent ?? null,
    origin: creation
      ? { event: creation.hash, actor: creation.actor.address, time: creation.time }
      : null,
    details:
      creation && hasDetails ? { ...creation.details, ...creation.entries[0]?.details } : null,
  };
}

async function trailUp(
  { prisma: db, merkleLog }: Viewed,
  reader: Reader,
  lot: string,
  proofs: boolean,
) {
  const sight = await sightOf(db, reader, [lot]);
  const rows = await trailRows(db, lot, sight.endOf(lot)?.lastEvent);
  const readable = rows.filter(({ event }) => CustodyEvent.safeParse(event).success);
  const { lots: ancestry } = ancestryOf(lot, readable);
  const stored = rows.map(({ row }) => row);
  return {
    items: await eventViews(db, reader, stored, {
      showsLot: (id) => ancestry.has(id),
      proofs,
      merkleLog,
      through: { lot, sight },
    }),
  };
}

async function trailDown(db: Db, reader: Reader, lot: string) {
  const { descendants, truncated } = await descendantsOf(db, reader, lot);
  const visible = await seenAmong(
    db,
    reader,
    descendants.map(({ lot: id }) => id),
  );
  const isSeen = (id: string) => id === lot || visible.has(id);
  const listed = descendants.filter(({ lot: id }) => visible.has(id));
  const rows = await db.lot.findMany({ where: { id: { in: listed.map(({ lot: id }) => id) } } });
  const views = new Map((await lotViews(db, rows, reader)).map((view) => [view.lot, view]));
  const items = listed.flatMap(({ lot: id, from, how, made, madeBy, steps }) => {
    const view = views.get(id);
    const used = from.filter((source) => isSeen(source.lot));
    const ids = used.map((source) => source.lot);
    return view ? [{ ...view, from: ids, used, how, made, madeBy, steps }] : [];
  });
  // The trails of the lots that the reader sees show how many lots were made of them, and nothing of what was made of those.
  const withheld = descendants.filter(
    ({ lot: id, from }) => !isSeen(id) && from.some((source) => isSeen(source.lot)),
  );
  return { items, withheld: withheld.length, truncated };
}
