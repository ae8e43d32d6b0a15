// Shows a verdict to a person: the lot, what was trusted, the line of custody, findings and rules.
import type { CustodyStep as ProtocolStep } from "../../protocol/trail/custody.ts";
import { roleNames } from "../../protocol/event/roles.ts";
import type { Finding, Severity, Verdict, VerdictName } from "../../protocol/verdict/verdict.ts";
import { WHAT_IT_PROVES } from "../../protocol/verdict/words.ts";
import { ruleLines } from "./rules.ts";
import { type Format, moment, partyText, pieces, short, table, type Terminal } from "./terminal.ts";

export const VERDICT_FORMATS: Record<VerdictName | Severity, Format> = {
  HOLD: ["magenta", "bold"],
  FAIL: ["red", "bold"],
  INCOMPLETE: ["yellow", "bold"],
  WARN: ["yellow", "bold"],
  INFO: "dim",
  PASS: ["green", "bold"],
};

/** One party that had the lot, with its name as far as the caller may see it. */
export interface CustodyStep extends ProtocolStep {
  /** Null where the caller may not see it. */
  name: string | null;
  roles: string[];
}

const MAX_FINDINGS_LISTED = 25;
const LABEL_WIDTH = 12;
const INDENT = " ".repeat(LABEL_WIDTH);

/** Shows a verdict. @param lot the lot's id, or a text instead of it */
export function showVerdict(
  lot: string,
  verdict: Verdict,
  custody: readonly CustodyStep[],
  terminal: Terminal,
): void {
  const { style } = terminal;
  const nameOf = partyNames(verdict, custody);
  const sections: [string, string[]][] = [
    [
      style(VERDICT_FORMATS[verdict.verdict], verdict.verdict.padEnd(LABEL_WIDTH)),
      lotLines(lot, verdict, nameOf),
    ],
    ["trusted", trustLines(verdict)],
    ["custody", custodyLines(custody)],
    ["findings", findingLines(lot, verdict.findings, terminal)],
    ["rules", ruleLines(verdict.rules, terminal)],
  ];
  for (const [label, lines] of sections) {
    lines.forEach((line, i) =>
      terminal.line(`${i === 0 ? label.padEnd(LABEL_WIDTH) : INDENT}${line}`.trimEnd()),
    );
    terminal.line();
  }
  terminal.line(style("dim", WHAT_IT_PROVES));
}

function partyNames(
  { parties }: Verdict,
  custody: readonly CustodyStep[],
): (address: string) => string {
  const texts = new Map(
    custody.map(({ party, name, roles }) => [party, partyText({ address: party, name, roles })]),
  );
  for (const { party, name, roles } of parties)
    texts.set(party, partyText({ address: party, name, roles: roleNames(roles) }));
  return (address) => texts.get(address) ?? short(address);
}

function lotLines(
  lot: string,
  { identity, state, inTransit }: Verdict,
  nameOf: (address: string) => string,
): string[] {
  const { mpn, manufacturer, makerLot, dateCode } = identity;
  const identityTexts = [
    mpn,
    manufacturer,
    makerLot && `lot ${makerLot}`,
    dateCode && `date code ${dateCode}`,
  ];
  const lines = [`lot ${lot}`, identityTexts.filter((text) => text).join(", ")];
  if (state) {
    const { holder, consignee, quantity, held } = state;
    const place = inTransit
      ? `in transit from ${nameOf(holder)} to ${nameOf(consignee)}`
      : `held by ${nameOf(holder)}`;
    lines.push(`${pieces(quantity)} pieces, ${place}${held ? ", on hold" : ""}`);
  }
  return lines.filter((line) => line !== "");
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

function custodyLines(custody: readonly CustodyStep[]): string[] {
  if (custody.length === 0) return ["unknown"];
  const rows = custody.map(({ time, name, roles, party, action, quantity, event }) => [
    moment(time),
    partyText({ address: party, name, roles }),
    action,
    pieces(quantity),
    short(event),
  ]);
  const left = { title: "" };
  const right = { title: "", align: "right" as const };
  return table([left, left, left, right, left], rows).slice(1);
}

/** One row per finding: the place, the expected and the actual value, who can fix it. Below, what each code means. */
function findingLines(
  verified: string,
  findings: readonly Finding[],
  terminal: Terminal,
): string[] {
  if (findings.length === 0) return ["none"];
  const listed = findings.slice(0, MAX_FINDINGS_LISTED);
  const titles = ["verdict", "finding", "lot", "event", "field", "expected", "found", "fixed by"];
  const rows = listed.map(
    ({ code, verdict, lot = verified, event, notice, field, expected, found, fixedBy }) => [
      terminal.style(VERDICT_FORMATS[verdict], verdict),
      code,
      lot === verified ? "" : ends(lot),
      event !== undefined ? short(event) : notice !== undefined ? `notice ${short(notice)}` : "",
      field ?? "",
      expected === undefined ? "" : valueText(expected),
      found === undefined ? "" : valueText(found),
      fixedBy,
    ],
  );
  const used = [...titles.keys()].filter((column) => rows.some((row) => row[column] !== ""));
  const lines = table(
    used.map((column) => ({ title: titles[column]! })),
    rows.map((row) => used.map((column) => row[column]!)),
    (text) => terminal.style("dim", text),
  );
  const messages = new Map(listed.map(({ code, message }) => [code, message]));
  const more = findings.length - listed.length;
  return [
    ...lines,
    ...(more > 0 ? [`… and ${more} more; --json lists all`] : []),
    "",
    ...[...messages].map(([code, message]) => `${code}: ${message}`),
  ];
}

/** Both ends of a lot's id: they differ between issuers, and between one issuer's lots. */
const ends = (lot: string) => `${lot.slice(0, 6)}…${lot.slice(-8)}`;

const MAX_VALUE = 28;

function valueText(value: string | number | boolean): string {
  const text = String(value);
  if (/^0x[0-9a-f]+$/.test(text)) return short(text);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
