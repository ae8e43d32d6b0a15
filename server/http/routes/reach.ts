// Serves the reach of a recall: where the pieces of a lot are, how many went where, and who holds what was made of them.
import { z } from "zod";
import { Hash } from "../../../protocol/base/values.ts";
import {
  MAX_TRACED,
  MAX_TRACED_REACH,
  ManyReached,
  type ReachedLot,
  ReachView,
} from "../../../api/reach.ts";
import type { LotView } from "../../../api/lots.ts";
import { Prisma } from "../../../prisma/generated/client.ts";
import { lotRead } from "../../access/grants.ts";
import { noticesFor, type Reader, seenAmong } from "../../access/visibility.ts";
import type { Context } from "../../context.ts";
import { type Reach, reachOf, reachOfMany } from "../../custody/reach.ts";
import { lotViews } from "../../custody/views.ts";
import { lotsNamed } from "../../labels/lot-names.ts";
import { LotName } from "../lot-names.ts";
import { cut, pageQuery, readCursor, SEQUENCE } from "./page.ts";
import { notFound, route } from "./route.ts";

const read = { scope: "read", who: "anyone" } as const;
const about =
  "Follows splits and products, the nearest first. The issuer of a standing recall sees each lot that the ledger published, " +
  "with holder and quantity; texts such as lot numbers, and log-only lots, only as far as it sees them. Anyone else sees the " +
  "reach among the lots that it sees. The counts of pieces are of the whole reach, on every page.";

export const reach = [
  route({
    method: "get",
    path: "/v1/lots/:lot/reach",
    reads: "replica",
    tag: "Notices",
    summary: "Find where the pieces of a lot are",
    about,
    access: read,
    params: z.object({ lot: LotName }),
    lots: ["params.lot"],
    query: z.strictObject(pageQuery),
    answers: { 200: ReachView },
    async handle({ ctx }, { params, query, caller }) {
      return { status: 200, body: await reachView(ctx, caller, params.lot, query) };
    },
  }),
  route({
    method: "get",
    path: "/v1/notices/:notice/reach",
    reads: "replica",
    tag: "Notices",
    summary: "Find where the pieces are that a notice is about",
    about,
    access: read,
    params: z.object({ notice: Hash }),
    query: z.strictObject(pageQuery),
    answers: { 200: ReachView },
    async handle({ ctx }, { params: { notice: digest }, query, caller }) {
      const [notice] = await ctx.prisma.$queryRaw<{ lot: string }[]>(
        Prisma.sql`SELECT lot FROM notice WHERE digest = ${digest} AND ${noticesFor(caller)}`,
      );
      if (!notice) throw notFound("notice", "notice");
      return { status: 200, body: await reachView(ctx, caller, notice.lot, query) };
    },
  }),
  route({
    method: "post",
    path: "/v1/reach",
    inStandby: true,
    reads: "replica",
    tag: "Notices",
    summary: "Find where the pieces of many lots are",
    about:
      `Up to ${MAX_TRACED} lots by id, lot number or package id, followed together. ${about} A lot that was split from another ` +
      "of them is not counted twice. Names that lead to no lot, or to several, are listed. Nothing is stored.",
    access: read,
    body: z.strictObject({ lots: z.array(LotName).min(1).max(MAX_TRACED) }),
    bodyBytes: 512 * 1024,
    answers: { 200: ManyReached },
    async handle({ ctx }, { body: { lots }, caller }) {
      return { status: 200, body: await manyReached(ctx, caller, lots) };
    },
  }),
];

async function manyReached(
  ctx: Context,
  caller: Reader,
  names: readonly string[],
): Promise<ManyReached> {
  const { prisma } = ctx;
  const byName = await lotsNamed(ctx, { reader: caller, byGrants: false }, names);
  const ids = [...new Set(byName.values().flatMap((some) => (some.length === 1 ? some : [])))];
  const seen = await seenAmong(prisma, caller, ids);
  const { lots, pieces, truncated } = await reachOfMany(
    prisma,
    caller,
    ids.filter((id) => seen.has(id)),
    MAX_TRACED_REACH,
  );
  const rows = lots.map(({ row }) => row);
  const views = new Map((await lotViews(prisma, rows, caller)).map((view) => [view.lot, view]));
  const items = lots.map((one) => itemOf(one, views));
  const listed = new Set(rows.map(({ id }) => id));
  return {
    asked: names.map((name) => {
      const some = byName.get(name.trim()) ?? [];
      const [only] = some.length === 1 ? some : [];
      const lot = only !== undefined && listed.has(only) ? only : null;
      return { name, lot, several: some.length > 1 };
    }),
    pieces,
    byHolder: byHolder(items),
    items,
    truncated,
  };
}

async function reachView(
  ctx: Pick<Context, "prisma" | "clock">,
  caller: Reader,
  lot: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<ReachView> {
  const { prisma } = ctx;
  const { reader } = await lotRead(ctx, caller, lot, "trail");
  const found = await reachOf(prisma, reader, lot);
  const rows = found.lots.map(({ row }) => row);
  const views = new Map((await lotViews(prisma, rows, reader)).map((view) => [view.lot, view]));
  const [position] = readCursor(cursor, SEQUENCE) ?? [];
  const start = position === undefined ? 0 : Number(position) + 1;
  const items = found.lots.map((one, index) => ({ index, item: itemOf(one, views) }));
  const page = cut(items.slice(start, start + limit + 1), limit, ({ index }) => [String(index)]);
  return {
    lot,
    lotNumber: views.get(lot)?.lotNumber ?? null,
    scope: found.scope,
    recall: found.recall,
    pieces: found.pieces,
    byHolder: byHolder(items.map(({ item }) => item)),
    items: page.items.map(({ item }) => item),
    next: page.next,
    truncated: found.truncated,
  };
}

function itemOf(
  { row, kind, from, madeBy, steps, handedOn }: Reach["lots"][number],
  views: ReadonlyMap<string, LotView>,
): ReachedLot {
  const view = views.get(row.id)!;
  const state =
    view.quantity === 0 ? "closed" : view.held ? "on hold" : view.inTransit ? "in transit" : "free";
  return { ...view, kind, state, handedOn, used: from, madeBy, steps };
}

/** The open lots of each holder, the most pieces first. */
function byHolder(items: readonly ReachedLot[]): ReachView["byHolder"] {
  const open = items.filter(({ quantity }) => quantity > 0);
  const groups = [...Map.groupBy(open, ({ holder }) => holder.address).values()];
  const sum = (some: readonly ReachedLot[], kind: ReachedLot["kind"]) =>
    some.reduce((all, item) => all + (item.kind === kind ? item.quantity : 0), 0);
  return groups
    .map((some) => ({
      holder: some[0]!.holder,
      lots: some.length,
      pieces: sum(some, "pieces"),
      products: sum(some, "product"),
    }))
    .sort((a, b) => b.pieces - a.pieces || b.products - a.products);
}
