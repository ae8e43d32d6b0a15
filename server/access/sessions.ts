// Keeps the sessions of browsers. A session is a random token in a cookie, of which the database has the hash. It has the
// rights of the API key, the wallet's key or the company account with which it began, and ends with it.
import type { Prisma, Scope, Session } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { Refusal } from "../refusal.ts";
import type { Caller } from "./admin.ts";
import { recorderOf } from "./operations.ts";
import { makeToken, readToken } from "./tokens.ts";

/** Seconds without a request after which a session ends: the night between two shifts. */
export const IDLE_SECONDS = 12 * 60 * 60;
/** Seconds after which a session ends in any case. */
export const LONGEST_SECONDS = 7 * 24 * 60 * 60;
/** Seconds between two notes of a session's use. */
const NOTE_SECONDS = 60;
/** Sessions of one API key, wallet or account. One more ends the one that was used least lately. */
const MOST_SESSIONS = 50;

type Parts = Pick<Context, "prisma" | "random" | "clock">;

/** By what a browser signs in. */
export type SignedInBy =
  | { apiKey: string; fromStart: boolean }
  | { wallet: string }
  | { account: string; name: string; member: string }
  /** The provider's claim gives the rights. */
  | { account: string; name: string; party: string | null; scope: Scope };

/** A filter for the sessions that have not ended by now. */
export const standingAt = (now: number) => ({
  endedAt: null,
  seenAt: { gt: BigInt(now - IDLE_SECONDS) },
  madeAt: { gt: BigInt(now - LONGEST_SECONDS) },
});

/** A filter for the sessions that began with the same API key, wallet or account. */
const besides = ({ apiKey, wallet, account }: Partial<Session>): Prisma.SessionWhereInput =>
  apiKey != null ? { apiKey } : wallet != null ? { wallet } : { account: account! };

/**
 * Begins a session.
 * @param by gives its rights
 * @param first what else its transaction writes
 * @returns its token, for the browser alone, and the caller that it is now
 * @throws Refusal UNAUTHENTICATED where what it signs in with was taken away meanwhile
 */
export async function beginSession(
  { prisma, random, clock }: Parts,
  by: SignedInBy,
  first: (tx: Db) => Promise<unknown> = () => Promise.resolve(),
): Promise<{ id: string; text: string; caller: Caller }> {
  const { id, hash, text } = makeToken("rps", random);
  const now = BigInt(clock());
  const caller = await prisma.$transaction(async (tx) => {
    await first(tx);
    await tx.session.deleteMany({ where: { madeAt: { lte: now - BigInt(LONGEST_SECONDS) } } });
    const data = { id, hash, fromStart: false, ...by, madeAt: now, seenAt: now };
    const session = await tx.session.create({ data });
    const rights = await rightsOf(tx, session);
    if (!rights)
      throw new Refusal("UNAUTHENTICATED", 401, "The right to sign in ended just now. Try again.");
    const caller = callerBy(session, rights);
    await recorderOf({ clock }, caller)(tx, "session.begin", wayOf(session));
    const surplus = await tx.session.findMany({
      where: { ...besides(by), endedAt: null },
      orderBy: [{ seenAt: "desc" }, { madeAt: "desc" }, { id: "asc" }],
      skip: MOST_SESSIONS,
      select: { id: true },
    });
    if (surplus.length > 0)
      await tx.session.deleteMany({ where: { id: { in: surplus.map((each) => each.id) } } });
    return caller;
  });
  return { id, text, caller };
}

/** With what somebody signed in, in words. */
const wayOf = ({ apiKey, wallet, fromStart }: Session) =>
  fromStart ? "link of a start" : apiKey ? "API key" : wallet ? "wallet" : "company account";

type Rights = Pick<Caller, "party" | "scope">;

const callerBy = (session: Session, rights: Rights): Caller => ({
  ...rights,
  id: session.apiKey ?? session.id,
  session,
});

