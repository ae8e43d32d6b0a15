// `split`: splits new lots off a lot.
import { ActionResult } from "../../../api/settlement.ts";
import { readCount } from "../../input/options.ts";
import { pieces, short, table } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { findLot, lotPath } from "../../service/lots.ts";

export const split: AddCommand = (program, act) =>
  program
    .command("split")
    .description("split new lots off a lot")
    .argument("<lot>", "its id or lot number")
    .argument("<children...>", "LOTNUMBER=PIECES for each new lot")
    .action(act(splitLot));

async function splitLot({ caller: { api }, terminal }: Command, name: string, texts: string[]) {
  const children = texts.map((text) => {
    const { name: lotNumber, quantity } = readCount(text, "LOTNUMBER=PIECES");
    return { lotNumber, quantity };
  });
  const { lot: parent } = await findLot(api, name);
  const { hash, settlement } = await api.act(lotPath(parent, "/split"), ActionResult, {
    children,
  });
  const { quantity, lotNumber } = await findLot(api, parent);
  terminal.line(`split       ${lotNumber ?? short(parent)}: ${pieces(quantity)} pieces are left`);
  const rows = children.map((child) => [child.lotNumber, pieces(child.quantity)]);
  for (const line of table([{ title: "new lot" }, { title: "pieces", align: "right" }], rows))
    terminal.line(`  ${line}`);
  terminal.line(`event       ${hash}`);
  terminal.line(`settlement  ${settlement}`);
  return { event: hash, settlement, lot: parent, left: quantity, children };
}
