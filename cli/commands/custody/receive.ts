// `receive`: receives a shipment, or some of its lots.
import { Option } from "commander";
import { ActionResult } from "../../../api/settlement.ts";
import { readCount } from "../../input/options.ts";
import { Problem } from "../../output/outcome.ts";
import { countOf, partyText, pieces } from "../../output/terminal.ts";
import { given, numberOf, showAct } from "../../service/acts.ts";
import { type AddCommand, collect, type Command } from "../../service/command.ts";
import { pickLot, pickLots } from "../../service/shipments.ts";

export const receive: AddCommand = (program, act) =>
  program
    .command("receive")
    .description("receive a shipment: custody of its lots passes to you")
    .argument("<shipment...>", "its hash, the start of it, or lots in it")
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
    .option(
      "--except <lot>",
      "receive all lots of the shipment but this one, which stays in transit; repeatable",
      collect,
    )
    .option("--all", "receive all lots of the shipment, also those that you do not name")
    .option("--yes", "the same as --all: ask nothing")
    .option("--reason <text>", "why pieces are missing")
    .option("--site <name>", "your plant or warehouse where the pieces are now")
    .addOption(
      new Option("--result <result>", "the incoming inspection's decision").choices([
        "accepted",
        "conditional",
        "rejected",
      ]),
    )
    .addHelpText("after", MORE_HELP)
    .action(act(receiveShipment));

const MORE_HELP = `
If the shipment has more lots than you name, the command lists them and asks. Without a terminal it then receives nothing, unless
--all, --only or --except says which lots are meant.

A lot that did not come stays in transit: receive the others with --except, and tell the shipper. A surplus is not received: receive the
quantity that was shipped, and register the rest as a lot of its own that states in which lot it was (foundFrom).`;

interface Options {
  short?: string[];
  only?: string[];
  except?: string[];
  all?: boolean;
  yes?: boolean;
  reason?: string;
  site?: string;
  result?: string;
}

async function receiveShipment(
  command: Command,
  names: string[],
  { short = [], only, except, all = false, yes = false, reason, site, result }: Options,
) {
  const { caller, terminal } = command;
  const { api } = caller;
  const shorts = short.map((text) => readCount(text, "--short"));
  const { shipment, lots } = await pickLots(command, names, {
    direction: "incoming",
    verb: "Receive",
    only,
    except,
    also: shorts.map(({ name }) => name),
    all: all || yes,
  });
  const counts = new Map<string, number>();
  for (const { name, quantity } of shorts)
    counts.set((await pickLot(api, shipment.items, name, "--short")).lot, quantity);
  const leftOut = shipment.items.find(
    ({ lot }) => counts.has(lot) && !lots.some((one) => one.lot === lot),
  );
  if (leftOut !== undefined && (only ?? except)) {
    const why = `Lot ${numberOf(leftOut)} has a --short count but is not among the lots to receive.`;
    throw new Problem("BAD_ARGUMENT", why, { field: "--short" });
  }
  const counted = lots.map(({ lot }) => ({
    lot,
    ...(counts.has(lot) && { quantity: counts.get(lot) }),
  }));
  const details = given({ shortfallReason: reason, inspectionResult: result, site });
  // Without a lot in transit the request names none, and the service refuses it.
  const body = { ...(counted.length > 0 && { lots: counted }), details };
  const path = `/v1/shipments/${shipment.shipment}/receipt`;
  const received = await api.act(path, ActionResult, body);
  const text = `${countOf(lots.length, "lot")} from ${partyText(shipment.shipper)}`;
  const now = lots.map((lot) => ({ ...lot, quantity: counts.get(lot.lot) ?? lot.quantity }));
  for (const lot of lots) {
    const count = counts.get(lot.lot);
    if (count !== undefined)
      terminal.line(
        `short       ${numberOf(lot)}: ${pieces(count)} of ${pieces(lot.quantity)} pieces`,
      );
  }
  const { event, settlement } = showAct(terminal, { verb: "received", text }, now, received);
  return { event, settlement, shipment: shipment.shipment, lots: counted };
}
