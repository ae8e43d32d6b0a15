// `scan`: finds the lot that a label names, compares label, record and order, and shows the verdict; or of several labels.
import { randomUUID } from "node:crypto";
import { type ScanReason, ScanView } from "../../../api/scan.ts";
import type { FieldComparison } from "../../../protocol/label/compare.ts";
import type { LabelReading } from "../../../protocol/label/reading.ts";
import { headOf } from "../../../protocol/verdict/head.ts";
import { type ExpectedOptions, readExpected } from "../../input/expected.ts";
import { labelsIn } from "../../input/labels.ts";
import { VERDICT_FORMATS } from "../../output/colours.ts";
import { EXIT_CODES_HELP } from "../../output/help.ts";
import { usageProblem } from "../../output/outcome.ts";
import { showTally, worstExit } from "../../output/tally.ts";
import { pieces, showTable, type Terminal } from "../../output/terminal.ts";
import { showVerdict } from "../../output/verdict.ts";
import type { AddCommand, Command } from "../../service/command.ts";

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
    .option(
      "--session <name>",
      "what the scans of one delivery share, such as its number: a label that comes twice gets a warning",
    )
    .option("--each-line", "each line of standard input is a label of its own")
    .addHelpText("after", `${MANY_HELP}${EXIT_CODES_HELP}`)
    .action(act(scanLabels, exitOf));

const MANY_HELP = `
Several labels in standard input, each with a two-dimensional code that begins with [)>, are judged one by one, in a session of
their own unless --session names one. The exit code is the worst of them.
`;

/** The results of several labels. */
interface Several {
  labels: ScanView[];
}

interface ScanOptions extends ExpectedOptions {
  place?: string;
  session?: string;
  eachLine?: boolean;
}

/** Scans a label, or several. @param texts of one label's codes; without any, standard input is read */
async function scanLabels(
  command: Command,
  texts: readonly string[],
  { place, session, eachLine = false, ...options }: ScanOptions,
): Promise<ScanView | Several> {
  const expected = await readExpected(options);
  const labels = texts.length > 0 ? [[...texts]] : labelsIn(await command.readInput(), eachLine);
  if (labels.every((codes) => codes.every((text) => text === ""))) {
    const why = "There is no label. Give its text, or scan it into standard input.";
    throw usageProblem("BAD_ARGUMENT", why, "TEXT");
  }
  const [first, other] = labels;
  const isOne = first !== undefined && other === undefined;
  const shared = session ?? (isOne ? undefined : `run ${randomUUID()}`);
  const body = {
    ...(place !== undefined && { place }),
    ...(shared !== undefined && { session: shared }),
    ...(expected && { expected }),
  };
  if (isOne) return scanLabel(command, { label: first, ...body });
  const results: ScanView[] = [];
  for (const [index, label] of labels.entries()) {
    command.terminal.line(command.terminal.style("bold", `${index + 1} of ${labels.length}`));
    results.push(await scanLabel(command, { label, ...body }));
    command.terminal.line();
  }
  showSummary(results, command.terminal);
  return { labels: results };
}

async function scanLabel(
  { caller, terminal }: Command,
  body: { label: readonly string[] },
): Promise<ScanView> {
  const result = await caller.api.post("/v1/scan", ScanView, body);
  showReading(result.reading, terminal);
  showLots(result, terminal);
  const { comparison, verdict } = result;
  // Without record and order there is only the label, which stands above.
  const isCompared = comparison?.some((row) => row.recorded !== null || row.expected !== null);
  if (comparison && isCompared) showComparison(comparison, terminal);
  const lot = verdict?.lot ?? (result.why === null ? "" : (NO_LOT[result.why] ?? ""));
  if (verdict) showVerdict(verdict, lot, terminal);
  return result;
}

/** What stands in place of the lot, where a label is judged alone. */
const NO_LOT: Partial<Record<ScanReason, string>> = {
  NOT_KNOWN: "not registered, as far as you can see",
  NO_LOT_ON_LABEL: "not named by the label",
  OTHER_LEDGER: "of another ledger",
  SEVERAL_LOTS: "one of the lots above",
};

/** One line for each label. */
function showSummary(results: readonly ScanView[], terminal: Terminal): void {
  const cells = results.map(({ verdict, message, candidates: [lot], reading }, i) => {
    const fields = reading.status === "read" ? reading.fields : [];
    const named = fields.find(({ kind }) => kind === "packageId" || kind === "mpn");
    return [
      String(i + 1),
      verdict ? terminal.style(VERDICT_FORMATS[verdict.verdict], verdict.verdict) : "no verdict",
      lot?.lotNumber ?? named?.raw ?? "",
      (verdict ? headOf(verdict).because : message) ?? "",
    ];
  });
  showTable(terminal, [{ title: "", align: "right" }, "verdict", "package", "why"], cells);
  terminal.line();
  showTally(terminal, "label", results.map(outcomeOf));
}

const outcomeOf = ({ verdict }: ScanView) => verdict?.verdict ?? null;

const exitOf = (result: ScanView | Several): number =>
  worstExit(("labels" in result ? result.labels : [result]).map(outcomeOf));

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
