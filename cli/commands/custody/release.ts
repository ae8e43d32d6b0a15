// `release`: releases lots from hold.
import { Option } from "commander";
import { countOf } from "../../output/terminal.ts";
import { actOnLots, given, showAct } from "../../service/acts.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { findLots } from "../../service/lots.ts";

export const release: AddCommand = (program, act) =>
  program
    .command("release")
    .description("release lots that you hold from quarantine")
    .argument("<lots...>", "their numbers, ids or labels")
    .requiredOption("--reason <text>", "why, for everybody who sees the lot")
    .addOption(
      new Option("--result <result>", "the decision of the inspection").choices([
        "accepted",
        "conditional",
        "rejected",
      ]),
    )
    .action(act(releaseLots));

async function releaseLots(
  { caller: { api }, terminal }: Command,
  names: string[],
  { reason, result: decision }: { reason: string; result?: string },
) {
  const lots = await findLots(api, names);
  const details = given({ reason, inspectionResult: decision });
  const ids = lots.map(({ lot }) => ({ lot }));
  const result = await actOnLots(api, "release", ids, details);
  const text = `${countOf(lots.length, "lot")} from hold: ${reason}`;
  return showAct(terminal, { verb: "released", text }, lots, result);
}
