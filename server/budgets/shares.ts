// Takes shares of budgets out of the database, where all processes count together. A process spends its share in memory, so
// that a request does not cost a write. What it has not spent when it ends is lost, never counted twice.
import { LRUCache } from "lru-cache";
import type { PrismaClient } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import { type BudgetLimits, type BudgetName, TIMED, type TimedName } from "./budgets.ts";

/** Parts of a budget that a process takes at once. */
const PARTS = 20;
/** Owners that a process remembers. An address costs nothing to make up. */
const MOST_OWNERS = 20_000;

/** A process's part of one owner's budget in one window. */
interface Share {
  window: number;
  /** Taken and not spent. */
  left: number;
  /** What the database has left for all processes, when it was last asked. */
  remaining: number;
  /** The least that the database has refused in this window. */
  refused: number;
  /** Being taken. */
  taking?: Promise<void> | undefined;
}

/** The limits, and what this process has taken. */
export interface Budgets {
  limits: BudgetLimits;
  shares: LRUCache<string, Share>;
  /** The minute in which this process last removed rows of addresses. */
  tidied: number;
}

/** The parts of a context that budgets need. */
export interface Purse {
  prisma: PrismaClient;
  budgets: Budgets;
  /** Unix seconds. */
  clock: () => number;
}

/** Opens the budgets of a process. Nothing is taken yet. */
export const openBudgets = (limits: BudgetLimits): Budgets => ({
  limits,
  shares: new LRUCache({ max: MOST_OWNERS }),
  tidied: 0,
});

/** How a budget stands for one owner. */
export interface Standing {
  limit: number;
  /** At least as much is left for all processes together. */
  remaining: number;
  /** Unix seconds at which it begins anew. */
  until: number;
}

/**
 * Takes an amount out of an owner's budget: out of this process's share, which it refills if needed.
 * @returns whether there was enough
 */
export async function take(
  purse: Purse,
  owner: string,
  name: TimedName,
  amount: number,
): Promise<boolean> {
  for (;;) {
    const share = shareOf(purse, owner, name);
    if (share.left >= amount) {
      share.left -= amount;
      return true;
    }
    if (amount - share.left >= share.refused) return false;
    // One request refills for all that wait, and each looks again: the share may be spent, or its window over.
    share.taking ??= refill(purse, owner, name, share, amount - share.left).finally(() => {
      share.taking = undefined;
    });
    await share.taking;
  }
}

/** Gives an amount back that was taken and not used. */
export function giveBack(purse: Purse, owner: string, name: TimedName, amount: number): void {
  shareOf(purse, owner, name).left += amount;
}

/** How an owner's budget stands, as far as this process knows. */
export function standingOf(purse: Purse, owner: string, name: TimedName): Standing {
  const { left, remaining, window } = shareOf(purse, owner, name);
  const limit = purse.budgets.limits[name];
  return {
    limit,
    remaining: Math.min(limit, left + remaining),
    until: (window + 1) * TIMED[name].seconds,
  };
}

/** Whether this process knows that an owner's budget has not even this much left. Asks nothing of the database. */
export function isSpent(purse: Purse, owner: string, name: TimedName, amount: number): boolean {
  const { left, refused } = shareOf(purse, owner, name);
  return left < amount && amount - left >= refused;
}

const windowOf = ({ clock }: Pick<Purse, "clock">, name: TimedName) =>
  Math.floor(clock() / TIMED[name].seconds);

function shareOf(purse: Purse, owner: string, name: TimedName): Share {
  const { shares, limits } = purse.budgets;
  const key = `${name} ${owner}`;
  const window = windowOf(purse, name);
  const known = shares.get(key);
  if (known && known.window >= window) return known;
  const fresh = { window, left: 0, remaining: limits[name], refused: limits[name] + 1 };
  shares.set(key, fresh);
  return fresh;
}

async function refill(
  purse: Purse,
  owner: string,
  name: TimedName,
  share: Share,
  needed: number,
): Promise<void> {
  const limit = purse.budgets.limits[name];
  if (name === "reads" || name === "wrongKeys") await tidy(purse);
  for (const wanted of new Set([Math.max(needed, Math.ceil(limit / PARTS)), needed])) {
    const spent = await takeFromDatabase(purse.prisma, owner, name, {
      window: share.window,
      limit,
      amount: wanted,
    });
    if (spent === undefined) continue;
    share.left += wanted;
    share.remaining = limit - spent;
    return;
  }
  share.refused = Math.min(share.refused, needed);
  share.remaining = 0;
}

/**
 * Takes an amount out of a budget in the database, or nothing: one statement, which waits for those of other processes.
 * @returns what all have taken in the window; undefined if there is not enough left
 */
export async function takeFromDatabase(
  db: Db,
  owner: string,
  name: BudgetName,
  { window, limit, amount }: { window: number; limit: number; amount: number },
): Promise<number | undefined> {
  if (amount > limit) return undefined;
  // A process whose clock is behind counts in the newer window, so that no window begins twice.
  const [row] = await db.$queryRaw<{ spent: bigint }[]>`
    INSERT INTO budget AS b (owner, name, "window", spent)
    VALUES (${owner}, ${name}, ${window}::bigint, ${amount}::bigint)
    ON CONFLICT (owner, name) DO UPDATE SET
      spent = CASE WHEN b."window" < excluded."window" THEN 0 ELSE b.spent END + excluded.spent,
      "window" = greatest(b."window", excluded."window")
    WHERE b."window" < excluded."window" OR b.spent + excluded.spent <= ${limit}::bigint
    RETURNING spent`;
  return row && Number(row.spent);
}

/** Removes the rows of addresses whose minute is over. They would pile up: anyone can come from many addresses. */
async function tidy({ prisma, budgets, clock }: Purse): Promise<void> {
  const minute = windowOf({ clock }, "reads");
  if (budgets.tidied >= minute) return;
  budgets.tidied = minute;
  await prisma.$executeRaw`
    DELETE FROM budget WHERE name IN ('reads', 'wrongKeys') AND "window" < ${minute - 1}::bigint`;
}
