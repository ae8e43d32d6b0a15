// `assemble`: makes products of pieces of lots.
import { ActionResult } from "../../../api/settlement.ts";
import { lotId } from "../../../protocol/event/lot.ts";
import { readCount } from "../../input/options.ts";
import { pieces } from "../../output/terminal.ts";
import { given, numberOf, showAct } from "../../service/acts.ts";
import { type AddCommand, collect, type Command } from "../../service/command.ts";
import { findLots, lotPath } from "../../service/lots.ts";

export const assemble: AddCommand = (program, act) =>
  program
    .command("assemble")
    .description(
      "make products of pieces of lots that you hold; each product becomes a lot of yours",
    )
    .argument("<products...>", "LOTNUMBER=PIECES for each new lot of products")
    .requiredOption("--from <lot=pieces>", "the pieces used up of a lot; repeatable", collect)
    .requiredOption("--mpn <number>", "the products' part number")
    .option("--name <text>", "the products' name")
    .option("--work-order <number>", "the work order")
    .option("--bom-revision <revision>", "the revision of the bill of materials")
    .option("--site <name>", "the plant")
    .option("--line <name>", "the production line")
    .action(act(assembleProducts));

interface Options {
  from: string[];
  mpn: string;
  name?: string;
  workOrder?: string;
  bomRevision?: string;
  site?: string;
  line?: string;
}

async function assembleProducts(
  { caller: { api }, terminal }: Command,
  texts: string[],
  { from, mpn, name: productName, workOrder, bomRevision, site, line }: Options,
) {
  const products = texts.map((text) => {
    const { name: lotNumber, quantity } = readCount(text, "LOTNUMBER=PIECES");
    return { lotNumber, quantity, details: given({ mpn, productName }) };
  });
  const used = from.map((text) => readCount(text, "--from"));
  const lots = await findLots(
    api,
    used.map(({ name }) => name),
  );
  const inputs = lots.map(({ lot }, i) => ({ lot, quantity: used[i]!.quantity }));
  const [first, ...others] = inputs;
  const result = await api.act(lotPath(first!.lot, "/assembly"), ActionResult, {
    quantity: first!.quantity,
    inputs: others,
    products,
    details: given({ workOrder, bomRevision, site, productionLine: line }),
  });
  lots.forEach((lot, i) =>
    terminal.line(
      `used        ${pieces(used[i]!.quantity)} of ${numberOf(lot)}, ${pieces(lot.quantity - used[i]!.quantity)} left`,
    ),
  );
  const issuer = lots[0]!.holder.address;
  const made = products.map(({ lotNumber, quantity }) => {
    return { lot: lotId(issuer, lotNumber), lotNumber, mpn, quantity };
  });
  const report = showAct(terminal, { verb: "assembled", text: mpn }, made, result);
  return { ...report, used: inputs };
}
