// `shipments`: lists shipments from and to the caller.
import { ShipmentView } from "../../../api/shipments.ts";
import { usageProblem } from "../../output/outcome.ts";
import { countOf, moment, partyText, pieces, showTable } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";

export const shipments: AddCommand = (program, act) =>
  program
    .command("shipments")
    .description(
      "list shipments from you and to you; `receive`, `refuse` and `cancel` take the start of the hash",
    )
    .option("--incoming", "only those to you")
    .option("--outgoing", "only those from you")
    .option("--open", "only those of which a lot is still in transit")
    .action(act(listShipments));

interface Options {
  incoming?: boolean;
  outgoing?: boolean;
  open?: boolean;
}

/** Characters of a hash that name a shipment, 0x included. */
const HASH_START = 14;

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
