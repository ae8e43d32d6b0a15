// `activate`: lets a restored service act, once the original is gone.
import { Activation } from "../../../api/backup.ts";
import type { AddCommand, Command } from "../../service/command.ts";

export const activate: AddCommand = (program, act) =>
  program
    .command("activate")
    .description("let a restored service act, because the original is gone")
    .addHelpText("after", HELP)
    .action(act(activateService));

const HELP = `
A restored service only reads. Two services with the same keys would sign contradicting events
and publish two versions of one log, and both can be proven. So activate a copy only when the
original will never run again.`;

async function activateService({ caller, terminal }: Command): Promise<Activation> {
  const answer = await caller.api.post("/v1/activation", Activation, {});
  terminal.line(
    answer.isRestoredCopy
      ? "activated   this service acts from now on. Never start the original again."
      : "unchanged   this service acts already.",
  );
  return answer;
}
