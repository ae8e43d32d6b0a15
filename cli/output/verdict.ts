// Shows a verdict to a person: its head, the lot, recalls, findings, custody, rules, and what was trusted.
import { DEFAULT_POLICY } from "../../protocol/verdict/policy.ts";
import { headOf } from "../../protocol/verdict/head.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { WHAT_IT_PROVES, wordsOf } from "../../protocol/verdict/words.ts";
import { VERDICT_FORMATS } from "./colours.ts";
import { findingLines } from "./findings.ts";
import { namesIn, type Names } from "./names.ts";
import { ruleLines } from "./rules.ts";
import { moment, pieces, short, table, type Terminal } from "./terminal.ts";

const LABEL_WIDTH = 12;
const INDENT = " ".repeat(LABEL_WIDTH);

/** Shows a verdict. @param known the lot as the caller named it, where the verdict itself knows none */
export function showVerdict(verdict: Verdict, known: string, terminal: Terminal): void {
  const names = namesIn(verdict);
  const style = (text: string) => terminal.style(VERDICT_FORMATS[verdict.verdict], text);
  const sections: [string, string[]][] = [
    ["lot", lotLines(verdict, known, names)],
    ...noticeSections(verdict, names),
    ...correctionSection(verdict, names),
    ["findings", findingLines(verdict, names, terminal)],
    ["custody", custodyLines(verdict, names)],
    ["rules", ruleLines(verdict.rules)],
    ["policy", [policyText(verdict)]],
    ["trusted", trustLines(verdict)],
  ];
  const { because, alsoOnHold } = headOf(verdict);
  terminal.line(style(because === null ? verdict.verdict : `${verdict.verdict}: ${because}.`));
  if (alsoOnHold !== null) terminal.line(style(`Also on HOLD: ${alsoOnHold}.`));
  terminal.line();
  for (const [label, lines] of sections) {
    lines.forEach((line, i) =>
      terminal.line(`${i === 0 ? label.padEnd(LABEL_WIDTH) : INDENT}${line}`.trimEnd()),
    );
    terminal.line();
  }
  terminal.line(terminal.style("dim", WHAT_IT_PROVES));
}

/** What is on the reel, then who has it. */
function lotLines(
  { lot, identity, state, inTransit }: Verdict,
  known: string,
  { party }: Names,
): string[] {
  const { lotNumber, mpn, manufacturer, makerLot, dateCode } = identity;
  const parts = [
    mpn,
    manufacturer,
    makerLot && `lot ${makerLot}`,
    dateCode && `date code ${dateCode}`,
  ];
  const lines = [lotNumber ?? known, parts.filter((text) => text).join(", ")];
  if (state) {
    const { holder, consignee, quantity, held } = state;
    const place = inTransit
      ? `in transit from ${party(holder)} to ${party(consignee)}`
      : `held by ${party(holder)}`;
    lines.push(`${pieces(quantity)} pieces, ${place}${held ? ", on hold" : ""}`);
  }
  if (lot !== null && lines[0] !== lot) lines.push(`id ${lot}`);
  return lines.filter((line) => line !== "");
}

/** Each recall and suspicion that stands: of what, by whom, and what the issuer says about it. */
function noticeSections({ notices }: Verdict, { lot, party }: Names): [string, string[]][] {
  const standing = notices.filter(
    ({ kind, withdrawn }) => (kind === "recall" || kind === "suspicion") && !withdrawn,
  );
  return standing.map(({ kind, lot: of, issuer, time, details }) => [
    kind,
    [
      `of ${lot(of)}, by ${party(issuer)}, ${moment(time)} UTC`,
      ...Object.entries(details).map(([name, value]) => `${wordsOf(name)}: ${String(value)}`),
    ],
  ]);
}

/** Each fact that was corrected: its old and its new value, and why. */
function correctionSection(
  { lot: verified, corrections }: Verdict,
  { lot, party }: Names,
): [string, string[]][] {
  const lines = corrections.flatMap(({ lot: of, issuer, time, name, before, after, reason }) => [
    `${wordsOf(name)}: ${textOf(before)} → ${textOf(after)}${of === verified ? "" : ` of ${lot(of)}`}`,
    `  by ${party(issuer)}, ${moment(time)} UTC${reason === null ? "" : `: ${reason}`}`,
  ]);
  return lines.length > 0 ? [["corrected", lines]] : [];
}

const textOf = (value: string | number | boolean | null): string =>
  value === null ? "not shown" : String(value);

function custodyLines({ custody }: Verdict, { party }: Names): string[] {
  if (custody.length === 0) return ["unknown"];
  const rows = custody.map(({ time, actor, consignee, action, quantity, event, details }) => [
    moment(time),
    action,
    consignee === null ? party(actor) : `${party(actor)} to ${party(consignee)}`,
    pieces(quantity),
    short(event),
    Object.values(details).map(String).join("; "),
  ]);
  const left = { title: "" };
  const right = { title: "", align: "right" as const };
  return table([left, left, left, right, left, left], rows).slice(1);
}

/** The policy's name, and the settings in which it differs from the default. */
function policyText({ policy }: Verdict): string {
  const isOwn = (name: string) =>
    JSON.stringify(policy[name as keyof typeof policy]) !==
    JSON.stringify(DEFAULT_POLICY[name as keyof typeof policy]);
  const own = Object.keys(policy).filter((name) => name !== "name" && isOwn(name));
  return own.length === 0 ? policy.name : `${policy.name}, which sets ${own.join(", ")}`;
}

function trustLines({ trusted, block }: Verdict): string[] {
  const { chainId, ledger, checkpoints, finality, node } = trusted;
  return [
    `chain ${chainId}, ledger ${ledger}, final after ${finality} blocks`,
    block
      ? `block ${block.number} ${short(block.hash)} of ${moment(block.time)} UTC`
      : "no block: no node answered",
    ...(checkpoints === undefined ? [] : [`logs anchored on ${checkpoints}`]),
    ...(node === undefined ? [] : [`node ${node}`]),
  ];
}
