// `scrap`: scraps pieces of lots.
import { readCount } from "../../input/options.ts";
import { pieces } from "../../output/terminal.ts";
import { actOnLots, given, showAct } from "../../service/acts.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { findLots } from "../../service/lots.ts";

export const scrap: AddCommand = (program, act) =>
  program
    .command("scrap")
    .description(
      "scrap pieces of lots that you hold; a lot with no pieces left is closed, which cannot be undone",
    )
    .argument("<lots...>", "LOT=PIECES for each lot")
    .requiredOption("--reason <text>", "why: test, loss, or in words")
    .option("--site <name>", "the plant or warehouse")
    .action(act(scrapLots));

async function scrapLots(
  { caller: { api }, terminal }: Command,
  texts: string[],
  { reason, site }: { reason: string; site?: string },
) {
  const counts = texts.map((text) => readCount(text, "LOT=PIECES"));
  const lots = await findLots(
    api,
    counts.map(({ name }) => name),
  );
  const taken = lots.map(({ lot }, i) => ({ lot, quantity: counts[i]!.quantity }));
  const result = await actOnLots(api, "scrap", taken, given({ reason, site }));
  const sum = counts.reduce((all, { quantity }) => all + quantity, 0);
  const left = lots.map((lot, i) => ({ ...lot, quantity: lot.quantity - counts[i]!.quantity }));
  const text = `${pieces(sum)} pieces: ${reason}. Left:`;
  return showAct(terminal, { verb: "scrapped", text }, left, result);
}
