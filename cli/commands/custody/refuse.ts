// `refuse`: refuses lots of a shipment, which go back to the shipper.
import { sendBack } from "../../service/send-back.ts";
import { given } from "../../service/acts.ts";
import { type AddCommand, collect, type Command } from "../../service/command.ts";
import { uploadPhoto } from "../../service/documents.ts";

export const refuse: AddCommand = (program, act) =>
  program
    .command("refuse")
    .description("refuse lots that are in transit to you: they stay with the shipper")
    .argument("<shipment...>", "a shipment's hash, or the start of it, for all its lots; or lots")
    .requiredOption("--reason <text>", "why, for the shipper and everybody who sees the lot")
    .option("--photo <file>", "a photo, which is uploaded and named by its hash")
    .option("--only <lot>", "of the shipment refuse only this lot; repeatable", collect)
    .option("--all", "refuse all lots of the shipment that a lot is in")
    .action(act(refuseLots));

interface Options {
  reason: string;
  photo?: string;
  only?: string[];
  all?: boolean;
}

async function refuseLots(
  command: Command,
  names: string[],
  { reason, photo, ...picking }: Options,
) {
  const photoHash = await uploadPhoto(command.caller.api, photo);
  const details = given({ reason, photoHash });
  return sendBack(command, names, { act: "refusal", ...picking, details });
}
