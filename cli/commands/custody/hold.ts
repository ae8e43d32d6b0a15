// `hold`: puts lots on hold, so that they are neither shipped nor used until they are released.
import type { AddCommand, Command } from "../../service/command.ts";
import { countOf } from "../../output/terminal.ts";
import { actOnLots, given, showAct } from "../../service/acts.ts";
import { findLots } from "../../service/lots.ts";

export const hold: AddCommand = (program, act) =>
  program
    .command("hold")
    .description(
      "quarantine lots that you hold: until you release them they are neither shipped nor used",
    )
    .argument("<lots...>", "their numbers, ids or labels")
    .requiredOption("--reason <text>", "why, for everybody who sees the lot")
    .option("--alert <number>", "the alert, recall or change notice that is the reason")
    .action(act(holdLots));

async function holdLots(
  { caller: { api }, terminal }: Command,
  names: string[],
  { reason, alert }: { reason: string; alert?: string },
) {
  const lots = await findLots(api, names);
  const ids = lots.map(({ lot }) => ({ lot }));
  const result = await actOnLots(api, "hold", ids, given({ reason, alertReference: alert }));
  const text = `${countOf(lots.length, "lot")} on hold: ${reason}`;
  return showAct(terminal, { verb: "held", text }, lots, result);
}
