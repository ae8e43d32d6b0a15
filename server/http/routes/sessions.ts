// Signs browsers in and out, lets a newcomer choose as whom to look at the sample, and lists and ends a party's sessions.
import { z } from "zod";
import { pageOf } from "../../../api/page.ts";
import { SessionId, SessionView, StandingSession } from "../../../api/sessions.ts";
import { endSession, endSessionsOf, LONGEST_SECONDS, sessionsFor } from "../../access/sessions.ts";
import type { Session } from "../../../prisma/generated/client.ts";
import type { Db } from "../../storage/db.ts";
import { Refusal } from "../../refusal.ts";
import { cookieOf } from "../cookies.ts";
import { sessionView, signIn } from "../signed-in.ts";
import { cut, pageQuery, readCursor } from "./page.ts";
import { notFound, route } from "./route.ts";

const read = { scope: "read", who: "anyone" } as const;
const byAdmin = { scope: "admin", who: "anyone" } as const;

export const sessions = [
  route({
    method: "get",
    path: "/v1/session",
    tag: "Sessions",
    summary: "Read who is signed in",
    about:
      "A page asks this first. Without an API key and a session, nobody is: every field is empty.",
    access: null,
    asksWho: true,
    answers: { 200: SessionView },
    async handle(parts, { caller, origin }) {
      return { status: 200, body: await sessionView(parts, caller, origin) };
    },
  }),
  route({
    method: "post",
    path: "/v1/session",
    inStandby: true,
    tag: "Sessions",
    summary: "Sign a browser in",
    about:
      "Begins a session with the rights of the API key that the request has, and answers with its cookie. It ends after twelve " +
      "hours without a request, after seven days, or with the key. A session that began with the link of a start on the sample " +
      "can sign in as another person of the sample.",
    access: read,
    body: z.strictObject({
      person: z.string().max(32).optional().meta({
        description: "The person of the sample as whom to look.",
      }),
    }),
    isSecret: true,
    answers: { 201: SessionView },
    async handle(parts, { body: { person }, caller }) {
      if (person === undefined) {
        if (caller.session && caller.session.apiKey === null) throw alreadySignedIn();
        return signIn(parts, { apiKey: caller.id, fromStart: false });
      }
      const chosen = parts.start?.people.find(({ id }) => id === person);
      if (!caller.session?.fromStart || !chosen)
        throw new Refusal(
          "FORBIDDEN",
          403,
          "Only a session that began with the link of a start on the sample may look as one of its people. The service prints a new link at each start.",
          { field: "person" },
        );
      const key = await parts.ctx.prisma.apiKey.findUnique({ where: { id: chosen.apiKey } });
      if (!key || key.revokedAt !== null) throw notFound("person", "person");
      await endSession(parts.ctx, caller.session.id);
      return signIn(parts, { apiKey: key.id, fromStart: true });
    },
  }),
  route({
    method: "post",
    path: "/v1/session/start",
    inStandby: true,
    tag: "Sessions",
    summary: "Sign a browser in by the link of a start",
    about:
      "A service that starts on its sample, on a loopback address, prints a link with a token that works once, within an hour.",
    access: null,
    body: z.strictObject({ token: z.string().max(64) }),
    answers: { 201: SessionView },
    async handle(parts, { body: { token } }) {
      const { ctx, start } = parts;
      const operator = start?.people.find(({ id }) => id === OPERATOR_ID);
      if (!start || !operator || !start.take(token))
        throw new Refusal(
          "NOT_FOUND",
          404,
          "This link was used or is too old. Start the service again: each start prints a new one.",
          { field: "token" },
        );
      const key = await ctx.prisma.apiKey.findUnique({ where: { id: operator.apiKey } });
      if (!key || key.revokedAt !== null) throw notFound("API key", "token");
      return signIn(parts, { apiKey: key.id, fromStart: true });
    },
  }),
  route({
    method: "delete",
    path: "/v1/session",
    inStandby: true,
    tag: "Sessions",
    summary: "Sign out",
    access: read,
    query: z.strictObject({
      everywhere: z.enum(["true", "false"]).default("false").meta({
        description:
          "Ends every session that began with the same API key, wallet or account, in every browser.",
      }),
    }),
    answers: { 204: null },
    async handle({ ctx, cookies, live }, { query: { everywhere }, caller }) {
      const { session } = caller;
      await ctx.prisma.$transaction(async (tx) => {
        const within = { ...ctx, prisma: tx };
        if (everywhere === "true") await endSessionsOf(within, caller);
        else if (session) await endSession(within, session.id);
        const act = everywhere === "true" ? "session.end-all" : "session.end";
        if (session ?? everywhere === "true") await ctx.record?.(tx, act, session?.id ?? caller.id);
      });
      live.wake();
      return { status: 204, cookie: cookieOf(null, 0, cookies) };
    },
  }),
  route({
    method: "get",
    path: "/v1/sessions",
    tag: "Administration",
    summary: "List the browsers that are signed in",
    about:
      "A party's own: those that began with its API keys, its wallets' keys, and company accounts that act for it. The operator's list has all.",
    access: byAdmin,
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf(StandingSession) },
    async handle({ ctx }, { query: { limit, cursor }, caller }) {
      const [position] = readCursor(cursor, /^[0-9a-f]{12}$/) ?? [];
      const rows = await ctx.prisma.session.findMany({
        where: {
          AND: [
            await sessionsFor(ctx, caller),
            position === undefined ? {} : { id: { gt: position } },
          ],
        },
        orderBy: { id: "asc" },
        take: limit + 1,
      });
      const { items, next } = cut(rows, limit, ({ id }) => [id]);
      const views = await standingSessions(ctx.prisma, items, caller.session?.id);
      return { status: 200, body: { items: views, next } };
    },
  }),
  route({
    method: "delete",
    path: "/v1/sessions/:id",
    inStandby: true,
    tag: "Administration",
    summary: "End a session at once",
    access: byAdmin,
    params: z.object({ id: SessionId }),
    answers: { 204: null },
    async handle({ ctx, live }, { params: { id }, caller }) {
      const own = await ctx.prisma.session.findFirst({
        where: { AND: [{ id }, await sessionsFor(ctx, caller)] },
      });
      if (!own) throw notFound("session", "id");
      await ctx.prisma.$transaction(async (tx) => {
        await endSession({ ...ctx, prisma: tx }, id);
        const [view] = await standingSessions(tx, [own], undefined);
        await ctx.record?.(tx, "session.end", `${id}, ${view!.label}`, view!.party);
      });
      live.wake();
      return { status: 204 };
    },
  }),
];

