// Puts addresses in place of the parties' names in a list of authorisations.
import type { Authorisation } from "../../protocol/event/statement.ts";
import { findAddresses } from "../access/party-names.ts";
import { Refusal, type RowFault } from "../refusal.ts";
import type { Db } from "../storage/db.ts";
import { type ListItem, refuseRows } from "./lists.ts";

/**
 * Finds the parties that a list of authorisations names.
 * @returns the authorisations as they are signed: with addresses
 * @throws Refusal BAD_LIST naming each row whose party no name or address gives
 */
export async function withPartyAddresses(
  db: Db,
  items: readonly ListItem<"authorisation">[],
): Promise<{ row: number; content: Authorisation }[]> {
  const refs = items.map(({ row, content }) => ({ text: content.party, field: `${row}.party` }));
  const found = await findAddresses(db, refs);
  const faults = found.flatMap((each, i): RowFault[] => {
    if (!(each instanceof Refusal)) return [];
    const { code, message } = each;
    return [{ row: items[i]!.row, column: "party", code, message }];
  });
  if (faults.length > 0) throw refuseRows(faults);
  return items.map(({ row, content }, i) => ({
    row,
    content: { ...content, party: found[i] as string },
  }));
}
