// `scan`: from what a scanner read to the lot, what label, record and order say, and the verdict.
import { z } from "zod";
import { Compared } from "../../protocol/label/compare.ts";
import { LabelReading } from "../../protocol/label/reading.ts";
import { Verdict } from "../../protocol/verdict/verdict.ts";
import type { Command } from "../service/command.ts";
import { type ExpectedOptions, readExpected } from "../packing-list/expected.ts";
import { LotSeen } from "../service/lots.ts";
import { EXIT, Problem, VERDICT_EXIT } from "../output/outcome.ts";
import { ruleLines } from "../output/rules.ts";
import { pieces, table, type Terminal } from "../output/terminal.ts";
import { VERDICT_FORMATS, WHAT_IT_PROVES } from "./verify.ts";

const Scanned = z.looseObject({
  reading: LabelReading,
  candidates: z.array(LotSeen),
  more: z.boolean(),
  why: z.string().nullable(),
  message: z.string().nullable(),
  comparison: z.array(Compared).nullable(),
  verdict: Verdict.nullable(),
});
type Scanned = z.infer<typeof Scanned>;

/**
 * Scans a label: shows what it says, the lots that it can mean, and of a single one what differs and its verdict.
 * @param texts of the label's codes; what stands on standard input where there is none
 */
export async function scanLabel(
  { caller, terminal, readInput }: Command,
  texts: readonly string[],
  { place, ...options }: { place?: string } & ExpectedOptions = {},
): Promise<Scanned> {
  const expected = await readExpected(options);
  const label = texts.length > 0 ? texts : [(await readInput()).replace(/\r?\n$/, "")];
  if (label.every((text) => text === ""))
    throw new Problem(
      "BAD_ARGUMENT",
      "there is no label: give its text, or scan it into standard input",
      {
        ...{ field: "TEXT", exit: EXIT.usage },
      },
    );
  const scanned = await caller.api.post("/v1/scan", Scanned, {
    ...{ label, ...(place !== undefined && { place }), ...(expected && { expected }) },
  });
  showReading(scanned.reading, terminal);
  showLots(scanned, terminal);
  if (scanned.comparison) showComparison(scanned.comparison, terminal);
  if (scanned.verdict) showVerdict(scanned.verdict, terminal);
  return scanned;
}

/** That of `verify` where the label names one lot. */
export const exitOfScan = ({ verdict }: Scanned) =>
  verdict ? VERDICT_EXIT[verdict.verdict] : EXIT.refused;

/** A label's text without what could steer a terminal. */
const plain = (text: string) =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, "\ufffd");

function showReading(reading: LabelReading, { line, style }: Terminal): void {
  if (reading.status === "refused") return; // the message says why
  const { dialect, fields } = reading;
  line(`label, read as ${dialect.name}${dialect.guess ? " (a guess)" : ""}`);
  const cells = fields.map(({ kind, di, value }) => [
    `  ${kind}`,
    plain(di ?? ""),
    valueText(value),
  ]);
  for (const row of table(
    [{ title: "  field" }, { title: "id" }, { title: "says" }],
    cells,
    (text) => style("dim", text),
  ))
    line(row);
  line();
}

function valueText(
  value: Extract<LabelReading, { status: "read" }>["fields"][number]["value"],
): string {
  if (value === null) return "not readable";
  if (typeof value !== "object") return plain(String(value));
  const spans = value.readings.map(({ from, to }) => (from === to ? from : `${from} to ${to}`));
  return [plain(value.raw), spans.length > 0 && `(${spans.join(", or ")})`]
    .filter(Boolean)
    .join(" ");
}

function showLots({ candidates, more, why, message }: Scanned, { line, style }: Terminal): void {
  if (why !== null) line(style(["yellow", "bold"], `${why}: ${message ?? ""}`));
  if (candidates.length > 0) {
    const columns = [
      { title: "lot" },
      { title: "number" },
      { title: "mpn" },
      { title: "pieces", align: "right" as const },
    ];
    const cells = candidates.map((one) => [
      ...[one.lot, one.lotNumber ?? "", one.mpn ?? "", pieces(one.quantity)],
      `held by ${one.holder.name ?? one.holder.address}`,
    ]);
    for (const row of table([...columns, { title: "" }], cells, (text) => style("dim", text)))
      line(row);
    if (more) line("and more: the label says too little to list them all");
  }
  line();
}

function showComparison(comparison: readonly Compared[], { line, style }: Terminal): void {
  const said = comparison.filter((row) =>
    [row.scanned, row.recorded, row.expected].some((value) => value !== null),
  );
  const isOrdered = said.some(({ expected }) => expected !== null);
  const text = (value: string | number | null) => (value === null ? "–" : plain(String(value)));
  const cells = said.map((row) => {
    const all = [row.agrees, row.scannedAsExpected, row.recordedAsExpected];
    const mark = all.includes(false)
      ? style(["red", "bold"], "DIFFERS")
      : all.includes(true)
        ? "same"
        : "";
    const { field, scanned, recorded, expected } = row;
    return [
      `  ${field}`,
      text(scanned),
      text(recorded),
      ...(isOrdered ? [text(expected)] : []),
      mark,
    ];
  });
  const titles = ["  field", "scanned", "recorded", ...(isOrdered ? ["expected"] : []), ""];
  const columns = titles.map((title) => ({ title }));
  for (const row of table(columns, cells, (title) => style("dim", title))) line(row);
  line();
}

const MAX_FINDINGS_SHOWN = 8;

function showVerdict({ verdict, lot, findings, rules }: Verdict, { line, style }: Terminal): void {
  line(`${style(VERDICT_FORMATS[verdict], verdict)}  lot ${lot ?? ""}`);
  for (const { code, rule, verdict: grave, message } of findings.slice(0, MAX_FINDINGS_SHOWN))
    line(`  ${rule} ${style(VERDICT_FORMATS[grave], grave)} ${code}: ${message}`);
  if (findings.length > MAX_FINDINGS_SHOWN)
    line(
      `  and ${findings.length - MAX_FINDINGS_SHOWN} findings more: reelproof verify ${lot ?? ""}`,
    );
  line();
  for (const text of ruleLines(rules, { style })) line(`  ${text}`);
  line();
  line(style("dim", WHAT_IT_PROVES));
}