/** The caller with this session's token; undefined if it is unknown, wrong or ended, or if what it began with no longer stands. */
export async function callerOfSession(
  { prisma, clock }: Pick<Parts, "prisma" | "clock">,
  text: string,
): Promise<Caller | undefined> {
  const token = readToken("rps", text);
  if (!token) return undefined;
  const now = clock();
  const session = await prisma.session.findUnique({ where: { id: token.id } });
  if (!token.matches(session?.hash) || !session || !isStanding(session, now)) return undefined;
  const rights = await rightsOf(prisma, session);
  if (!rights) return undefined;
  if (Number(session.seenAt) + NOTE_SECONDS <= now)
    await prisma.session.updateMany({
      where: { id: session.id, endedAt: null },
      data: { seenAt: BigInt(now) },
    });
  return callerBy(session, rights);
}

/** The rights of a session now; undefined where its API key, its wallet's key or its line on the list was taken away. */
async function rightsOf(
  db: Db,
  { apiKey, wallet, member, party, scope }: Session,
): Promise<Rights | undefined> {
  const own = ({ party, scope }: Rights) => ({ party, scope });
  if (apiKey !== null) {
    const key = await db.apiKey.findUnique({ where: { id: apiKey } });
    return key && key.revokedAt === null ? own(key) : undefined;
  }
  if (wallet !== null) {
    const key = await db.key.findUnique({ where: { address: wallet } });
    return key && key.revokedAt === null ? { party: key.party, scope: "write" } : undefined;
  }
  if (member !== null) {
    const line = await db.member.findUnique({ where: { id: member } });
    return line && line.endedAt === null ? own(line) : undefined;
  }
  return scope === null ? undefined : { party, scope };
}

const isStanding = (
  { endedAt, seenAt, madeAt }: { endedAt: bigint | null; seenAt: bigint; madeAt: bigint },
  now: number,
) =>
  endedAt === null && Number(seenAt) > now - IDLE_SECONDS && Number(madeAt) > now - LONGEST_SECONDS;

/** Whether a caller's API key or session still stands, and gives the rights that it gave. For requests that last. */
export async function isStillCaller(
  { prisma, clock }: Pick<Parts, "prisma" | "clock">,
  caller: Caller,
): Promise<boolean> {
  if (caller.session) {
    const session = await prisma.session.findUnique({ where: { id: caller.session.id } });
    if (!session || !isStanding(session, clock())) return false;
    const rights = await rightsOf(prisma, session);
    return rights?.party === caller.party && rights.scope === caller.scope;
  }
  const key = await prisma.apiKey.findUnique({ where: { id: caller.id } });
  return key !== null && key.revokedAt === null;
}

/** Ends a session at once. @throws Refusal NOT_FOUND where none of this id stands */
export async function endSession(
  { prisma, clock }: { prisma: Db } & Pick<Parts, "clock">,
  id: string,
): Promise<void> {
  const now = clock();
  const { count } = await prisma.session.updateMany({
    where: { id, ...standingAt(now) },
    data: { endedAt: BigInt(now) },
  });
  if (count === 0) throw new Refusal("NOT_FOUND", 404, "There is no such session.");
}

/** Ends every session that began with a caller's API key, wallet or account. */
export async function endSessionsOf(
  { prisma, clock }: { prisma: Db } & Pick<Parts, "clock">,
  { id, session }: Caller,
): Promise<void> {
  await prisma.session.updateMany({
    where: { ...besides(session ?? { apiKey: id }), endedAt: null },
    data: { endedAt: BigInt(clock()) },
  });
}

/** A filter for the standing sessions that a caller may list and end: its party's; for the operator all. */
export async function sessionsFor(
  { prisma, clock }: Pick<Parts, "prisma" | "clock">,
  { party }: Caller,
): Promise<Prisma.SessionWhereInput> {
  const of = party === null ? {} : { party };
  const apiKeys = await prisma.apiKey.findMany({ where: { ...of, revokedAt: null } });
  const keys = await prisma.key.findMany({ where: { ...of, revokedAt: null } });
  const members = await prisma.member.findMany({ where: { ...of, endedAt: null } });
  return {
    AND: [
      standingAt(clock()),
      {
        OR: [
          { apiKey: { in: apiKeys.map(({ id }) => id) } },
          { wallet: { in: keys.map(({ address }) => address) } },
          { member: { in: members.map(({ id }) => id) } },
          { scope: { not: null }, ...of },
        ],
      },
    ],
  };
}