/** The person who may do everything. A link signs in as this one, before anyone is chosen. */
const OPERATOR_ID = "operator";

const alreadySignedIn = () =>
  new Refusal(
    "FORBIDDEN",
    403,
    "This browser is signed in with a wallet or a company account. Send an API key to sign in with that one.",
  );

/** The views of sessions: with what each signed in, and for whom it acts. */
async function standingSessions(
  db: Db,
  rows: readonly Session[],
  current: string | undefined,
): Promise<StandingSession[]> {
  const idsOf = (name: "apiKey" | "wallet" | "member") => rows.flatMap((row) => row[name] ?? []);
  const apiKeys = await db.apiKey.findMany({ where: { id: { in: idsOf("apiKey") } } });
  const keys = await db.key.findMany({ where: { address: { in: idsOf("wallet") } } });
  const members = await db.member.findMany({ where: { id: { in: idsOf("member") } } });
  const apiKeyOf = new Map(apiKeys.map((row) => [row.id, row]));
  const partyOf = new Map<string | null, string | null>([
    ...apiKeys.map(({ id, party }) => [id, party] as const),
    ...keys.map(({ address, party }) => [address, party] as const),
    ...members.map(({ id, party }) => [id, party] as const),
  ]);
  return rows.map(({ id, apiKey, wallet, member, party, name, madeAt, seenAt }) => ({
    id,
    by: apiKey !== null ? "apiKey" : wallet !== null ? "wallet" : "company",
    label: apiKey === null ? (wallet ?? name) : apiKeyOf.get(apiKey)?.label || apiKey,
    party: partyOf.get(apiKey ?? wallet ?? member) ?? party,
    made: Number(madeAt),
    seen: Number(seenAt),
    until: Number(madeAt) + LONGEST_SECONDS,
    isCurrent: id === current,
  }));
}
