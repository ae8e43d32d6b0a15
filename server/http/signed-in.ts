// Answers a browser that has signed in: begins its session, gives it the cookie, and says who it is now.
import type { SessionView } from "../../api/sessions.ts";
import type { Caller } from "../access/admin.ts";
import { beginSession, LONGEST_SECONDS, type SignedInBy } from "../access/sessions.ts";
import { namer } from "../custody/views.ts";
import type { Db } from "../storage/db.ts";
import { cookieOf } from "./cookies.ts";
import { isTrusted } from "./routes/origin.ts";
import type { Parts } from "./routes/route.ts";

type Own = Pick<Parts, "ctx" | "cookies" | "start" | "company" | "publicUrl">;

/**
 * Begins a session and answers with its cookie and its view.
 * @param first what the session's transaction writes before it
 * @throws Refusal UNAUTHENTICATED where what it signed in with was taken away meanwhile
 */
export async function signIn(parts: Own, by: SignedInBy, first?: (tx: Db) => Promise<unknown>) {
  const { ctx, cookies } = parts;
  const { text, caller } = await beginSession(ctx, by, first);
  return {
    status: 201,
    body: await sessionView(parts, caller, ""),
    cookie: cookieOf(text, LONGEST_SECONDS, cookies),
  };
}

/** Who is signed in, and how one can. @param origin the service's address, for a caller without a session */
export async function sessionView(
  { ctx: { prisma }, start, company, publicUrl }: Own,
  { id, scope, party, session }: Caller,
  origin: string,
): Promise<SessionView> {
  const ways = { wallet: isTrusted(origin, publicUrl), company: company !== undefined };
  if (party === "") return { caller: null, session: null, people: [], person: null, ways };
  const owner = party === null ? null : (await namer(prisma, [party]))(party);
  const people = session?.fromStart ? (start?.people ?? []) : [];
  return {
    caller: { id, scope, party: owner },
    session: session ? { id: session.id, until: Number(session.madeAt) + LONGEST_SECONDS } : null,
    people: people.map(({ apiKey: _key, ...person }) => person),
    person: people.find(({ apiKey }) => apiKey === id)?.id ?? null,
    ways,
  };
}
