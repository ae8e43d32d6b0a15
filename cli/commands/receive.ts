// `receive`: receives a shipment, or some of its lots.
import { LotWithDetails } from "../../api/lots.ts";
import { ActionResult } from "../../api/settlement.ts";
import { ShipmentView, ShipmentWithLots } from "../../api/shipments.ts";
import { readCount } from "../input/options.ts";
import { Problem, usageProblem } from "../output/outcome.ts";
import { countOf, pieces, short } from "../output/terminal.ts";
import type { Api } from "../service/api.ts";
import { type AddCommand, collect, type Command } from "../service/command.ts";
import { resolveLot } from "../service/lots.ts";

export const receive: AddCommand = (program, act) =>
  program
    .command("receive")
    .description("receive a shipment")
    .argument("<shipment>", "its hash, the start of it, or the number of a lot in it")
    .option(
      "--short <lot=pieces>",
      "the pieces counted of a lot, if fewer than were shipped; repeatable",
      collect,
    )
    .option(
      "--only <lot>",
      "receive only this lot, leave the others in transit; repeatable",
      collect,
    )
    .option("--reason <text>", "why pieces are missing")
    .action(act(receiveShipment));

type ShippedLot = ShipmentWithLots["items"][number];

async function receiveShipment(
  { caller: { api }, terminal }: Command,
  name: string,
  options: { short?: string[]; only?: string[]; reason?: string },
) {
  const shipment = await resolveShipment(api, name);
  const { shipper, items } = await api.get(`/v1/shipments/${shipment}`, ShipmentWithLots);
  const counts = new Map(
    (options.short ?? []).map((text) => {
      const count = readCount(text, "--short");
      return [pickLot(items, count.name, "--short").lot, count.quantity];
    }),
  );
  const only = options.only?.map((text) => pickLot(items, text.normalize("NFC"), "--only").lot);
  const leftOut = only && [...counts.keys()].find((lot) => !only.includes(lot));
  if (leftOut !== undefined) {
    const why = `Lot ${leftOut} has a --short count but is not among --only.`;
    throw new Problem("BAD_ARGUMENT", why, { field: "--short" });
  }
  const received = items.filter(({ lot, outcome }) =>
    only ? only.includes(lot) : outcome === "in transit",
  );
  const lots = received.map(({ lot }) => ({
    lot,
    ...(counts.has(lot) && { quantity: counts.get(lot) }),
  }));
  const details = options.reason === undefined ? {} : { shortfallReason: options.reason };
  // Without a lot in transit the request names none, and the service refuses it.
  const body = { ...(lots.length > 0 && { lots }), details };
  const { hash, settlement } = await api.post(
    `/v1/shipments/${shipment}/receipt`,
    ActionResult,
    body,
  );
  terminal.line(
    `received    ${countOf(received.length, "lot")} from ${shipper.name ?? shipper.address}`,
  );
  for (const { lot, lotNumber, quantity } of received) {
    const count = counts.get(lot);
    if (count === undefined) continue;
    terminal.line(
      `short       ${lotNumber ?? short(lot)}: ${pieces(count)} of ${pieces(quantity)} pieces`,
    );
  }
  terminal.line(`event       ${hash}`);
  terminal.line(`settlement  ${settlement}`);
  return { event: hash, settlement, shipment, lots };
}

/** Picks a lot of a shipment by its id or number. @throws Problem NOT_FOUND, AMBIGUOUS_LOT */
function pickLot(lots: readonly ShippedLot[], name: string, field: string): ShippedLot {
  const [first, second] = lots.filter(
    ({ lot, lotNumber }) => lot === name.toLowerCase() || lotNumber === name,
  );
  if (!first) throw new Problem("NOT_FOUND", `Lot ${name} is not in this shipment.`, { field });
  if (!second) return first;
  const why = `The shipment has two lots with the number ${name}. Give the id.`;
  throw new Problem("AMBIGUOUS_LOT", why, { field });
}

/** Characters of a hash that must be given at least, 0x included. */
const MIN_HASH_START = 8;

/**
 * Finds a shipment by its hash, the start of it, or the number of a lot in it.
 * @throws Problem BAD_ARGUMENT, NOT_FOUND, AMBIGUOUS_SHIPMENT, AMBIGUOUS_LOT
 */
async function resolveShipment(api: Api, text: string): Promise<string> {
  const wanted = text.trim().toLowerCase();
  const field = "SHIPMENT";
  if (/^0x[0-9a-f]{64}$/.test(wanted)) return wanted;
  if (!/^0x[0-9a-f]*$/.test(wanted)) return shipmentOfLot(api, text);
  if (wanted.length < MIN_HASH_START) {
    const why = `${text} is too short. Give the shipment's hash, or at least its first ${MIN_HASH_START} characters.`;
    throw usageProblem("BAD_ARGUMENT", why, field);
  }
  const query = { direction: "incoming" };
  const incoming = await api.all("/v1/shipments", ShipmentView, query);
  const matches = incoming
    .map(({ shipment }) => shipment)
    .filter((shipment) => shipment.startsWith(wanted));
  const [first, second] = matches;
  if (!first)
    throw new Problem("NOT_FOUND", `No shipment in transit to you starts with ${text}.`, { field });
  if (!second) return first;
  const why = `Several shipments in transit to you start with ${text}: ${matches.join("; ")}.`;
  throw new Problem("AMBIGUOUS_SHIPMENT", why, { field });
}

/** The shipment that carries a lot: while a lot is in transit, its last event is the shipment. */
async function shipmentOfLot(api: Api, name: string): Promise<string> {
  const lot = await resolveLot(api, name);
  const { inTransit, state } = await api.get(`/v1/lots/${lot}`, LotWithDetails);
  if (inTransit) return state.lastEvent;
  throw new Problem("NOT_FOUND", `Lot ${name} is not in transit.`, { field: "SHIPMENT" });
}
