// Finds the party from which lots came: the one that shipped them, at the caller's last receipt.
import { EventView } from "../../api/events.ts";
import { type LotWithDetails, TrailUp } from "../../api/lots.ts";
import type { PartyName } from "../../api/parties.ts";
import pMap from "p-map";
import { Problem, usageProblem } from "../output/outcome.ts";
import { moment, partyText } from "../output/terminal.ts";
import { numberOf } from "./acts.ts";
import type { Api } from "./api.ts";
import type { Command } from "./command.ts";
import { lotPath, REQUESTS_AT_ONCE } from "./lots.ts";

/** A receipt of a lot, or of the lot that it was split from. */
interface Receipt {
  from: PartyName;
  /** Unix seconds. */
  time: number;
}

/**
 * Finds the one party from which all lots came, and says so on the terminal.
 * @throws Problem NO_SUPPLIER for a lot that the caller did not receive, or where lots came from several parties
 */
export async function supplierOf(
  { caller, terminal }: Command,
  lots: readonly LotWithDetails[],
): Promise<PartyName> {
  const party = await caller.party();
  const receipts = await pMap(lots, (lot) => receiptOf(caller.api, lot, party), {
    concurrency: REQUESTS_AT_ONCE,
  });
  const missing = lots.find((_, i) => receipts[i] === undefined);
  if (missing) {
    const why = `Lot ${numberOf(missing)} did not come in a shipment that you received. Name the party that it goes to.`;
    throw usageProblem("NO_SUPPLIER", why, "--to");
  }
  const known = receipts as Receipt[];
  const [first] = known;
  const { from } = first!;
  const other = known.findIndex((receipt) => receipt.from.address !== from.address);
  if (other >= 0) {
    const why = `Lot ${numberOf(lots[0]!)} came from ${partyText(from)}, and lot ${numberOf(lots[other]!)} from ${partyText(known[other]!.from)}. Return the lots of one supplier at a time, or name the party that they go to.`;
    throw new Problem("NO_SUPPLIER", why, { field: "--to" });
  }
  const last = Math.max(...known.map(({ time }) => time));
  terminal.note(`Returning to ${partyText(from)}, who shipped what you received ${moment(last)}.`);
  return from;
}

/** The caller's last receipt of a lot. A lot that was split off came with the lot that it was split from. */
async function receiptOf(
  api: Api,
  { lot: id }: LotWithDetails,
  party: string | null,
): Promise<Receipt | undefined> {
  const { items } = await api.get(lotPath(id, "/trail"), TrailUp, { proofs: "false" });
  let lot = id;
  let receipt: EventView | undefined;
  for (const event of items.toReversed()) {
    const entry = event.entries.find((each) => each.lot === lot);
    if (!entry) continue;
    if (receipt && event.action === "ship") return { from: event.actor, time: receipt.time };
    if (event.action === "receive" && event.actor.address === party) receipt = event;
    if (!entry.isNew) continue;
    const source = event.action === "split" && event.entries.find((each) => !each.isNew);
    if (!source) return undefined;
    lot = source.lot;
  }
  return undefined;
}
