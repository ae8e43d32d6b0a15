// `cancel`: cancels a shipment of one's own, or lots of it, as long as they are in transit.
import { given } from "../../service/acts.ts";
import { type AddCommand, collect, type Command } from "../../service/command.ts";
import { sendBack } from "../../service/send-back.ts";

export const cancel: AddCommand = (program, act) =>
  program
    .command("cancel")
    .description("take back lots that you shipped, as long as they were not received")
    .argument("<shipment...>", "a shipment's hash, or the start of it, for all its lots; or lots")
    .option("--reason <text>", "why, for everybody who sees the lot")
    .option("--only <lot>", "of the shipment take back only this lot; repeatable", collect)
    .option("--all", "take back all lots of the shipment that a lot is in")
    .action(act(cancelShipment));

interface Options {
  reason?: string;
  only?: string[];
  all?: boolean;
}

const cancelShipment = (command: Command, names: string[], { reason, ...picking }: Options) =>
  sendBack(command, names, { act: "cancellation", ...picking, details: given({ reason }) });
