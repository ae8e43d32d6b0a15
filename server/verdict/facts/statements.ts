// Gathers statements about a lot: its maker's authorisations of its holders, and the alerts that count for the reader.
import { ACTIONS } from "../../../protocol/event/event.ts";
import { issuerOf } from "../../../protocol/event/lot.ts";
import { NOTICE_KINDS } from "../../../protocol/event/notice.ts";
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
  const positive = [...authorisations, ...alerts.standing];
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
  return { statements: signed, ...(alerts.leftOut && { alertsLeftOut: true }) };
};

/** Where pieces come from: the lot, the party that signed its origin, and the part number that the party gave. */
interface Part {
  lot: string;
  party: string;
  /** Whether the party made the pieces. One that only introduced them is not their maker. */
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

/** The acts by which a party comes to hold pieces, or states what they are: their maker may have authorised it. */
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

/**
 * Whose alerts on which part numbers count for the reader: its own, makers' on their own parts, and those that issuers named
 * by its policy share with it.
 */
function pairsOf({ reader, policy }: About, parts: readonly Part[]): AlertsOn[] {
  const asker = reader.byGrant ? null : reader.party;
  const numbers = [...new Set(parts.flatMap(({ mpn }) => mpn ?? []))];
  const ofIssuer = (issuer: string, needsLeave: boolean) =>
    numbers.map((mpn): AlertsOn => ({ issuer, mpn, needsLeave }));
  const byMakers = parts.flatMap(({ party, isMaker, mpn }): AlertsOn[] =>
    mpn === undefined || !isMaker ? [] : [{ issuer: party, mpn, needsLeave: false }],
  );
  const all = [
    ...policy.alertIssuers.flatMap((issuer) => ofIssuer(issuer, true)),
    ...byMakers,
    ...(asker === null ? [] : ofIssuer(asker, false)),
  ];
  // Of equal pairs the last one stays: the one that needs no leave.
  return [...new Map(all.map((pair) => [pair.issuer + pair.mpn, pair])).values()];
}
