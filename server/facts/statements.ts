// Statements that may bear on a lot: its maker's authorisations of those on its way, and alerts of those who count for the reader.
import { ACTIONS } from "../../protocol/event.ts";
import { STATEMENT_KINDS } from "../../protocol/statement.ts";
import { ancestryOf } from "../../protocol/trail.ts";
import type { Statement } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import type { About, FactSource } from "../facts.ts";
import { signedOf } from "../statements.ts";

/** Together no more than protocol/facts.ts takes. Of authorisations the newest: one too few makes no verdict better. */
const MAX_AUTHORISATIONS = 250;
const MAX_ALERTS = 250;
const MAX_WITHDRAWALS = 500;

/** Nothing where there are more alerts than can be told: what is left out would not be missed. */
export const statements: FactSource = async ({ prisma }, about) => {
  const parts = partsOf(about);
  const authorisations = await authorisationsFor(prisma, about, parts);
  const alerts = await alertsFor(prisma, about, parts);
  if (alerts.length > MAX_ALERTS) return {};
  const found = [...authorisations, ...alerts];
  const withdrawals = await prisma.statement.findMany({
    where: { kind: STATEMENT_KINDS.withdrawal, withdraws: { in: found.map(({ digest }) => digest) } },
    orderBy: { sequence: "asc" },
    take: MAX_WITHDRAWALS,
  });
  // A row that somebody altered beyond reading says nothing any more: fsck names it.
  return { statements: [...found, ...withdrawals].flatMap((row) => signedOf(row) ?? []) };
};

/** What brought pieces into being: whose word it was, and which part number it gave them. */
interface Part {
  lot: string;
  party: string;
  mpn: string | undefined;
}

function partsOf({ lot, trail }: About): Part[] {
  const { creations } = ancestryOf(lot.id, trail.events);
  return [...creations].flatMap(([id, { by, index }]): Part[] => {
    if (by.event.action === ACTIONS.split) return [];
    const open = by.details?.open ?? [];
    const own = open.find(({ path }) => path.length === 3 && path[1] === index && path[2] === "mpn");
    const said = own ?? open.find(({ path }) => path.length === 1 && path[0] === "mpn");
    return [{ lot: id, party: by.event.actor, mpn: said && String(said.value).trim().toUpperCase() }];
  });
}

function authorisationsFor(prisma: Context["prisma"], { trail }: About, parts: Part[]): Promise<Statement[]> {
  const holders = trail.events.flatMap(({ event }) => (event.action === ACTIONS.receive ? [event.actor] : []));
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

async function alertsFor(prisma: Context["prisma"], about: About, parts: Part[]): Promise<Statement[]> {
  const { reader, policy } = about;
  const asker = reader.byGrant ? null : reader.party;
  const believed = [...(asker === null ? [] : [asker]), ...policy.alertIssuers];
  const mpns = [...new Set(parts.flatMap(({ mpn }) => mpn ?? []))];
  const own = parts.flatMap(({ party, mpn }) => (mpn === undefined ? [] : [{ issuer: party, mpn }]));
  const unique = new Map(own.map((pair) => [pair.issuer + pair.mpn, pair]));
  return prisma.statement.findMany({
    where: { kind: STATEMENT_KINDS.alert, OR: [{ issuer: { in: believed }, mpn: { in: mpns } }, ...unique.values()] },
    orderBy: { sequence: "asc" },
    take: MAX_ALERTS + 1,
  });
}
