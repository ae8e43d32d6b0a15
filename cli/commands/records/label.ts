// `label`: writes the symbols of lots' labels into files.
import { Option } from "commander";
import { extname } from "node:path";
import { writeNewFile } from "../../output/files.ts";
import { usageProblem } from "../../output/outcome.ts";
import { pieces } from "../../output/terminal.ts";
import { numberOf } from "../../service/acts.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { findLots, lotPath } from "../../service/lots.ts";

/** Stands in the file's name for the lot's number. */
const PLACE = "{lot}";
const FORMATS = ["svg", "png"];

export const label: AddCommand = (program, act) =>
  program
    .command("label")
    .description("write the symbol of a lot's label into a file, for printing")
    .argument("<lots...>", "their numbers, ids or labels")
    .requiredOption(
      "--out <file>",
      `the file to write, .svg or .png; it must not exist yet. For several lots with ${PLACE} in its name`,
    )
    .addOption(
      new Option(
        "--symbol <symbol>",
        "Data Matrix and PDF417 have the lot's facts, QR a link to it",
      )
        .choices(["datamatrix", "pdf417", "qr"])
        .default("datamatrix"),
    )
    .action(act(writeLabels));

async function writeLabels(
  { caller: { api }, terminal }: Command,
  names: string[],
  { out, symbol }: { out: string; symbol: string },
) {
  const format = extname(out).slice(1).toLowerCase();
  if (!FORMATS.includes(format))
    throw usageProblem("BAD_ARGUMENT", `${out} does not end with .svg or .png.`, "--out");
  if (names.length > 1 && !out.includes(PLACE)) {
    const why = `Each lot has a file of its own: write ${PLACE} into its name, as in label-${PLACE}.svg.`;
    throw usageProblem("BAD_ARGUMENT", why, "--out");
  }
  const lots = await findLots(api, names);
  const files: { lot: string; file: string }[] = [];
  for (const lot of lots) {
    const bytes = await api.download(lotPath(lot.lot, `/label?symbol=${symbol}&format=${format}`));
    // A lot number may have signs that no file name takes.
    const file = out.replaceAll(PLACE, numberOf(lot).replaceAll(/[^\w.-]/g, "_"));
    await writeNewFile(file, bytes);
    terminal.line(`${file}  ${numberOf(lot)}, ${pieces(bytes.length)} bytes`);
    files.push({ lot: lot.lot, file });
  }
  return { files };
}
