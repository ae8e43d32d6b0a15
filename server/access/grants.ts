// Makes and reads grants. A party lets somebody else see some of its lots, up to a visibility and a moment. Every reading by
// a grant is recorded before it is answered.
import type { Visibility } from "../../protocol/event/detail-fields.ts";
import { type Grant, type Lot, Prisma } from "../../prisma/generated/client.ts";
import { checkRoom, spendIn } from "../budgets/spend.ts";
import { type Context, onPrimary } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { Refusal } from "../refusal.ts";
import { makeToken, readToken } from "./tokens.ts";
import { type GrantScope, lotFor, noSuchLot, type Reader, seenAmong } from "./visibility.ts";

/** A new grant. Times in Unix seconds. */
export interface NewGrant {
  /** The party that may read with its own API key; null: anyone who has the link. */
  grantee: string | null;
  label: string;
  lots: readonly string[];
  upTo: Visibility;
  /** Names of further fields that it opens. */
  fields: readonly string[];
  from: number;
  until: number;
}

type GrantContext = Pick<Context, "prisma" | "random" | "clock" | "record">;

const dateOf = (seconds: number) => new Date(seconds * 1000);

/**
 * Grants a part of what a party itself sees.
 * @returns the row and, for a link, its token, which is shown only once
 * @throws Refusal NOT_FOUND for the first lot that the party does not see; BAD_FIELD; BUDGET_FULL
 */
export async function makeGrant(
  ctx: GrantContext & Pick<Context, "budgets">,
  granter: string,
  { grantee, lots, upTo, fields, label, from, until }: NewGrant,
): Promise<{ grant: Grant; token: string | null }> {
  const { prisma, random, clock } = ctx;
  if (until <= Math.max(from, clock()))
    throw new Refusal(
      "BAD_FIELD",
      422,
      "The grant ends before it begins, or its end is past. Set a later `until`.",
      {
        field: "until",
      },
    );
  if (grantee === granter)
    throw new Refusal(
      "BAD_FIELD",
      422,
      "A party needs no grant from itself. Name another party as grantee.",
      { field: "grantee" },
    );
  if (grantee !== null && !(await prisma.party.findUnique({ where: { address: grantee } })))
    throw new Refusal("NOT_FOUND", 404, "There is no such party.", { field: "grantee" });
  const { id, hash, text } = makeToken("rpg", random);
  const grant = await prisma.$transaction(async (tx) => {
    // Until this is stored, nothing may end what it rests on: it would not be ended with it.
    await tx.$queryRaw`
      SELECT 1 FROM interest WHERE party = ${granter} AND lot = ANY(${[...lots]}) ORDER BY lot FOR KEY SHARE`;
    const seen = await seenAmong(tx, { party: granter }, lots);
    lots.forEach((lot, i) => {
      if (!seen.has(lot)) throw noSuchLot(lot, `lots.${i}`);
    });
    const standing = { granter, endedAt: null, until: { gt: dateOf(clock()) } };
    await checkRoom(tx, ctx, granter, "grants", () => tx.grant.count({ where: standing }));
    const data = {
      id,
      granter,
      grantee,
      label,
      upTo,
      lots: [...new Set(lots)],
      fields: [...new Set(fields)],
      hash: grantee === null ? hash : null,
      from: dateOf(from),
      until: dateOf(until),
    };
    await spendIn(tx, ctx, granter, "rows", 1);
    await ctx.record?.(tx, "grant.make", `${id}, ${label}`);
    return tx.grant.create({ data });
  });
  return { grant, token: grantee === null ? text : null };
}

/** Ends a party's grant at once. One that has ended stays as it is. @throws Refusal NOT_FOUND */
export async function endGrant(
  { prisma, clock, record }: GrantContext,
  granter: string,
  id: string,
): Promise<Grant> {
  const { label } = await grantOf(prisma, granter, id);
  await prisma.$transaction(async (tx) => {
    const { count } = await tx.grant.updateMany({
      where: { id, endedAt: null },
      data: { endedAt: dateOf(clock()) },
    });
    if (count > 0) await record?.(tx, "grant.end", `${id}, ${label}`);
  });
  return grantOf(prisma, granter, id);
}

/**
 * Ends what parties granted of lots that they no longer see. A grant rests on the granter's view: if the granter sees the lot
 * again later, it decides again. A grant without lots left is ended.
 */
export async function endGrantsOf(
  db: Db,
  unseen: readonly { party: string; lot: string }[],
): Promise<void> {
  if (unseen.length === 0) return;
  await db.$executeRaw`
    UPDATE "grant" SET
      lots = ARRAY(SELECT lot FROM unnest("grant".lots) WITH ORDINALITY AS kept(lot, place) WHERE lot <> ALL(gone) ORDER BY place),
      ended_at = CASE WHEN ended_at IS NULL AND "grant".lots <@ gone THEN now() ELSE ended_at END
    FROM (
      SELECT party, array_agg(lot) AS gone
      FROM unnest(${unseen.map(({ party }) => party)}::text[], ${unseen.map(({ lot }) => lot)}::text[]) AS pair(party, lot)
      GROUP BY party
    ) AS unseen
    WHERE granter = party AND "grant".lots && gone`;
}

