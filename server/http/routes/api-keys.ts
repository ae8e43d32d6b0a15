// Makes, lists and revokes API keys: the operator for everyone, a party's administrator for the party.
import { z } from "zod";
import { Text } from "../../../protocol/base/text.ts";
import { Address } from "../../../protocol/base/values.ts";
import { ApiKeyId, ApiKeyView, NewApiKey, SCOPES } from "../../../api/keys.ts";
import { pageOf } from "../../../api/page.ts";
import { CallerView } from "../../../api/service.ts";
import type { ApiKey } from "../../../prisma/generated/client.ts";
import { type Caller, makeApiKey, makeOwnApiKey, revokeApiKey } from "../../access/admin.ts";
import { namer } from "../../custody/views.ts";
import { Refusal } from "../../refusal.ts";
import { cut, pageQuery, readCursor } from "./page.ts";
import { notFound, route } from "./route.ts";

const byAdmin = { scope: "admin", who: "anyone" } as const;
const Wanted = z.strictObject({
  party: Address.nullable().optional().meta({
    description:
      "The party (default: the caller). The operator can name any party, or null for itself.",
  }),
  scope: z.enum(SCOPES),
  label: Text(0, 64).default(""),
});

export const apiKeys = [
  route({
    method: "get",
    path: "/v1/caller",
    tag: "Service",
    summary: "Read whose API key this is",
    access: { scope: "read", who: "anyone" },
    answers: { 200: CallerView },
    async handle({ ctx: { prisma } }, { caller: { id, scope, party } }) {
      const owner = party === null ? null : (await namer(prisma, [party]))(party);
      return { status: 200, body: { id, scope, party: owner } };
    },
  }),
  route({
    method: "post",
    path: "/v1/api-keys",
    tag: "Administration",
    summary: "Make an API key",
    access: byAdmin,
    body: Wanted,
    isSecret: true,
    answers: { 201: NewApiKey },
    async handle({ ctx }, { body: { party = null, ...wanted }, caller }) {
      const own = caller.party ?? party;
      if (party !== null && party !== own) {
        throw new Refusal("FORBIDDEN", 403, "A party makes API keys only for itself.", {
          field: "party",
        });
      }
      // The operator makes as many as it wants: it answers for the database.
      const { id, text } =
        caller.party === null
          ? await ctx.prisma.$transaction((tx) =>
              makeApiKey({ ...ctx, prisma: tx }, { ...wanted, party: own }),
            )
          : await makeOwnApiKey(ctx, caller.party, wanted);
      return { status: 201, body: { id, party: own, ...wanted, key: text } };
    },
  }),
  route({
    method: "get",
    path: "/v1/api-keys",
    tag: "Administration",
    summary: "List API keys, revoked ones too",
    access: byAdmin,
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf(ApiKeyView) },
    async handle({ ctx: { prisma } }, { query: { limit, cursor }, caller }) {
      const [position] = readCursor(cursor, /^[0-9a-f]{12}$/) ?? [];
      const rows = await prisma.apiKey.findMany({
        where: { ...ownKeys(caller), ...(position !== undefined && { id: { gt: position } }) },
        orderBy: { id: "asc" },
        take: limit + 1,
      });
      const { items, next } = cut(rows, limit, ({ id }) => [id]);
      const nameOf = await namer(
        prisma,
        items.flatMap(({ party }) => party ?? []),
      );
      const views = items.map((row) =>
        apiKeyView(row, row.party === null ? null : nameOf(row.party).name),
      );
      return { status: 200, body: { items: views, next } };
    },
  }),
  route({
    method: "delete",
    path: "/v1/api-keys/:id",
    tag: "Administration",
    summary: "Revoke an API key at once",
    access: byAdmin,
    params: z.object({ id: ApiKeyId }),
    answers: { 204: null },
    async handle({ ctx }, { params: { id }, caller }) {
      const row = await ctx.prisma.apiKey.findFirst({
        where: { AND: [{ id }, ownKeys(caller)] },
      });
      if (!row) throw notFound("API key", "id");
      await ctx.prisma.$transaction((tx) => revokeApiKey({ ...ctx, prisma: tx }, id));
      return { status: 204 };
    },
  }),
];

const ownKeys = ({ party }: Caller) => (party === null ? {} : { party });

function apiKeyView(
  { id, party, scope, label, createdAt, revokedAt }: ApiKey,
  partyName: string | null,
): ApiKeyView {
  return {
    id,
    party,
    partyName,
    scope,
    label,
    createdAt: createdAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
