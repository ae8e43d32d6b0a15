// `lots`: searches the lots that the caller sees.
import { LotView } from "../../../api/lots.ts";
import { readDay } from "../../input/days.ts";
import { countOf, partyText, pieces, showTable } from "../../output/terminal.ts";
import { numberOf } from "../../service/acts.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { resolveParty } from "../../service/lots.ts";

export const lots: AddCommand = (program, act) =>
  program
    .command("lots")
    .description("search the lots that you issued, hold, held or are to receive")
    .option("--q <words>", "words that the lot's texts have, in any order")
    .option("--mpn <number>", "the manufacturer's part number")
    .option("--number <number>", "the lot number")
    .option("--maker-lot <code>", "the manufacturer's lot code")
    .option("--manufacturer <name>", "the manufacturer")
    .option("--date-code <code>", "the date code, as written")
    .option("--held", "only lots on hold")
    .option("--in-transit", "only lots on their way")
    .option("--holder <party>", "the party that holds them: the start of its name or address")
    .option("--consignee <party>", "the party to which they are on their way")
    .option("--since <day>", "with an event on this day or later, as YYYY-MM-DD")
    .action(act(searchLots));

interface Options {
  q?: string;
  mpn?: string;
  number?: string;
  makerLot?: string;
  manufacturer?: string;
  dateCode?: string;
  held?: boolean;
  inTransit?: boolean;
  holder?: string;
  consignee?: string;
  since?: string;
}

async function searchLots(
  { caller: { api }, terminal }: Command,
  { number, held, inTransit, holder, consignee, since, ...query }: Options,
) {
  const addressOf = async (text: string | undefined, field: string) =>
    text === undefined ? undefined : (await resolveParty(api, text, field)).address;
  const items = await api.all("/v1/lots", LotView, {
    ...query,
    lotNumber: number,
    held: held ? "true" : undefined,
    inTransit: inTransit ? "true" : undefined,
    holder: await addressOf(holder, "--holder"),
    consignee: await addressOf(consignee, "--consignee"),
    since: since === undefined ? undefined : readDay(since, "--since", "start"),
  });
  const rows = items.map((lot) => [
    numberOf(lot),
    lot.mpn ?? "",
    lot.makerLot ?? "",
    lot.dateCode ?? "",
    pieces(lot.quantity),
    placeOf(lot),
    lot.held ? terminal.style(["yellow", "bold"], "on hold") : "",
  ]);
  const quantity = { title: "quantity", align: "right" } as const;
  showTable(
    terminal,
    ["lot", "mpn", "manufacturer lot", "date code", quantity, "held by", ""],
    rows,
  );
  terminal.line(countOf(items.length, "lot"));
  return { items };
}

const placeOf = ({ holder, consignee }: LotView) =>
  consignee === null
    ? partyText(holder)
    : `${partyText(holder)}, in transit to ${partyText(consignee)}`;
