// Pays for what a party has stored and sent to the ledger, out of its budgets.
import { type Amounts, type Receipt, spend } from "../budgets/spend.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import { FIRST_STATE } from "./mode.ts";

/** What an event or a notice may cost its author. It was spent beforehand, as far as the budgets suffice. */
export interface Payment {
  /** Asked only before something is stored. @throws Refusal BUDGET_SPENT */
  rows(): void;
  /** Asked only before something is queued for the ledger. @throws Refusal BUDGET_SPENT */
  submission(): void;
  /**
   * Gives back what was not used. What turns out to be known, or to be refused (undefined), costs nothing; what is log-only
   * costs no submission.
   */
  end(accepted: { known: boolean; settlement: string } | undefined): void;
}

/** Spends an author's budgets on what may be stored. @param rows of the event or notice */
export async function pay(ctx: Context, author: string, rows: number): Promise<Payment> {
  const forRows = await trySpending(ctx, author, { rows });
  const forSubmission = await trySpending(ctx, author, { submissions: 1 });
  const giveBack = (receipt: Receipt | Refusal) => {
    if (!(receipt instanceof Refusal)) receipt.giveBack();
  };
  const check = (receipt: Receipt | Refusal) => () => {
    if (receipt instanceof Refusal) throw receipt;
  };
  return {
    rows: check(forRows),
    submission: check(forSubmission),
    end(accepted) {
      if (!accepted || accepted.known) giveBack(forRows);
      if (!accepted || accepted.known || accepted.settlement === FIRST_STATE.log)
        giveBack(forSubmission);
    },
  };
}

/** Runs what may store an event or a notice, at the expense of its author's budgets. */
export async function paidBy<T extends { known: boolean; settlement: string }>(
  ctx: Context,
  author: string,
  rows: number,
  store: (payment: Payment) => Promise<T>,
): Promise<T> {
  const payment = await pay(ctx, author, rows);
  let accepted: T | undefined;
  try {
    return (accepted = await store(payment));
  } finally {
    payment.end(accepted);
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
