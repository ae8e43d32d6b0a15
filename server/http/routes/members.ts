// Serves and changes the operator's list of people who may sign in with a company account.
import { z } from "zod";
import { MemberId, MemberView, NewMember } from "../../../api/members.ts";
import { pageOf } from "../../../api/page.ts";
import type { Member } from "../../../prisma/generated/client.ts";
import { addMember, removeMember } from "../../access/members.ts";
import { namer } from "../../custody/views.ts";
import type { Db } from "../../storage/db.ts";
import { cut, pageQuery, readCursor } from "./page.ts";
import { route } from "./route.ts";

const byOperator = { scope: "admin", who: "operator" } as const;
const tag = "Administration";

export const members = [
  route({
    method: "get",
    path: "/v1/members",
    tag,
    summary: "List the people who may sign in with a company account",
    access: byOperator,
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf(MemberView) },
    async handle({ ctx: { prisma } }, { query: { limit, cursor } }) {
      const [position] = readCursor(cursor, /^[0-9a-f]{12}$/) ?? [];
      const rows = await prisma.member.findMany({
        where: { endedAt: null, ...(position !== undefined && { id: { gt: position } }) },
        orderBy: { id: "asc" },
        take: limit + 1,
      });
      const { items, next } = cut(rows, limit, ({ id }) => [id]);
      return { status: 200, body: { items: await memberViews(prisma, items), next } };
    },
  }),
  route({
    method: "post",
    path: "/v1/members",
    tag,
    summary: "Let somebody sign in with a company account",
    about:
      "The provider that OIDC_ISSUER names must have confirmed the address. The account that signs in first under it keeps it.",
    access: byOperator,
    body: NewMember,
    answers: { 201: MemberView },
    async handle({ ctx }, { body }) {
      const member = await addMember(ctx, body);
      const [view] = await memberViews(ctx.prisma, [member]);
      return { status: 201, body: view };
    },
  }),
  route({
    method: "delete",
    path: "/v1/members/:id",
    tag,
    summary: "Take the right to sign in with a company account away, and end the sessions",
    access: byOperator,
    params: z.object({ id: MemberId }),
    answers: { 204: null },
    async handle({ ctx }, { params: { id } }) {
      await removeMember(ctx, id);
      return { status: 204 };
    },
  }),
];

async function memberViews(db: Db, rows: readonly Member[]): Promise<MemberView[]> {
  const nameOf = await namer(
    db,
    rows.flatMap(({ party }) => party ?? []),
  );
  return rows.map(({ id, email, party, scope, madeAt, usedAt }) => ({
    id,
    email,
    party: party === null ? null : nameOf(party),
    scope,
    made: Number(madeAt),
    used: usedAt === null ? null : Number(usedAt),
  }));
}
