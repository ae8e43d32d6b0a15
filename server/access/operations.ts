// Writes the log of operations: who did what, and when. A line is part of the transaction of its act, so neither is there without
// the other. Where an act is the ledger's, the line is written before it is sent.
import type { OperationName } from "../../api/operations.ts";
import type { Context } from "../context.ts";
import type { Caller } from "./admin.ts";

/** What of a text is kept. */
const MOST_CHARACTERS = 256;

/** Writes lines for a caller. */
export function recorderOf(
  { clock }: Pick<Context, "clock">,
  { id, party, session }: Pick<Caller, "id" | "party" | "session">,
): NonNullable<Context["record"]> {
  const by = session?.wallet ?? (session?.account == null ? id : session.name);
  return async (tx, act: OperationName, about, concerned = party) => {
    await tx.operation.create({
      data: {
        at: BigInt(clock()),
        party: concerned,
        byParty: party,
        by,
        act,
        about: about.slice(0, MOST_CHARACTERS),
      },
    });
  };
}
