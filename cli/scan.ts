// `scan`: from what a scanner read to the lot, what label and record say, and the verdict.
import { z } from "zod";
import { LabelReading } from "../protocol/label/reading.ts";
import { Verdict } from "../protocol/verdict.ts";
import type { Command } from "./command.ts";
import { LotSeen } from "./lots.ts";
import { EXIT, Problem, VERDICT_EXIT } from "./outcome.ts";
import { pieces, table, type Terminal } from "./terminal.ts";
import { VERDICT_FORMATS, WHAT_IT_PROVES } from "./verify.ts";

const Value = z.union([z.string(), z.number()]).nullable();
const Compared = z.looseObject({
  field: z.string(),
  scanned: Value,
  recorded: Value,
  agrees: z.boolean().nullable(),
});
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
export async function scanLabel({ caller, terminal, readInput }: Command, texts: readonly string[]): Promise<Scanned> {
  const label = texts.length > 0 ? texts : [(await readInput()).replace(/\r?\n$/, "")];
  if (label.every((text) => text === ""))
    throw new Problem("BAD_ARGUMENT", "there is no label: give its text, or scan it into standard input", {
      ...{ field: "TEXT", exit: EXIT.usage },
    });
  const scanned = await caller.api.post("/v1/scan", Scanned, { label });
  showReading(scanned.reading, terminal);
  showLots(scanned, terminal);
  if (scanned.comparison) showComparison(scanned.comparison, terminal);
  if (scanned.verdict) showVerdict(scanned, scanned.verdict, terminal);
  return scanned;
}

/** That of `verify` where the label names one lot. */
export const exitOfScan = ({ verdict }: Scanned) => (verdict ? VERDICT_EXIT[verdict.verdict] : EXIT.refused);

/** A label's text without what could steer a terminal. */
const plain = (text: string) => text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, "\ufffd");

function showReading(reading: LabelReading, { line, style }: Terminal): void {
  if (reading.status === "refused") return; // the message says why
  const { dialect, fields } = reading;
  line(`label, read as ${dialect.name}${dialect.guess ? " (a guess)" : ""}`);
  const cells = fields.map(({ kind, di, value }) => [`  ${kind}`, plain(di ?? ""), valueText(value)]);
  for (const row of table([{ title: "  field" }, { title: "id" }, { title: "says" }], cells, (text) =>
    style("dim", text),
  ))
    line(row);
  line();
}

function valueText(value: Extract<LabelReading, { status: "read" }>["fields"][number]["value"]): string {
  if (value === null) return "not readable";
  if (typeof value !== "object") return plain(String(value));
  const spans = value.readings.map(({ from, to }) => (from === to ? from : `${from} to ${to}`));
  return [plain(value.raw), spans.length > 0 && `(${spans.join(", or ")})`].filter(Boolean).join(" ");
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
    for (const row of table([...columns, { title: "" }], cells, (text) => style("dim", text))) line(row);
    if (more) line("and more: the label says too little to list them all");
  }
  line();
}

function showComparison(comparison: readonly z.infer<typeof Compared>[], { line, style }: Terminal): void {
  const said = comparison.filter(({ scanned, recorded }) => scanned !== null || recorded !== null);
  const text = (value: string | number | null) => (value === null ? "–" : plain(String(value)));
  const cells = said.map(({ field, scanned, recorded, agrees }) => {
    const mark = agrees === null ? "" : agrees ? "same" : style(["red", "bold"], "DIFFERS");
    return [`  ${field}`, text(scanned), text(recorded), mark];
  });
  const columns = [{ title: "  field" }, { title: "scanned" }, { title: "recorded" }, { title: "" }];
  for (const row of table(columns, cells, (title) => style("dim", title))) line(row);
  line();
}

const MAX_FINDINGS_SHOWN = 5;

function showVerdict({ comparison }: Scanned, { verdict, lot, findings }: Verdict, { line, style }: Terminal): void {
  line(`${style(VERDICT_FORMATS[verdict], verdict)}  lot ${lot ?? ""}`);
  // The verdict is on the record: it knows nothing of the label.
  const differing = (comparison ?? []).flatMap(({ field, agrees }) => (agrees === false ? [field] : []));
  if (differing.length > 0) line(style("red", `  the label says otherwise than the record: ${differing.join(", ")}`));
  for (const { rule, message } of findings.slice(0, MAX_FINDINGS_SHOWN)) line(`  ${rule}: ${message}`);
  if (findings.length > MAX_FINDINGS_SHOWN)
    line(`  and ${findings.length - MAX_FINDINGS_SHOWN} findings more: reelproof verify ${lot ?? ""}`);
  line();
  line(style("dim", WHAT_IT_PROVES));
}
