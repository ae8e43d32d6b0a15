// `shipments`: lists shipments from and to the caller, or what became of the lots of one.
import { ShipmentView, ShipmentWithLots } from "../../../api/shipments.ts";
import { usageProblem } from "../../output/outcome.ts";
import { countOf, moment, partyText, pieces, showTable } from "../../output/terminal.ts";
import { numberOf } from "../../service/acts.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { findShipment } from "../../service/shipments.ts";

export const shipments: AddCommand = (program, act) =>
  program
    .command("shipments")
    .description(
      "list shipments from you and to you, or what became of one; `receive`, `refuse` and `cancel` take the start of the hash",
    )
    .argument("[shipment]", "its hash, the start of it, or a lot in transit: shows its lots")
    .option("--incoming", "only those to you")
    .option("--outgoing", "only those from you")
    .option("--open", "only those of which a lot is still in transit")
    .action(act(showShipments));

interface Options {
  incoming?: boolean;
  outgoing?: boolean;
  open?: boolean;
}

/** Characters of a hash that name a shipment, 0x included. */
const HASH_START = 14;

async function showShipments(command: Command, text: string | undefined, options: Options) {
  return text === undefined ? listShipments(command, options) : showShipment(command, text);
}

/** Shows the lots of a shipment, and what became of each. */
async function showShipment({ caller: { api }, terminal }: Command, text: string) {
  const { hash } = await findShipment(api, text);
  const shipment = await api.get(`/v1/shipments/${hash}`, ShipmentWithLots);
  const { shipper, consignee, time, items } = shipment;
  terminal.line(`shipment    ${hash}`);
  terminal.line(`            ${moment(time)}, ${partyText(shipper)} to ${partyText(consignee)}`);
  terminal.line();
  const lots = items.toSorted((a, b) => numberOf(a).localeCompare(numberOf(b)));
  const rows = lots.map((lot) => {
    const { received, quantity } = lot;
    const isShort = received !== null && received < quantity;
    return [
      numberOf(lot),
      lot.mpn ?? "",
      pieces(quantity),
      received === null ? "" : terminal.style(isShort ? "yellow" : "green", pieces(received)),
      isShort ? `${lot.outcome}, short by ${pieces(quantity - received)}` : lot.outcome,
    ];
  });
  const [shipped, arrived] = ["shipped", "received"].map((title) => ({
    title,
    align: "right" as const,
  }));
  showTable(terminal, ["lot", "mpn", shipped!, arrived!, "outcome"], rows);
  terminal.line(countOf(items.length, "lot"));
  return shipment;
}

async function listShipments(
  { caller: { api }, terminal }: Command,
  { incoming = false, outgoing = false, open = false }: Options,
) {
  if (incoming && outgoing)
    throw usageProblem("BAD_ARGUMENT", "Give --incoming or --outgoing, or neither.", "--outgoing");
  const direction = incoming ? "incoming" : outgoing ? "outgoing" : "both";
  const query = { direction, state: open ? "open" : "all" };
  const items = await api.all("/v1/shipments", ShipmentView, query);
  const rows = items.map(({ shipment, time, shipper, consignee, lots, open: left, settlement }) => [
    shipment.slice(0, HASH_START),
    moment(time),
    partyText(shipper),
    partyText(consignee),
    pieces(lots),
    left === 0 ? "" : terminal.style("bold", pieces(left)),
    settlement,
  ]);
  const [count, transit] = ["lots", "in transit"].map((title) => ({
    title,
    align: "right" as const,
  }));
  showTable(terminal, ["shipment", "shipped", "from", "to", count!, transit!, "settlement"], rows);
  terminal.line(countOf(items.length, "shipment"));
  return { items };
}
