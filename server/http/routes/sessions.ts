// Signs browsers in and out, lets a newcomer choose as whom to look at the sample, and lists and ends a party's sessions.
import { z } from "zod";
import { pageOf } from "../../../api/page.ts";
import { SessionId, SessionView, StandingSession } from "../../../api/sessions.ts";
import type { Caller } from "../../access/admin.ts";
import {
  beginSession,
  endSession,
  endSessionsOf,
  LONGEST_SECONDS,
  standingAt,
} from "../../access/sessions.ts";
import { namer } from "../../custody/views.ts";
import { Refusal } from "../../refusal.ts";
import { cookieOf } from "../cookies.ts";
import { cut, pageQuery, readCursor } from "./page.ts";
import { notFound, type Parts, route } from "./route.ts";

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
    async handle(parts, { caller }) {
      return { status: 200, body: await sessionView(parts, caller) };
    },
  }),
  route({
    method: "post",
    path: "/v1/session",
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
      if (person === undefined) return signIn(parts, caller, false);
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
      return signIn(parts, { id: key.id, party: key.party, scope: key.scope }, true);
    },
  }),
  route({
    method: "post",
    path: "/v1/session/start",
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
      return signIn(parts, { id: key.id, party: key.party, scope: key.scope }, true);
    },
  }),
  route({
    method: "delete",
    path: "/v1/session",
    tag: "Sessions",
    summary: "Sign out",
    access: read,
    query: z.strictObject({
      everywhere: z.enum(["true", "false"]).default("false").meta({
        description: "Ends every session that began with the same API key, in every browser.",
      }),
    }),
    answers: { 204: null },
    async handle({ ctx, cookies }, { query: { everywhere }, caller }) {
      if (everywhere === "true") await endSessionsOf(ctx, caller.id);
      else if (caller.session) await endSession(ctx, caller.session.id);
      return { status: 204, cookie: cookieOf(null, 0, cookies) };
    },
  }),
  route({
    method: "get",
    path: "/v1/sessions",
    tag: "Administration",
    summary: "List the sessions that the caller's API keys have begun",
    access: byAdmin,
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf(StandingSession) },
    async handle({ ctx: { prisma, clock } }, { query: { limit, cursor }, caller }) {
      const [position] = readCursor(cursor, /^[0-9a-f]{12}$/) ?? [];
      const keys = await prisma.apiKey.findMany({ where: ownKeys(caller) });
      const labels = new Map(keys.map(({ id, label }) => [id, label]));
      const rows = await prisma.session.findMany({
        where: {
          AND: [standingAt(clock()), position === undefined ? {} : { id: { gt: position } }],
          apiKey: { in: [...labels.keys()] },
        },
        orderBy: { id: "asc" },
        take: limit + 1,
      });
      const { items, next } = cut(rows, limit, ({ id }) => [id]);
      const views = items.map(({ id, apiKey, madeAt, seenAt }) => ({
        id,
        apiKey,
        label: labels.get(apiKey)!,
        made: Number(madeAt),
        seen: Number(seenAt),
        until: Number(madeAt) + LONGEST_SECONDS,
        isCurrent: id === caller.session?.id,
      }));
      return { status: 200, body: { items: views, next } };
    },
  }),
  route({
    method: "delete",
    path: "/v1/sessions/:id",
    tag: "Administration",
    summary: "End a session at once",
    access: byAdmin,
    params: z.object({ id: SessionId }),
    answers: { 204: null },
    async handle({ ctx }, { params: { id }, caller }) {
      const session = await ctx.prisma.session.findUnique({ where: { id } });
      const key = await ctx.prisma.apiKey.findFirst({
        where: { AND: [{ id: session?.apiKey ?? "" }, ownKeys(caller)] },
      });
      if (!key) throw notFound("session", "id");
      await endSession(ctx, id);
      return { status: 204 };
    },
  }),
];

/** The person who may do everything. A link signs in as this one, before anyone is chosen. */
const OPERATOR_ID = "operator";

/** The API keys whose sessions a caller may list and end: its party's; for the operator all. */
const ownKeys = ({ party }: Caller) => ({ ...(party !== null && { party }), revokedAt: null });

/** Begins a session with a caller's rights. */
async function signIn(parts: Parts, { id, party, scope }: Caller, fromStart: boolean) {
  const { ctx, cookies } = parts;
  const begun = await beginSession(ctx, { apiKey: id, fromStart });
  const session = { id: begun.id, fromStart, madeAt: BigInt(ctx.clock()) };
  return {
    status: 201,
    body: await sessionView(parts, { id, party, scope, session }),
    cookie: cookieOf(begun.text, LONGEST_SECONDS, cookies),
  };
}

async function sessionView(
  { ctx: { prisma }, start }: Parts,
  { id, scope, party, session }: Caller,
): Promise<SessionView> {
  if (party === "") return { caller: null, session: null, people: [], person: null };
  const owner = party === null ? null : (await namer(prisma, [party]))(party);
  const people = session?.fromStart ? (start?.people ?? []) : [];
  return {
    caller: { id, scope, party: owner },
    session: session ? { id: session.id, until: Number(session.madeAt) + LONGEST_SECONDS } : null,
    people: people.map(({ apiKey: _key, ...person }) => person),
    person: people.find(({ apiKey }) => apiKey === id)?.id ?? null,
  };
}
