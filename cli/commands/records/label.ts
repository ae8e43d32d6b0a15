// `label`: prints lots' labels into one file, or a symbol of each into a file of its own.
import { Option } from "commander";
import { extname } from "node:path";
import { readFileOrInput } from "../../input/files.ts";
import { readWholeNumber } from "../../input/options.ts";
import { writeNewFile } from "../../output/files.ts";
import { usageProblem } from "../../output/outcome.ts";
import { countOf, pieces } from "../../output/terminal.ts";
import { numberOf } from "../../service/acts.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { findLots, lotPath } from "../../service/lots.ts";
import { findShipment } from "../../service/shipments.ts";

/** Stands in the file's name for the lot's number. */
const PLACE = "{lot}";
const ROLL_FORMATS = ["pdf", "zpl"];
const IMAGE_FORMATS = ["png", "svg"];
const SYMBOLS = ["datamatrix", "pdf417", "qr"];
/** More than the list of a full request has. */
const MAX_LIST_BYTES = 4 * 1024 * 1024;

export const label: AddCommand = (program, act) =>
  program
    .command("label")
    .description("print lots' labels (EIGP 114) into one file, in the order given")
    .argument("[lots...]", "their numbers, ids or labels")
    .option("--list <file>", "print these lots: one to a line; - for standard input")
    .option(
      "--shipment <shipment>",
      "print the lots of a shipment, with the customer's part number and order: its hash, the start of it, or a lot in it",
    )
    .addOption(
      new Option("--format <format>", "by default the ending of --out, else pdf").choices([
        ...ROLL_FORMATS,
        ...IMAGE_FORMATS,
      ]),
    )
    .option("--size <size>", "width x height of a label in millimetres (default: 102x76)")
    .option(
      "--sheet <sheet>",
      "print a PDF on sheets: a4-2x4, a4-2x7, a4-2x2, letter-2x5, letter-2x3, letter-2x2, or PAGE:COLUMNSxROWS:LABEL:GAP",
    )
    .option("--start <place>", "the first place to print on the first sheet, counted from 1")
    .addOption(
      new Option("--dpi <dpi>", "the printer's dots per inch (default: 203)").choices([
        "203",
        "300",
        "600",
      ]),
    )
    .option("--copies <n>", "each label so many times")
    .option("--no-link", "without the QR code with the link to the lot's page")
    .option("--linear", "with linear codes of the fields that EIGP 114 lists for them")
    .addOption(new Option("--symbol <symbol>", "only this symbol, as svg or png").choices(SYMBOLS))
    .option(
      "--out <file>",
      `the file to write, which must not exist yet; images of several lots with ${PLACE} in its name (default: labels.pdf)`,
    )
    .addHelpText("after", MORE_HELP)
    .action(act(printLabels));

const MORE_HELP = `
A PDF has a page of the label's size for each label, and prints at 100 %, without fitting to the page. ZPL goes to the printer as it
is. If one label cannot be printed, nothing is written: the error names the lot and the field.`;

interface Options {
  list?: string;
  shipment?: string;
  format?: string;
  size?: string;
  sheet?: string;
  start?: string;
  dpi?: string;
  copies?: string;
  link: boolean;
  linear?: boolean;
  symbol?: string;
  out?: string;
}

async function printLabels(command: Command, named: string[], options: Options) {
  const names = [...named, ...(await listed(command, options))];
  if (names.length === 0 && options.shipment === undefined)
    throw usageProblem("BAD_ARGUMENT", "Name lots, or give --list or --shipment.", "LOT");
  const format = formatOf(options);
  return ROLL_FORMATS.includes(format)
    ? printRoll(command, names, { ...options, format })
    : printImages(command, names, { ...options, format });
}

async function listed(command: Command, { list }: Options): Promise<string[]> {
  if (list === undefined) return [];
  const content = await readFileOrInput(command, list, "--list", MAX_LIST_BYTES);
  const text = typeof content === "string" ? content : new TextDecoder().decode(content);
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}

