// Makes, lists and ends grants by which a party lets an auditor read. Lists what was read with them.
import { z } from "zod";
import { DetailNameText } from "../../../protocol/event/restrict.ts";
import { Text } from "../../../protocol/base/text.ts";
import { Address, Time } from "../../../protocol/base/values.ts";
import { GrantId, GrantRead, GrantView, NewGrant, UpTo } from "../../../api/grants.ts";
import { pageOf } from "../../../api/page.ts";
import type { Grant } from "../../../prisma/generated/client.ts";
import { endGrant, grantOf, makeGrant } from "../../access/grants.ts";
import type { Reader } from "../../access/visibility.ts";
import { namer } from "../../custody/views.ts";
import type { Db } from "../../storage/db.ts";
import { cut, pageQuery, readCursor } from "./page.ts";
import { LotName } from "../lot-names.ts";
import { partyOf, route } from "./route.ts";

const byParty = { scope: "write", who: "party" } as const;
const MAX_GRANTED_LOTS = 1_000;
const MAX_GRANTED_FIELDS = 200;
/** At most the year 3000, in Unix seconds: the database stores these times as dates. */
const GrantTime = Time.max(32_503_680_000);
const Wanted = z.strictObject({
  grantee: Address.nullable().default(null).meta({
    description:
      "The party that may read, with its own API key. Null: anyone who has the link's token.",
  }),
  label: Text(1, 128).meta({ description: "Who it is for and why, for your own list." }),
  lots: z
    .array(LotName)
    .min(1)
    .max(MAX_GRANTED_LOTS)
    .meta({ description: "The lots whose trails are opened." }),
  upTo: UpTo.default("trail"),
  fields: z.array(DetailNameText).max(MAX_GRANTED_FIELDS).default([]).meta({
    description: "Further fields to open, as far as you may see them yourself.",
  }),
  from: GrantTime.optional().meta({
    description: "When it begins, in Unix seconds (default: now).",
  }),
  until: GrantTime.meta({ description: "When it ends, in Unix seconds." }),
});

export const grants = [
  route({
    method: "post",
    path: "/v1/grants",
    tag: "Grants",
    summary: "Let an auditor read lots, with its API key or with a link that expires",
    about:
      "A grant never shows more than the caller may see, and ends for a lot that the caller sees no longer. The grantee can read `/v1/lots/:lot`, its trail, verdict, bundle " +
      "and documents, and nothing else. Every read is recorded. Keep a link's token as safe as a key until it expires.",
    access: byParty,
    body: Wanted,
    lots: ["body.lots.*"],
    isSecret: true,
    answers: { 201: NewGrant },
    async handle({ ctx }, { body: { from = ctx.clock(), ...wanted }, caller }) {
      const { grant, token } = await makeGrant(ctx, partyOf(caller), {
        ...wanted,
        from,
      });
      const [view] = await grantViews(ctx.prisma, [grant], caller);
      return { status: 201, body: { ...view, token } };
    },
  }),
  route({
    method: "get",
    path: "/v1/grants",
    tag: "Grants",
    summary: "List grants that the caller gave or received",
    access: { scope: "read", who: "party" },
    query: z.strictObject({
      direction: z.enum(["given", "received"]).default("given"),
      ...pageQuery,
    }),
    answers: { 200: pageOf(GrantView) },
    async handle({ ctx: { prisma } }, { query: { direction, limit, cursor }, caller }) {
      const party = partyOf(caller);
      const [time, id] = readCursor(cursor, /^\d{1,15}$/, /^[0-9a-f]{12}$/) ?? [];
      const createdAt = new Date(Number(time ?? 0));
      const rows = await prisma.grant.findMany({
        where: {
          ...(direction === "given" ? { granter: party } : { grantee: party }),
          ...(id !== undefined && {
            OR: [{ createdAt: { gt: createdAt } }, { createdAt, id: { gt: id } }],
          }),
        },
        orderBy: [{ createdAt: "asc" }, { id: "asc" }],
        take: limit + 1,
      });
      const { items, next } = cut(rows, limit, (row) => [String(row.createdAt.getTime()), row.id]);
      return { status: 200, body: { items: await grantViews(prisma, items, caller), next } };
    },
  }),
  route({
    method: "post",
    path: "/v1/grants/:id/end",
    tag: "Grants",
    summary: "End a grant at once",
    access: byParty,
    params: z.object({ id: GrantId }),
    body: z.strictObject({}),
    answers: { 200: GrantView },
    async handle({ ctx }, { params: { id }, caller }) {
      const ended = await endGrant(ctx, partyOf(caller), id);
      const [view] = await grantViews(ctx.prisma, [ended], caller);
      return { status: 200, body: view };
    },
  }),
  route({
    method: "get",
    path: "/v1/grants/:id/reads",
    tag: "Grants",
    summary: "List what was read with a grant, and when",
    access: { scope: "read", who: "party" },
    params: z.object({ id: GrantId }),
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf(GrantRead) },
    async handle({ ctx: { prisma } }, { params: { id }, query: { limit, cursor }, caller }) {
      const grant = await grantOf(prisma, partyOf(caller), id);
      const [position] = readCursor(cursor, /^\d{1,18}$/) ?? [];
      const rows = await prisma.grantRead.findMany({
        where: { grant: grant.id, id: { gt: BigInt(position ?? 0) } },
        orderBy: { id: "asc" },
        take: limit + 1,
      });
      const page = cut(rows, limit, (row) => [String(row.id)]);
      const items = page.items.map(({ at, what, lot, document }) => ({
        at: secondsOf(at),
        what,
        lot,
        document,
      }));
      return { status: 200, body: { items, next: page.next } };
    },
  }),
];

const secondsOf = (date: Date) => Math.floor(date.getTime() / 1000);

async function grantViews(db: Db, rows: readonly Grant[], reader: Reader): Promise<GrantView[]> {
  const nameOf = await namer(
    db,
    rows.flatMap(({ granter, grantee }) => [granter, grantee ?? []].flat()),
  );
  return rows.map((row) => ({
    ...grantView(row, reader),
    granterName: nameOf(row.granter).name,
    granteeName: row.grantee === null ? null : nameOf(row.grantee).name,
  }));
}

function grantView(
  { id, granter, grantee, label, lots, upTo, fields, from, until, endedAt }: Grant,
  { party }: Reader,
): Omit<GrantView, "granterName" | "granteeName"> {
  return {
    id,
    granter,
    grantee,
    label: party === granter ? label : null,
    lots,
    upTo: upTo as GrantView["upTo"],
    fields,
    from: secondsOf(from),
    until: secondsOf(until),
    endedAt: endedAt && secondsOf(endedAt),
  };
}
