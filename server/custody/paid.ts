// Pays for what a party has stored and sent to the ledger, out of its budgets.
import { type Amounts, type Receipt, spend } from "../budgets/spend.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import { FIRST_STATE } from "./mode.ts";

/** Whether the author's budgets suffice: throws where they do not. Asked only before something is stored. */
export interface Paid {
  rows(): void;
  submission(): void;
}

/**
 * Runs what may store an event or a notice, at the expense of its author's budgets. What turns out to be known, or to be
 * refused, costs nothing; what is log-only costs no submission.
 */
export async function paidBy<T extends { known: boolean; settlement: string }>(
  ctx: Context,
  author: string,
  rows: number,
  store: (paid: Paid) => Promise<T>,
): Promise<T> {
  const forRows = await trySpending(ctx, author, { rows });
  const forSubmission = await trySpending(ctx, author, { submissions: 1 });
  const giveBack = (receipt: Receipt | Refusal) => {
    if (!(receipt instanceof Refusal)) receipt.giveBack();
  };
  const check = (receipt: Receipt | Refusal) => () => {
    if (receipt instanceof Refusal) throw receipt;
  };
  try {
    const accepted = await store({ rows: check(forRows), submission: check(forSubmission) });
    if (accepted.known) giveBack(forRows);
    if (accepted.known || accepted.settlement === FIRST_STATE.log) giveBack(forSubmission);
    return accepted;
  } catch (error) {
    giveBack(forRows);
    giveBack(forSubmission);
    throw error;
  }
}

async function trySpending(
  ctx: Context,
  author: string,
  amounts: Amounts,
): Promise<Receipt | Refusal> {
  try {
    return await spend(ctx, author, amounts);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
