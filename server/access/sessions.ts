// Keeps the sessions of browsers. A session is a random token in a cookie, of which the database has the hash. It has the
// rights of the API key with which it began, and ends with it.
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { Refusal } from "../refusal.ts";
import type { Caller } from "./admin.ts";
import { makeToken, readToken } from "./tokens.ts";

/** Seconds without a request after which a session ends: the night between two shifts. */
export const IDLE_SECONDS = 12 * 60 * 60;
/** Seconds after which a session ends in any case. */
export const LONGEST_SECONDS = 7 * 24 * 60 * 60;
/** Seconds between two notes of a session's use. */
const NOTE_SECONDS = 60;
/** Sessions of one API key. One more ends the one that was used least lately. */
const MOST_SESSIONS = 50;

type Parts = Pick<Context, "prisma" | "random" | "clock">;

/** A filter for the sessions that have not ended by now. */
export const standingAt = (now: number) => ({
  endedAt: null,
  seenAt: { gt: BigInt(now - IDLE_SECONDS) },
  madeAt: { gt: BigInt(now - LONGEST_SECONDS) },
});

/**
 * Begins a session with the rights of an API key.
 * @param fromStart it may change to the other people of the sample
 * @returns its token, for the browser alone
 */
export async function beginSession(
  { prisma, random, clock }: Parts,
  { apiKey, fromStart }: { apiKey: string; fromStart: boolean },
): Promise<{ id: string; text: string }> {
  const { id, hash, text } = makeToken("rps", random);
  const now = BigInt(clock());
  await prisma.$transaction(async (tx) => {
    await tx.session.deleteMany({ where: { madeAt: { lte: now - BigInt(LONGEST_SECONDS) } } });
    await tx.session.create({ data: { id, hash, apiKey, fromStart, madeAt: now, seenAt: now } });
    const surplus = await tx.session.findMany({
      where: { apiKey, endedAt: null },
      orderBy: [{ seenAt: "desc" }, { madeAt: "desc" }, { id: "asc" }],
      skip: MOST_SESSIONS,
      select: { id: true },
    });
    if (surplus.length > 0)
      await tx.session.deleteMany({ where: { id: { in: surplus.map((each) => each.id) } } });
  });
  return { id, text };
}

/** The caller with this session's token; undefined if it is unknown, wrong or ended, or if its API key is revoked. */
export async function callerOfSession(
  { prisma, clock }: Pick<Parts, "prisma" | "clock">,
  text: string,
): Promise<Caller | undefined> {
  const token = readToken("rps", text);
  if (!token) return undefined;
  const now = clock();
  const session = await prisma.session.findUnique({ where: { id: token.id } });
  if (!token.matches(session?.hash) || !session || !isStanding(session, now)) return undefined;
  const key = await prisma.apiKey.findUnique({ where: { id: session.apiKey } });
  if (!key || key.revokedAt !== null) return undefined;
  if (Number(session.seenAt) + NOTE_SECONDS <= now)
    await prisma.session.updateMany({
      where: { id: session.id, endedAt: null },
      data: { seenAt: BigInt(now) },
    });
  const { id, fromStart, madeAt } = session;
  return { id: key.id, party: key.party, scope: key.scope, session: { id, fromStart, madeAt } };
}

const isStanding = (
  { endedAt, seenAt, madeAt }: { endedAt: bigint | null; seenAt: bigint; madeAt: bigint },
  now: number,
) =>
  endedAt === null && Number(seenAt) > now - IDLE_SECONDS && Number(madeAt) > now - LONGEST_SECONDS;

/** Ends a session at once. @throws Refusal NOT_FOUND where none of this id stands */
export async function endSession(
  { prisma, clock }: Pick<Parts, "prisma" | "clock">,
  id: string,
): Promise<void> {
  const now = clock();
  const { count } = await prisma.session.updateMany({
    where: { id, ...standingAt(now) },
    data: { endedAt: BigInt(now) },
  });
  if (count === 0) throw new Refusal("NOT_FOUND", 404, "There is no such session.");
}

/** Ends every session that an API key has begun. */
export async function endSessionsOf(
  { prisma, clock }: { prisma: Db } & Pick<Parts, "clock">,
  apiKey: string,
): Promise<void> {
  await prisma.session.updateMany({
    where: { apiKey, endedAt: null },
    data: { endedAt: BigInt(clock()) },
  });
}
