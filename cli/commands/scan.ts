// `scan`: finds the lot that a label names, compares label, record and order, and shows the verdict.
import { ScanView } from "../../api/scan.ts";
import type { FieldComparison } from "../../protocol/label/compare.ts";
import type { LabelReading } from "../../protocol/label/reading.ts";
import { type ExpectedOptions, readExpected } from "../input/expected.ts";
import { EXIT_CODES_HELP } from "../output/help.ts";
import { EXIT, usageProblem, VERDICT_EXIT } from "../output/outcome.ts";
import { pieces, showTable, type Terminal } from "../output/terminal.ts";
import { showVerdict } from "../output/verdict.ts";
import type { AddCommand, Command } from "../service/command.ts";

export const scan: AddCommand = (program, act) =>
  program
    .command("scan")
    .description(
      "find the lot that a label names, compare label, record and order, and verify the lot",
    )
    .argument(
      "[text...]",
      "the text of each of the label's codes, with \\x1d, ␝ or {GS} for separators (default: stdin)",
    )
    .option("--place <name>", "where it is scanned, in your own words: a site, a dock")
    .option(
      "--expected <file>",
      "what was ordered, as JSON: manufacturer, mpn, makerLot, dateCode, quantity, countryOfOrigin",
    )
    .option("--expected-manufacturer <name>", "the ordered manufacturer")
    .option("--expected-mpn <mpn>", "the ordered part number")
    .option("--expected-lot <code>", "the manufacturer's lot on the packing list")
    .option("--expected-date-code <code>", "the date code on the packing list")
    .option("--expected-quantity <pieces>", "the pieces on the packing list")
    .option("--expected-country <code>", "the country of origin on the packing list")
    .addHelpText("after", EXIT_CODES_HELP)
    .action(
      act(scanLabel, ({ verdict }) => (verdict ? VERDICT_EXIT[verdict.verdict] : EXIT.refused)),
    );

/** Scans a label. @param texts of its codes; without any, standard input is read */
async function scanLabel(
  { caller, terminal, readInput }: Command,
  texts: readonly string[],
  { place, ...options }: { place?: string } & ExpectedOptions,
): Promise<ScanView> {
  const expected = await readExpected(options);
  const label = texts.length > 0 ? texts : [(await readInput()).replace(/\r?\n$/, "")];
  if (label.every((text) => text === "")) {
    const why = "There is no label. Give its text, or scan it into standard input.";
    throw usageProblem("BAD_ARGUMENT", why, "TEXT");
  }
  const result = await caller.api.post("/v1/scan", ScanView, {
    label,
    ...(place !== undefined && { place }),
    ...(expected && { expected }),
  });
  showReading(result.reading, terminal);
  showLots(result, terminal);
  const { comparison, verdict } = result;
  // Without record and order there is only the label, which stands above.
  const isCompared = comparison?.some((row) => row.recorded !== null || row.expected !== null);
  if (comparison && isCompared) showComparison(comparison, terminal);
  if (verdict) showVerdict(verdict, verdict.lot ?? "not registered", terminal);
  return result;
}

function showReading(reading: LabelReading, terminal: Terminal): void {
  if (reading.status === "refused") return; // the message says why
  const { dialect, fields } = reading;
  terminal.line(`label, read as ${dialect.name}${dialect.guess ? " (a guess)" : ""}`);
  const cells = fields.map(({ kind, di, raw, value }) => [
    `  ${kind}`,
    di ?? "",
    raw.trim() === "" ? "empty" : valueText(value),
  ]);
  showTable(terminal, ["  field", "id", "value"], cells);
  terminal.line();
}

type FieldValue = Extract<LabelReading, { status: "read" }>["fields"][number]["value"];

function valueText(value: FieldValue): string {
  if (value === null) return "not readable";
  if (typeof value !== "object") return String(value);
  const spans = value.readings.map(({ from, to }) => (from === to ? from : `${from} to ${to}`));
  return [value.raw, spans.length > 0 && `(${spans.join(", or ")})`].filter(Boolean).join(" ");
}

function showLots({ candidates, more, why, message }: ScanView, terminal: Terminal): void {
  const { line, style } = terminal;
  if (why !== null) line(style(["yellow", "bold"], `${why}: ${message ?? ""}`));
  if (candidates.length > 0) {
    const cells = candidates.map(({ lot, lotNumber, mpn, quantity, holder }) => [
      lot,
      lotNumber ?? "",
      mpn ?? "",
      pieces(quantity),
      `held by ${holder.name ?? holder.address}`,
    ]);
    const right = { title: "pieces", align: "right" } as const;
    showTable(terminal, ["lot", "number", "mpn", right, ""], cells);
    if (more) line("There are more lots than these: scan a code that says more.");
  }
  line();
}

function showComparison(comparison: readonly FieldComparison[], terminal: Terminal): void {
  const filled = comparison.filter((row) =>
    [row.scanned, row.recorded, row.expected].some((value) => value !== null),
  );
  const isOrdered = filled.some(({ expected }) => expected !== null);
  const isRecorded = filled.some(({ recorded }) => recorded !== null);
  const text = (value: string | number | null) => (value === null ? "–" : String(value));
  const cells = filled.map((row) => {
    const agreements = [row.agrees, row.scannedAsExpected, row.recordedAsExpected];
    const mark = agreements.includes(false)
      ? terminal.style(["red", "bold"], "DIFFERS")
      : agreements.includes(true)
        ? "same"
        : "";
    const record = isRecorded ? [text(row.recorded)] : [];
    const order = isOrdered ? [text(row.expected)] : [];
    return [`  ${row.field}`, text(row.scanned), ...record, ...order, mark];
  });
  const others = [...(isRecorded ? ["recorded"] : []), ...(isOrdered ? ["expected"] : [])];
  showTable(terminal, ["  field", "scanned", ...others, ""], cells);
  terminal.line();
}
