// Ships lots to a party, after a person has seen what goes where.
import type { LotWithDetails } from "../../api/lots.ts";
import type { PartyName } from "../../api/parties.ts";
import { ActionResult } from "../../api/settlement.ts";
import { MAX_ENTRIES } from "../../protocol/base/limits.ts";
import { Problem, usageProblem } from "../output/outcome.ts";
import { countOf, partyText } from "../output/terminal.ts";
import { type Details, lotLines } from "./acts.ts";
import type { Command } from "./command.ts";

/** Refuses more lots than a shipment has, before they are looked up. @throws Problem TOO_LARGE */
export function refuseTooMany(names: readonly string[]): void {
  if (names.length <= MAX_ENTRIES) return;
  const why = `A shipment has at most ${MAX_ENTRIES} lots. These are ${names.length}: make several shipments.`;
  throw new Problem("TOO_LARGE", why, { field: "LOT" });
}

/** Ships lots. Asks a person on a terminal unless `yes`. @throws Problem NOT_CONFIRMED */
export async function shipTo(
  { caller: { api }, terminal, confirm }: Command,
  consignee: PartyName,
  lots: readonly LotWithDetails[],
  { details, yes }: { details: Details; yes: boolean },
) {
  const head = `${countOf(lots.length, "lot")} to ${partyText(consignee)}`;
  const isAsked =
    !yes && (await confirm("Ship them?", [`${head} (${consignee.address}):`, ...lotLines(lots)]));
  if (isAsked === false && !yes)
    throw usageProblem("NOT_CONFIRMED", "Nothing was signed.", "--yes");
  const ids = lots.map(({ lot }) => lot);
  const { hash, settlement } = await api.act("/v1/shipments", ActionResult, {
    consignee: consignee.address,
    lots: ids.map((lot) => ({ lot })),
    details,
  });
  terminal.line(`shipped     ${head}, who has to receive them`);
  for (const line of lotLines(lots)) terminal.line(line);
  terminal.line(`shipment    ${hash}`);
  terminal.line(`settlement  ${settlement}`);
  return { shipment: hash, settlement, consignee: consignee.address, lots: ids };
}
