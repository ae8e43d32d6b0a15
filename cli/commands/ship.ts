// `ship`: ships lots to a party.
import pMap from "p-map";
import { ActionResult } from "../../api/settlement.ts";
import { MAX_ENTRIES } from "../../protocol/base/limits.ts";
import { readInputFile } from "../input/files.ts";
import { Problem, usageProblem } from "../output/outcome.ts";
import { countOf } from "../output/terminal.ts";
import { readLotNames } from "../packing-list/read.ts";
import type { Api } from "../service/api.ts";
import type { AddCommand, Command } from "../service/command.ts";
import { REQUESTS_AT_ONCE, resolveLot, resolveParty } from "../service/lots.ts";

export const ship: AddCommand = (program, act) =>
  program
    .command("ship")
    .description("ship lots to a party, which then has to receive them")
    .argument("[lots...]", "lots, by id or lot number")
    .requiredOption("--to <party>", "the consignee: the start of its name or address")
    .option("--file <file>", "a packing list, or a file with one lot per line")
    .option("--carrier <name>", "the carrier")
    .option("--service <name>", "the carrier's service")
    .option("--tracking <number>", "the carrier's tracking number")
    .option("--asn <number>", "the number of the advance ship notice")
    .option("--packing-list <number>", "the number of the packing list")
    .option("--delivery-note <number>", "the number of the delivery note")
    .option("--reason <text>", "the reason, for example: return")
    .action(act(shipLots));

/** The detail field of each option that describes the shipment. */
const DETAIL_FIELDS = {
  carrier: "carrier",
  service: "carrierService",
  tracking: "trackingNumber",
  asn: "asnNumber",
  packingList: "packingList",
  deliveryNote: "deliveryNote",
  reason: "reason",
} as const;
type DetailOptions = Partial<Record<keyof typeof DETAIL_FIELDS, string>>;

async function shipLots(
  { caller: { api }, terminal }: Command,
  names: string[],
  { to, file, ...options }: DetailOptions & { to: string; file?: string },
) {
  const listed = file === undefined ? [] : readLotNames(await readInputFile(file, "--file"));
  const wanted = [...names, ...listed];
  if (wanted.length === 0)
    throw usageProblem("BAD_ARGUMENT", "Name the lots to ship, or give a --file of them.", "LOT");
  const consignee = await resolveParty(api, to, "--to");
  const lots = await resolveLots(api, wanted);
  const { hash, settlement } = await api.post("/v1/shipments", ActionResult, {
    consignee: consignee.address,
    lots: lots.map((lot) => ({ lot })),
    details: detailsOf(options),
  });
  terminal.line(
    `shipped     ${countOf(lots.length, "lot")} to ${consignee.name}, who has to receive them`,
  );
  terminal.line(`shipment    ${hash}`);
  terminal.line(`settlement  ${settlement}`);
  return { shipment: hash, settlement, consignee: consignee.address, lots };
}

function detailsOf(options: DetailOptions): Record<string, string> {
  const details = Object.entries(DETAIL_FIELDS).flatMap(([option, field]) => {
    const value = options[option as keyof DetailOptions];
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(details);
}

/** The ids of lots that must all differ. @throws Problem BAD_ARGUMENT, TOO_LARGE */
async function resolveLots(api: Api, names: readonly string[]): Promise<string[]> {
  const lots = await pMap(names, (name) => resolveLot(api, name), {
    concurrency: REQUESTS_AT_ONCE,
  });
  const repeated = names.find((_, i) => lots.indexOf(lots[i]!) !== i);
  if (repeated !== undefined)
    throw new Problem("BAD_ARGUMENT", `Lot ${repeated} is named twice.`, { field: "LOT" });
  if (lots.length > MAX_ENTRIES) {
    const why = `A shipment has at most ${MAX_ENTRIES} lots. These are ${lots.length}: make several shipments.`;
    throw new Problem("TOO_LARGE", why, { field: "LOT" });
  }
  return lots;
}