/** Finds a party's grant. @throws Refusal NOT_FOUND */
export async function grantOf(db: Db, granter: string, id: string): Promise<Grant> {
  const grant = await db.grant.findFirst({ where: { id, granter } });
  if (!grant) throw new Refusal("NOT_FOUND", 404, "There is no such grant.", { field: "id" });
  return grant;
}

const isStanding = ({ from, until, endedAt }: Grant, now: Date) =>
  endedAt === null && from <= now && now < until;

const scopeOf = ({ id, granter, lots, upTo, fields }: Grant): GrantScope => ({
  id,
  granter,
  lots,
  fields,
  upTo: upTo as Visibility,
});

const dayOf = (date: Date) => date.toISOString().slice(0, 10);

/** Says when a grant ended or begins. Only to a caller that has its token's secret: nobody else learns that it was there. */
function notInForce({ from, until, endedAt }: Grant, now: Date): Refusal {
  const end = endedAt !== null && endedAt < until ? endedAt : until;
  const why =
    endedAt === null && now < from
      ? `This access token begins on ${dayOf(from)}. Send it again from then on.`
      : `This access token ended on ${dayOf(end)}. Ask the party that gave it to you for a new one.`;
  return new Refusal("UNAUTHENTICATED", 401, why);
}

/**
 * The caller behind the token of a link: it may read what that grant opens. Undefined if there is no such token.
 * @throws Refusal UNAUTHENTICATED where the token is right, and its grant has ended or has not begun
 */
export async function readerByLink(
  { prisma, clock }: Pick<Context, "prisma" | "clock">,
  text: string,
) {
  const token = readToken("rpg", text);
  if (!token) return undefined;
  const grant = await prisma.grant.findUnique({ where: { id: token.id } });
  const matches = token.matches(grant?.hash);
  if (!grant?.hash || !matches) return undefined;
  const now = dateOf(clock());
  if (!isStanding(grant, now)) throw notInForce(grant, now);
  return {
    id: `grant ${token.id}`,
    party: "",
    scope: "read" as const,
    byGrant: true as const,
    grants: [scopeOf(grant)],
  };
}

/** The part of a lot that is read by a grant. */
export type Reading = "lot" | "trail" | "bundle" | "verdict" | "document";

/**
 * Reads a lot for a caller, and finds the grants by which the caller sees it. Records a reading by grant: if that fails,
 * nothing is answered.
 * @throws Refusal NOT_FOUND for a lot that it does not see, as if it did not exist
 */
export async function lotRead(
  ctx: Pick<Context, "prisma" | "primary" | "clock">,
  caller: Reader,
  id: string,
  what: Reading,
  document: string | null = null,
): Promise<{ lot: Lot; reader: Reader }> {
  const { prisma: primary } = onPrimary(ctx);
  // A grant that has ended opens nothing, however far behind a replica is.
  const reader = await withGrants({ ...ctx, prisma: primary }, caller, id);
  const lot = await lotFor(ctx.prisma, reader, id);
  const at = dateOf(ctx.clock());
  const reads = (reader.grants ?? []).map((grant) => ({
    grant: grant.id,
    at,
    what,
    lot: id,
    document,
  }));
  if (reads.length > 0) await primary.grantRead.createMany({ data: reads });
  return { lot, reader };
}

/** A condition on `lot`: a grant to this party, in force now, opens it. */
export const seesByGrant = (grantee: string, now: number): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT 1 FROM "grant" JOIN interest ON interest.party = "grant".granter
  WHERE interest.lot = lot.id AND "grant".grantee = ${grantee} AND lot.id = ANY("grant".lots)
    AND "grant".ended_at IS NULL AND "grant"."from" <= ${dateOf(now)} AND ${dateOf(now)} < "grant".until)`;

async function withGrants(
  { prisma, clock }: Pick<Context, "prisma" | "clock">,
  caller: Reader,
  lot: string,
) {
  if (caller.party === null || caller.byGrant) return caller;
  const now = dateOf(clock());
  const rows = await prisma.grant.findMany({
    where: { grantee: caller.party, lots: { has: lot } },
  });
  const standing = rows.filter((grant) => isStanding(grant, now));
  const visible = await Promise.all(
    standing.map(({ granter }) => seenAmong(prisma, { party: granter }, [lot])),
  );
  const grants = standing.filter((_, i) => visible[i]!.has(lot)).map(scopeOf);
  if (grants.length === 0) return caller;
  const isOwn = (await seenAmong(prisma, caller, [lot])).size > 0;
  return { ...caller, grants, ...(!isOwn && { byGrant: true as const }) };
}
