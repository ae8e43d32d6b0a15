// Spends budgets, and refuses what is beyond them.
import { Refusal } from "../refusal.ts";
import { STANDING, type StandingName, TIMED, type TimedName } from "./budgets.ts";
import { giveBack, isSpent, type Purse, standingOf, take, takeFromDatabase } from "./shares.ts";
import type { Db } from "../storage/db.ts";

/** What was spent. */
export interface Receipt {
  /** Gives back what was not used after all: all of it, or some budgets. */
  giveBack(...names: TimedName[]): void;
}

export type Amounts = Partial<Record<TimedName, number>>;

/**
 * Spends amounts of an owner's budgets: all of them, or none.
 * @param owner a party; null for the operator, which has no budget
 * @throws Refusal RATE_LIMITED for requests, BUDGET_SPENT for the others; both name the budget and say when it begins anew
 */
export async function spend(
  purse: Purse,
  owner: string | null,
  amounts: Amounts,
): Promise<Receipt> {
  const spent = new Map<TimedName, number>();
  const receipt: Receipt = {
    giveBack(...names) {
      for (const name of names.length > 0 ? names : [...spent.keys()]) {
        giveBack(purse, owner!, name, spent.get(name) ?? 0);
        spent.delete(name);
      }
    },
  };
  if (owner === null) return { giveBack: () => undefined };
  for (const [name, amount] of Object.entries(amounts) as [TimedName, number][]) {
    if (amount === 0) continue;
    if (!(await take(purse, owner, name, amount))) {
      receipt.giveBack();
      throw refuseSpent(purse, owner, name);
    }
    spent.set(name, amount);
  }
  return receipt;
}

/**
 * Spends an amount in a transaction: if that is rolled back, nothing was spent. For amounts that only the transaction knows.
 * @throws Refusal BUDGET_SPENT
 */
export async function spendIn(
  tx: Db,
  purse: Purse,
  owner: string | null,
  name: TimedName,
  amount: number,
): Promise<void> {
  if (owner === null || amount === 0) return;
  const window = Math.floor(purse.clock() / TIMED[name].seconds);
  const limit = purse.budgets.limits[name];
  const spent = await takeFromDatabase(tx, owner, name, { window, limit, amount });
  if (spent === undefined) throw refuseSpent(purse, owner, name);
}

/** Refuses at once where this process knows that the budget is spent, without asking the database. @throws Refusal */
export function refuseIfSpent(purse: Purse, owner: string, name: TimedName): void {
  if (isSpent(purse, owner, name, 1)) throw refuseSpent(purse, owner, name);
}

function refuseSpent(purse: Purse, owner: string, name: TimedName): Refusal {
  const { of, variable, seconds, unit } = TIMED[name];
  const { limit, until } = standingOf(purse, owner, name);
  const retryAfter = Math.max(1, until - purse.clock());
  const budget = { name, limit, until };
  if (variable === "RATE_LIMIT") {
    const why = `More than ${limit} ${of} in ${seconds} seconds. Wait ${retryAfter} seconds and try again. The service's operator can raise ${variable}.`;
    return new Refusal("RATE_LIMITED", 429, why, { retryAfter, budget });
  }
  const again = new Date(until * 1000).toISOString();
  const why = `The party's budget for today does not have enough left: ${limit} ${of}. It begins anew at ${again}. The service's operator can raise ${variable}${unit > 1 ? " (mebibytes)" : ""}.`;
  return new Refusal("BUDGET_SPENT", 429, why, { retryAfter, budget });
}

/**
 * Checks in a transaction that a party may have one more of something. Others that ask wait until the transaction ends.
 * @param count counts what stands now
 * @throws Refusal BUDGET_FULL
 */
export async function checkRoom(
  tx: Db,
  { budgets }: Pick<Purse, "budgets">,
  owner: string,
  name: StandingName,
  count: () => Promise<number>,
): Promise<void> {
  const lock = `${name} ${owner}`;
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${lock}, 0))`;
  const limit = budgets.limits[name];
  if ((await count()) < limit) return;
  const { of, variable } = STANDING[name];
  const why = `The party has ${limit} ${of}, and may not have more. End one that is not needed, or ask the service's operator to raise ${variable}.`;
  throw new Refusal("BUDGET_FULL", 409, why, { budget: { name, limit, until: null } });
}
