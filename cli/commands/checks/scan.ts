// `scan`: finds the lot that a label names, compares label, record and order, and shows the verdict; or of several labels.
import { randomUUID } from "node:crypto";
import { type ScanReason, ScanView } from "../../../api/scan.ts";
import type { FieldComparison } from "../../../protocol/label/compare.ts";
import type { LabelReading } from "../../../protocol/label/reading.ts";
import { headOf } from "../../../protocol/verdict/head.ts";
import type { Verdict, VerdictName } from "../../../protocol/verdict/verdict.ts";
import { type ExpectedOptions, readExpected } from "../../input/expected.ts";
import { labelsIn, labelsInColumn } from "../../input/labels.ts";
import { VERDICT_FORMATS } from "../../output/colours.ts";
import { EXIT_CODES_HELP } from "../../output/help.ts";
import { usageProblem } from "../../output/outcome.ts";
import { showTally, worstExit } from "../../output/tally.ts";
import { countOf, pieces, showTable, type Terminal } from "../../output/terminal.ts";
import { showVerdict } from "../../output/verdict.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import {
  type Delivery,
  deliveryOfList,
  deliveryOfShipment,
  type DeliveryTally,
  packageOf,
  packageOn,
  tallyOf,
} from "../../service/delivery.ts";

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
    .option(
      "--column <title>",
      "standard input is CSV with a header, and the labels are in this column",
    )
    .option(
      "--list <file>",
      "the delivery's packing list (CSV): each label is compared with its row, and missing and surplus packages are counted",
    )
    .option(
      "--shipment <shipment>",
      "the shipment to you, by the start of its hash or a lot in it: missing and surplus lots are counted",
    )
    .option("--details", "of several labels, show each in full, and not one line alone")
    .addHelpText("after", `${MANY_HELP}${EXIT_CODES_HELP}`)
    .action(act(scanLabels, exitOf));

const MANY_HELP = `
Several labels in standard input, each with a two-dimensional code that begins with [)>, are judged one by one, in a session of
their own unless --session names one. The exit code is the worst of them, and at least 10 if a package is missing, surplus, or
scanned twice.
`;

/** The results of several labels. */
interface Several {
  labels: ScanView[];
  delivery: DeliveryTally;
}

interface ScanOptions extends ExpectedOptions {
  place?: string;
  session?: string;
  eachLine?: boolean;
  column?: string;
  list?: string;
  shipment?: string;
  details?: boolean;
}

/** Scans a label, or several. @param texts of one label's codes; without any, standard input is read */
async function scanLabels(
  command: Command,
  texts: readonly string[],
  { place, session, list, shipment, details = false, ...options }: ScanOptions,
): Promise<ScanView | Several> {
  const { terminal } = command;
  const ordered = await readExpected(options);
  const delivery = await announced(command, list, shipment);
  const labels = texts.length > 0 ? [[...texts]] : await readLabels(command, options);
  if (labels.every((codes) => codes.every((text) => text === ""))) {
    const why = "There is no label. Give its text, or scan it into standard input.";
    throw usageProblem("BAD_ARGUMENT", why, "TEXT");
  }
  const isOne = labels.length === 1;
  const shared = session ?? (isOne ? undefined : `run ${randomUUID()}`);
  const results: ScanView[] = [];
  for (const [i, label] of labels.entries()) {
    terminal.progress("scanning", i, labels.length);
    const expected = { ...(delivery && packageOf(delivery, label)?.expected), ...ordered };
    const result = await command.caller.api.post("/v1/scan", ScanView, {
      label,
      ...(place !== undefined && { place }),
      ...(shared !== undefined && { session: shared }),
      ...(Object.keys(expected).length > 0 && { expected }),
    });
    results.push(result);
    if (!isOne && !details) continue;
    if (!isOne) terminal.line(terminal.style("bold", `${i + 1} of ${labels.length}`));
    showScan(result, terminal);
    if (!isOne) terminal.line();
  }
  const [only] = results;
  if (isOne && !delivery) return only!;
  const tally = tallyOf(delivery, results);
  if (isOne) terminal.line();
  showSummary(results, tally, terminal);
  return { labels: results, delivery: tally };
}

/** What was announced: by a list, or by a shipment. @throws Problem BAD_ARGUMENT if both are named */
async function announced(
  { caller }: Command,
  list: string | undefined,
  shipment: string | undefined,
): Promise<Delivery | undefined> {
  if (list !== undefined && shipment !== undefined) {
    const why = "Name the packing list or the shipment, not both.";
    throw usageProblem("BAD_ARGUMENT", why, "--shipment");
  }
  if (list !== undefined) return deliveryOfList(list);
  return shipment === undefined ? undefined : deliveryOfShipment(caller.api, shipment);
}

/** The labels in standard input. */
async function readLabels(
  command: Command,
  { eachLine = false, column }: ScanOptions,
): Promise<string[][]> {
  const input = await command.readInput();
  return column === undefined ? labelsIn(input, eachLine) : labelsInColumn(input, column);
}

