// Gathers statements about a lot: its maker's authorisations of its holders, and alerts that count for the reader.
import { ACTIONS } from "../../../protocol/event/event.ts";
import { STATEMENT_KINDS } from "../../../protocol/event/statement.ts";
import type { Statement } from "../../../prisma/generated/client.ts";
import type { Context } from "../../context.ts";
import type { About, FactSource } from "./source.ts";
import { signedOf } from "../../statements/statements.ts";
import { type AlertsOn, alertsFor } from "../../statements/alerts.ts";

/** Together no more than protocol/verdict/facts.ts takes. Of authorisations the newest: one too few makes no verdict better. */
const MAX_AUTHORISATIONS = 250;
const MAX_WITHDRAWALS = 250;

export const statements: FactSource = async (ctx, about) => {
  const parts = partsOf(about);
  const authorisations = await authorisationsFor(ctx.prisma, about, parts);
  const alerts = await alertsFor(ctx, pairsOf(about, parts));
  const found = [...authorisations, ...alerts.standing];
  const withdrawals = await ctx.prisma.statement.findMany({
    where: {
      kind: STATEMENT_KINDS.withdrawal,
      withdraws: { in: found.map(({ digest }) => digest) },
    },
    orderBy: { sequence: "asc" },
    take: MAX_WITHDRAWALS,
  });
  // A row that somebody altered beyond reading says nothing any more: fsck names it.
  const signed = [...found, ...withdrawals].flatMap((row) => signedOf(row) ?? []);
  return { statements: signed, ...(alerts.leftOut && { alertsLeftOut: true }) };
};

/** What brought pieces into being: whose word it was, and which part number it gave them. */
interface Part {
  lot: string;
  party: string;
  mpn: string | undefined;
}

function partsOf({ ancestry }: About): Part[] {
  return [...ancestry.creations].flatMap(([id, { by, index }]): Part[] => {
    if (by.event.action === ACTIONS.split) return [];
    const open = by.details?.open ?? [];
    const own = open.find(
      ({ path }) => path.length === 3 && path[1] === index && path[2] === "mpn",
    );
    const said = own ?? open.find(({ path }) => path.length === 1 && path[0] === "mpn");
    return [
      { lot: id, party: by.event.actor, mpn: said && String(said.value).trim().toUpperCase() },
    ];
  });
}

function authorisationsFor(
  prisma: Context["prisma"],
  { trail }: About,
  parts: Part[],
): Promise<Statement[]> {
  const holders = trail.events.flatMap(({ event }) =>
    event.action === ACTIONS.receive ? [event.actor] : [],
  );
  return prisma.statement.findMany({
    where: {
      kind: STATEMENT_KINDS.authorisation,
      issuer: { in: [...new Set(parts.map(({ party }) => party))] },
      party: { in: [...new Set(holders)] },
    },
    orderBy: { sequence: "desc" },
    take: MAX_AUTHORISATIONS,
  });
}

/** Whose alerts on which part numbers count for the reader: those of issuers that it names, and of makers on their own parts. */
function pairsOf({ reader, policy }: About, parts: readonly Part[]): AlertsOn[] {
  const asker = reader.byGrant ? null : reader.party;
  const believed = [...(asker === null ? [] : [asker]), ...policy.alertIssuers];
  const known = parts.flatMap(({ party, mpn }) =>
    mpn === undefined ? [] : [{ issuer: party, mpn }],
  );
  const all = [
    ...known,
    ...known.flatMap(({ mpn }) => believed.map((issuer) => ({ issuer, mpn }))),
  ];
  return [...new Map(all.map((pair) => [pair.issuer + pair.mpn, pair])).values()];
}
