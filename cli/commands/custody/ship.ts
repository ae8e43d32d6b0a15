// `ship`: ships lots to a party.
import { Option } from "commander";
import { TRANSPORT_MODES } from "../../../protocol/event/detail-fields.ts";
import { readDay } from "../../input/days.ts";
import { readInputFile } from "../../input/files.ts";
import { readWholeNumber } from "../../input/options.ts";
import { Problem, usageProblem } from "../../output/outcome.ts";
import { readLotNames } from "../../../packing/read.ts";
import { given } from "../../service/acts.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { uploadFile } from "../../service/documents.ts";
import { findLots, resolveParty } from "../../service/lots.ts";
import { refuseTooMany, shipTo } from "../../service/ship.ts";

export const ship: AddCommand = (program, act) =>
  program
    .command("ship")
    .description("ship lots to a party, which then has to receive them")
    .argument("[lots...]", "lots, by id or lot number")
    .requiredOption("--to <party>", "the consignee: the start of its name or address")
    .option("--file <file>", "a packing list, or a file with one lot per line")
    .option("--carrier <name>", "the carrier")
    .option("--service <name>", "the carrier's service")
    .option("--tracking <number>", "the carrier's tracking number")
    .option(
      "--expected <day>",
      "the day on which it is expected to arrive, as YYYY-MM-DD, or a time in Unix seconds",
    )
    .addOption(new Option("--mode <mode>", "how it travels").choices(TRANSPORT_MODES))
    .option("--from-country <code>", "the country from which it is shipped: two letters")
    .option("--to-country <code>", "the country to which it is shipped: two letters")
    .option("--site <name>", "your plant or warehouse that it leaves")
    .option("--to-site <name>", "the consignee's plant or warehouse")
    .option("--asn <number>", "the number of the advance ship notice")
    .option("--packing-list <number>", "the number of the packing list")
    .option("--delivery-note <number>", "the number of the delivery note")
    .option(
      "--certificate <file>",
      "a certificate of conformity, which is uploaded and named by its hash",
    )
    .option("--reason <text>", "the reason; for a return use `reelproof return`")
    .option("--yes", "ship without a question; without a terminal nothing is asked")
    .action(act(shipLots));

/** The detail field of each option that describes the shipment. */
const DETAIL_FIELDS = {
  carrier: "carrier",
  service: "carrierService",
  tracking: "trackingNumber",
  mode: "transportMode",
  fromCountry: "shipFromCountry",
  toCountry: "shipToCountry",
  site: "site",
  toSite: "toSite",
  asn: "asnNumber",
  packingList: "packingList",
  deliveryNote: "deliveryNote",
  reason: "reason",
} as const;
type DetailOptions = Partial<Record<keyof typeof DETAIL_FIELDS, string>>;

async function shipLots(
  command: Command,
  names: string[],
  {
    to,
    file,
    yes = false,
    certificate,
    expected,
    ...options
  }: DetailOptions & {
    to: string;
    file?: string;
    yes?: boolean;
    certificate?: string;
    expected?: string;
  },
) {
  const listed = file === undefined ? [] : await namesIn(file);
  const wanted = [...names, ...listed];
  if (wanted.length === 0)
    throw usageProblem("BAD_ARGUMENT", "Name the lots to ship, or give a --file of them.", "LOT");
  const { api } = command.caller;
  const consignee = await resolveParty(api, to, "--to");
  const document = { kind: "coc" } as const;
  const cocHash =
    certificate === undefined
      ? undefined
      : (await uploadFile(api, certificate, document, "--certificate")).hash;
  const expectedTime = expected === undefined ? undefined : readExpected(expected);
  const details = given({ ...detailsOf(options), cocHash, expectedTime });
  refuseTooMany(wanted);
  const lots = await findLots(api, wanted);
  return shipTo(command, consignee, lots, { details, yes });
}

/** The end of a day in UTC, or a moment. @throws Problem BAD_OPTION */
const readExpected = (text: string) =>
  /^\d{9,}$/.test(text) ? readWholeNumber(text, "--expected") : readDay(text, "--expected", "end");

/** The lots that a file names. @throws Problem BAD_QUOTE, NOT_CSV, BAD_ENCODING */
async function namesIn(file: string): Promise<string[]> {
  const reading = readLotNames(await readInputFile(file, "--file"));
  if ("names" in reading) return reading.names;
  throw new Problem(reading.fault.code, reading.fault.message, { field: "--file" });
}

function detailsOf(options: DetailOptions): Record<string, string> {
  const details = Object.entries(DETAIL_FIELDS).flatMap(([option, field]) => {
    const value = options[option as keyof DetailOptions];
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(details);
}
