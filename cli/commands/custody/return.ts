// `return`: ships lots back to a supplier, as a return.
import { given } from "../../service/acts.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { findLots, resolveParty } from "../../service/lots.ts";
import { refuseTooMany, shipTo } from "../../service/ship.ts";
import { supplierOf } from "../../service/supplier.ts";

/** The reason of a shipment that is a return. Verdicts look for it. */
const RETURN = "return";

export const returnLots: AddCommand = (program, act) =>
  program
    .command("return")
    .description("ship lots back to their supplier; verdicts show that they were returned")
    .argument("<lots...>", "their numbers, ids or labels")
    .option(
      "--to <party>",
      "the supplier: the start of its name or address (default: the party that shipped the lots to you)",
    )
    .requiredOption("--reason <text>", "why, for everybody who sees the lot")
    .option("--rma <number>", "the supplier's authorisation of the return")
    .option("--carrier <name>", "the carrier")
    .option("--tracking <number>", "the carrier's tracking number")
    .option("--yes", "ship without a question; without a terminal nothing is asked")
    .action(act(shipBack));

interface Options {
  to?: string;
  reason: string;
  rma?: string;
  carrier?: string;
  tracking?: string;
  yes?: boolean;
}

async function shipBack(
  command: Command,
  names: string[],
  { to, reason, rma, carrier, tracking, yes = false }: Options,
) {
  const { api } = command.caller;
  refuseTooMany(names);
  const lots = await findLots(api, names);
  const consignee =
    to === undefined ? await supplierOf(command, lots) : await resolveParty(api, to, "--to");
  const details = given({
    reason: RETURN,
    remarks: reason,
    returnAuthorisation: rma,
    carrier,
    trackingNumber: tracking,
  });
  return shipTo(command, consignee, lots, { details, yes });
}
