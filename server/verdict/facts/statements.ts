// Gathers statements about a lot: its manufacturer's authorisations of its holders, and the alerts that count for the reader.
import { ACTIONS } from "../../../protocol/event/event.ts";
import { issuerOf } from "../../../protocol/event/lot.ts";
import { NOTICE_KINDS } from "../../../protocol/event/notice.ts";
import type { Facts } from "../../../protocol/verdict/facts.ts";
import { STATEMENT_KINDS } from "../../../protocol/event/statement.ts";
import type { Statement } from "../../../prisma/generated/client.ts";
import type { Context } from "../../context.ts";
import type { About, FactSource } from "./source.ts";
import { signedOf } from "../../statements/statements.ts";
import { type AlertsOn, alertsFor } from "../../statements/alerts.ts";

/** Together at most as many as protocol/verdict/facts.ts accepts. Of authorisations the newest: a missing one never improves a verdict. */
const MAX_AUTHORISATIONS = 250;
const MAX_WITHDRAWALS = 250;

export const statements: FactSource = async (ctx, about) => {
  const parts = partsOf(about);
  const authorisations = await authorisationsFor(ctx.prisma, about, parts);
  const alerts = await alertsFor(ctx, about.reader, pairsOf(about, parts));
  return withWithdrawals(ctx, [...authorisations, ...alerts.standing], alerts.leftOut);
};

/** The alerts on some part numbers that count for the reader, without those of the manufacturers of the parts. */
export async function alertsOn(
  ctx: Context,
  about: Pick<About, "reader" | "policy">,
  mpns: readonly string[],
): Promise<Partial<Facts>> {
  const numbers = mpns.map((mpn) => mpn.trim().toUpperCase());
  const { standing, leftOut } = await alertsFor(ctx, about.reader, pairsByReader(about, numbers));
  return withWithdrawals(ctx, standing, leftOut);
}

async function withWithdrawals(
  ctx: Context,
  positive: readonly Statement[],
  leftOut: boolean,
): Promise<Partial<Facts>> {
  const withdrawals = await ctx.prisma.statement.findMany({
    where: {
      kind: STATEMENT_KINDS.withdrawal,
      withdraws: { in: positive.map(({ digest }) => digest) },
    },
    orderBy: { sequence: "asc" },
    take: MAX_WITHDRAWALS,
  });
  // A row that was altered so that it cannot be read is left out. fsck names it.
  const signed = [...positive, ...withdrawals].flatMap((row) => signedOf(row) ?? []);
  return { statements: signed, ...(leftOut && { alertsLeftOut: true }) };
}

/** Where pieces come from: the lot, the party that signed its origin, and the part number that the party gave. */
interface Part {
  lot: string;
  party: string;
  /** Whether the party made the pieces. One that only introduced them is not their manufacturer. */
  isMaker: boolean;
  mpn: string | undefined;
}

function partsOf({ ancestry, trail }: About): Part[] {
  return [...ancestry.creations].flatMap(([id, { by, index }]): Part[] => {
    if (by.event.action === ACTIONS.split) return [];
    const open = by.details?.open ?? [];
    const own = open.find(
      ({ path }) => path.length === 3 && path[1] === index && path[2] === "mpn",
    );
    const leaf = own ?? open.find(({ path }) => path.length === 1 && path[0] === "mpn");
    const part = {
      lot: id,
      party: by.event.actor,
      isMaker: by.event.action !== ACTIONS.introduce,
    };
    // An alert on a number counts for the parts before and after its issuer corrected it.
    const numbers = [leaf, ...correctedNumbers(trail, id)].map(
      (each) => each && String(each.value).trim().toUpperCase(),
    );
    return numbers.map((mpn) => ({ ...part, mpn }));
  });
}

function correctedNumbers({ notices }: About["trail"], lot: string) {
  return notices.flatMap(({ notice, details }) =>
    notice.kind === NOTICE_KINDS.correction && notice.lot === lot && notice.issuer === issuerOf(lot)
      ? (details?.open ?? []).filter(({ path }) => path.length === 1 && path[0] === "mpn")
      : [],
  );
}

/** The acts by which a party comes to hold pieces, or states what they are: their manufacturer may have authorised it. */
const BY_AUTHORISED: readonly number[] = [ACTIONS.receive, ACTIONS.introduce, ACTIONS.split];

function authorisationsFor(
  prisma: Context["prisma"],
  { trail, maker }: About,
  parts: Part[],
): Promise<Statement[]> {
  const holders = trail.events.flatMap(({ event }) =>
    BY_AUTHORISED.includes(event.action) ? [event.actor] : [],
  );
  return prisma.statement.findMany({
    where: {
      kind: STATEMENT_KINDS.authorisation,
      issuer: { in: [...new Set([...parts.map(({ party }) => party), ...maker.parties])] },
      party: { in: [...new Set(holders)] },
    },
    orderBy: { sequence: "desc" },
    take: MAX_AUTHORISATIONS,
  });
}

/** Whose alerts on which part numbers count for the reader: manufacturers' on their own parts, and those of `pairsByReader`. */
function pairsOf(about: About, parts: readonly Part[]): AlertsOn[] {
  const numbers = [...new Set(parts.flatMap(({ mpn }) => mpn ?? []))];
  const byMakers = parts.flatMap(({ party, isMaker, mpn }): AlertsOn[] =>
    mpn === undefined || !isMaker ? [] : [{ issuer: party, mpn, needsLeave: false }],
  );
  return different([...byMakers, ...pairsByReader(about, numbers)]);
}

/** The reader's own alerts, and those that issuers named by its policy share with it. */
function pairsByReader(
  { reader, policy }: Pick<About, "reader" | "policy">,
  numbers: readonly string[],
): AlertsOn[] {
  const asker = reader.byGrant ? null : reader.party;
  const ofIssuer = (issuer: string, needsLeave: boolean) =>
    numbers.map((mpn): AlertsOn => ({ issuer, mpn, needsLeave }));
  return different([
    ...policy.alertIssuers.flatMap((issuer) => ofIssuer(issuer, true)),
    ...(asker === null ? [] : ofIssuer(asker, false)),
  ]);
}

/** Of equal pairs one: that which needs no leave. */
function different(pairs: readonly AlertsOn[]): AlertsOn[] {
  const byNeed = pairs.toSorted((a, b) => Number(b.needsLeave) - Number(a.needsLeave));
  return [...new Map(byNeed.map((pair) => [pair.issuer + pair.mpn, pair])).values()];
}