/** Shows the label, its lot, what differs, and the verdict. */
function showScan(result: ScanView, terminal: Terminal): void {
  showReading(result.reading, terminal);
  showLots(result, terminal);
  const { comparison, verdict } = result;
  // Without record and order there is only the label, which stands above.
  const isCompared = comparison?.some((row) => row.recorded !== null || row.expected !== null);
  if (comparison && isCompared) showComparison(comparison, terminal);
  const lot = verdict?.lot ?? (result.why === null ? "" : (NO_LOT[result.why] ?? ""));
  if (verdict) showVerdict(verdict, lot, terminal);
}

/** What stands in place of the lot, where a label is judged alone. */
const NO_LOT: Partial<Record<ScanReason, string>> = {
  NOT_KNOWN: "not registered, as far as you can see",
  NO_LOT_ON_LABEL: "not named by the label",
  OTHER_LEDGER: "of another ledger",
  SEVERAL_LOTS: "one of the lots above",
};

/** One line for each label, what all of them have, and what came of what was announced. */
function showSummary(results: readonly ScanView[], tally: DeliveryTally, terminal: Terminal): void {
  const shared = sharedFindings(results);
  const cells = results.map((result, i) => {
    const { verdict } = result;
    return [
      String(i + 1),
      verdict ? terminal.style(VERDICT_FORMATS[verdict.verdict], verdict.verdict) : "no verdict",
      packageOn(result) ?? partOn(result) ?? "",
      ownReason(result, shared),
    ];
  });
  showTable(terminal, [{ title: "", align: "right" }, "verdict", "package", "why"], cells);
  terminal.line();
  for (const [code, { message, count }] of shared)
    terminal.line(`${code} on ${pieces(count)} of ${countOf(results.length, "label")}: ${message}`);
  if (shared.size > 0) terminal.line();
  showTally(terminal, "label", results.map(outcomeOf));
  const { expected, scanned, missing, surplus, twice } = tally;
  if (expected !== null) terminal.line(`expected  ${pieces(expected)}`);
  if (expected !== null) terminal.line(`scanned   ${pieces(scanned)}`);
  for (const [label, names] of Object.entries({ missing, surplus, twice })) {
    if (names.length === 0) continue;
    const text = `${label.padEnd(8)}  ${pieces(names.length)}: ${names.join(", ")}`;
    terminal.line(terminal.style("yellow", text));
  }
}

/** Labels from which on a finding of most of them is shown once. */
const MANY_LABELS = 3;

interface Shared {
  message: string;
  count: number;
}

/** What more than half of the labels have, by its code: it hides what tells one label from another. */
function sharedFindings(results: readonly ScanView[]): Map<string, Shared> {
  const counts = new Map<string, Shared>();
  for (const { verdict } of results) {
    const messages = new Map(gravely(verdict).map(({ code, message }) => [code, message]));
    for (const [code, message] of messages)
      counts.set(code, { message, count: (counts.get(code)?.count ?? 0) + 1 });
  }
  const isShared = ({ count }: Shared) =>
    results.length >= MANY_LABELS && count > results.length / 2;
  return new Map([...counts].filter(([, one]) => isShared(one)));
}

const gravely = (verdict: Verdict | null) =>
  (verdict?.findings ?? []).filter((finding) => finding.verdict !== "INFO");

/** The worst finding of a label, beside those of most labels. */
function ownReason({ verdict, message }: ScanView, shared: ReadonlyMap<string, Shared>): string {
  if (!verdict) return message ?? "";
  const findings = gravely(verdict).filter(({ code }) => !shared.has(code));
  const [worst] = findings;
  if (!worst) return "";
  return headOf({ verdict: worst.verdict as VerdictName, findings }).because ?? "";
}

const partOn = ({ reading }: ScanView) =>
  reading.status === "read" ? reading.fields.find(({ kind }) => kind === "mpn")?.raw : undefined;

const outcomeOf = ({ verdict }: ScanView) => verdict?.verdict ?? null;

/** The worst verdict's. A package that is missing, surplus or scanned twice counts as a warning. */
function exitOf(result: ScanView | Several): number {
  if (!("labels" in result)) return worstExit([outcomeOf(result)]);
  const { missing, surplus, twice } = result.delivery;
  const isComplete = missing.length + surplus.length + twice.length === 0;
  return worstExit([...result.labels.map(outcomeOf), isComplete ? "PASS" : "WARN"]);
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
    const cells = candidates.map(({ lot, lotNumber, mpn, quantity, holder, inTransit }) => [
      lot,
      lotNumber ?? "",
      mpn ?? "",
      pieces(quantity),
      `${inTransit ? "in transit from" : "held by"} ${holder.name ?? holder.address}`,
    ]);
    const right = { title: "pieces", align: "right" } as const;
    showTable(terminal, ["lot", "number", "mpn", right, "where"], cells);
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