/** The format that the caller chose, or that the file's name ends with. */
function formatOf({ format, out, symbol }: Options): string {
  const ending = extname(out ?? "")
    .slice(1)
    .toLowerCase();
  const formats = symbol === undefined ? [...ROLL_FORMATS, ...IMAGE_FORMATS] : IMAGE_FORMATS;
  const chosen = format ?? (out === undefined ? (symbol === undefined ? "pdf" : "svg") : ending);
  if (formats.includes(chosen)) return chosen;
  if (format !== undefined) {
    const why = `A symbol alone is written as ${IMAGE_FORMATS.join(" or ")}.`;
    throw usageProblem("BAD_OPTION", why, "--format");
  }
  const endings = formats.map((each) => `.${each}`).join(", ");
  const why = `${out} does not end with ${endings}. Name the format with --format.`;
  throw usageProblem("BAD_ARGUMENT", why, "--out");
}

async function printRoll(
  { caller: { api }, terminal }: Command,
  names: string[],
  { format, shipment, size, sheet, start, dpi, copies, link, linear, out }: Options,
) {
  const file = out ?? `labels.${format}`;
  const body = {
    ...(names.length > 0 && { lots: names.map((name) => name.trim().normalize("NFC")) }),
    ...(shipment !== undefined && {
      shipment: (await findShipment(api, shipment, "outgoing")).hash,
    }),
    format,
    ...(size !== undefined && { size }),
    ...(sheet !== undefined && { sheet }),
    ...(start !== undefined && { start: readWholeNumber(start, "--start", { min: 1 }) }),
    ...(dpi !== undefined && { dpi: Number(dpi) }),
    ...(copies !== undefined && { copies: readWholeNumber(copies, "--copies", { min: 1 }) }),
    link,
    linear: linear === true,
  };
  const bytes = await api.download("/v1/labels", body);
  await writeNewFile(file, bytes);
  const what = names.length > 0 ? countOf(names.length, "lot") : "all lots of the shipment";
  terminal.line(`${file}  labels of ${what}, ${pieces(bytes.length)} bytes`);
  return { files: [{ file, bytes: bytes.length }] };
}

async function printImages(
  { caller: { api }, terminal }: Command,
  names: string[],
  options: Options & { format: string },
) {
  const { symbol, format, out = `label-${PLACE}.${format}` } = options;
  refuseRollOptions(options);
  if (names.length > 1 && !out.includes(PLACE)) {
    const why = `Each lot has an image of its own: write ${PLACE} into its name, as in label-${PLACE}.${format}.`;
    throw usageProblem("BAD_ARGUMENT", why, "--out");
  }
  const rest =
    symbol === undefined ? `/label?${queryOf(options)}` : `/symbols/${symbol}?format=${format}`;
  const lots = await findLots(api, names);
  const files: { lot: string; file: string; bytes: number }[] = [];
  for (const lot of lots) {
    const bytes = await api.download(lotPath(lot.lot, rest));
    // A lot number may have signs that no file name takes.
    const file = out.replaceAll(PLACE, numberOf(lot).replaceAll(/[^\w.-]/g, "_"));
    await writeNewFile(file, bytes);
    terminal.line(`${file}  ${numberOf(lot)}, ${pieces(bytes.length)} bytes`);
    files.push({ lot: lot.lot, file, bytes: bytes.length });
  }
  return { files };
}

function queryOf({ format, size, dpi, link, linear }: Options & { format: string }): string {
  return new URLSearchParams({
    format,
    ...(size !== undefined && { size }),
    ...(dpi !== undefined && { dpi }),
    link: String(link),
    linear: String(linear === true),
  }).toString();
}

/** Images are of one label each. An option that would do nothing is refused. */
function refuseRollOptions({ shipment, sheet, start, copies }: Options): void {
  const given = Object.entries({ shipment, sheet, start, copies }).find(
    ([, value]) => value !== undefined,
  );
  if (given) {
    const why = `--${given[0]} is for files of many labels: choose the format pdf or zpl.`;
    throw usageProblem("BAD_OPTION", why, `--${given[0]}`);
  }
}
