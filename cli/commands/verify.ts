// `verify`: the verdict on a lot, told to a person.
import { z } from "zod";
import {
  type Finding,
  type Severity,
  Verdict,
  type VerdictName,
} from "../../protocol/verdict/verdict.ts";
import { WHAT_IT_PROVES } from "../../protocol/verdict/words.ts";
import type { Command } from "../service/command.ts";
import { resolveLot } from "../service/lots.ts";
import { ruleLines } from "../output/rules.ts";
import { roleNames } from "../../protocol/event/roles.ts";
import {
  moment,
  partyText,
  pieces,
  short,
  table,
  type Format,
  type Terminal,
} from "../output/terminal.ts";

export const VERDICT_FORMATS: Record<VerdictName | Severity, Format> = {
  HOLD: ["magenta", "bold"],
  FAIL: ["red", "bold"],
  INCOMPLETE: ["yellow", "bold"],
  WARN: ["yellow", "bold"],
  INFO: "dim",
  PASS: ["green", "bold"],
};

const Named = z.looseObject({
  address: z.string(),
  name: z.string().nullable(),
  roles: z.array(z.string()).default([]),
});
const EventSeen = z.looseObject({
  hash: z.string(),
  action: z.string().nullable(),
  actor: Named,
  holder: Named,
  consignee: Named.nullable(),
  time: z.number(),
  entries: z.array(z.looseObject({ lot: z.string(), quantity: z.number(), isNew: z.boolean() })),
});
export type EventSeen = z.infer<typeof EventSeen>;
const TrailSeen = z.looseObject({ items: z.array(EventSeen) });

export { WHAT_IT_PROVES };

/** One hand that the lot went through. */
export interface CustodyStep {
  time: number;
  action: string;
  party: string;
  /** Null where it is not shown to the caller. */
  name: string | null;
  roles: string[];
  quantity: number;
  lot: string;
  event: string;
}

/** Verifies a lot, shows the verdict, and returns it with the line of custody. */
export async function verifyLot({ caller, terminal }: Command, named: string) {
  const lot = await resolveLot(caller.api, named);
  const [verdict, trail] = await Promise.all([
    caller.api.get(`/v1/lots/${lot}/verdict`, Verdict),
    caller.api.get(`/v1/lots/${lot}/trail`, TrailSeen, { proofs: "false" }),
  ]);
  const custody = custodyOf(lot, trail.items);
  showVerdict(lot, verdict, custody, terminal);
  return { ...verdict, custody };
}

/** Events by which a lot comes to be, or comes to another party. */
const HANDOVERS = ["commission", "introduce", "assemble", "receive"];

/**
 * The hands that a lot went through, back through splits to its origin. The inputs of an assembly have lines of their
 * own: they end where the product begins.
 * @param events of the lot's trail, each after its predecessors
 */
export function custodyOf(lot: string, events: readonly EventSeen[]): CustodyStep[] {
  const steps: CustodyStep[] = [];
  let current = lot;
  for (const event of events.toReversed()) {
    const entry = event.entries.find((one) => one.lot === current);
    if (!entry) continue;
    const { hash, time, holder, action } = event;
    if (action !== null && HANDOVERS.includes(action) && (entry.isNew || action === "receive")) {
      const { address: party, name, roles } = holder;
      steps.push({
        time,
        action,
        party,
        name,
        roles,
        quantity: entry.quantity,
        lot: current,
        event: hash,
      });
    }
    if (!entry.isNew) continue;
    const parent = action === "split" ? event.entries.find(({ isNew }) => !isNew) : undefined;
    if (!parent) break;
    steps.push({
      ...{
        time,
        action: "split",
        party: holder.address,
        name: holder.name,
        quantity: entry.quantity,
      },
      ...{ roles: holder.roles, lot: current, event: hash },
    });
    current = parent.lot;
  }
  return steps.reverse();
}

const MAX_FINDINGS_SHOWN = 25;

/** Shows a verdict to a person. */
export function showVerdict(
  lot: string,
  verdict: Verdict,
  custody: CustodyStep[],
  terminal: Terminal,
): void {
  const { style } = terminal;
  const nameOf = namer(verdict, custody);
  const sections: [string, string[]][] = [
    [
      style(VERDICT_FORMATS[verdict.verdict], verdict.verdict.padEnd(LABEL_WIDTH)),
      aboutLines(lot, verdict, nameOf),
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

const LABEL_WIDTH = 12;
const INDENT = " ".repeat(LABEL_WIDTH);

function namer({ parties }: Verdict, custody: readonly CustodyStep[]): (address: string) => string {
  const texts = new Map(
    custody.map(({ party, name, roles }) => [party, partyText({ address: party, name, roles })]),
  );
  for (const { party, name, roles } of parties)
    texts.set(party, partyText({ address: party, name, roles: roleNames(roles) }));
  return (address) => texts.get(address) ?? short(address);
}

function aboutLines(
  lot: string,
  { identity, state, inTransit }: Verdict,
  nameOf: (address: string) => string,
): string[] {
  const { mpn, manufacturer, makerLot, dateCode } = identity;
  const told = [
    mpn,
    manufacturer,
    makerLot && `lot ${makerLot}`,
    dateCode && `date code ${dateCode}`,
  ];
  const lines = [`lot ${lot}`, told.filter((text) => text).join(", ")];
  if (state) {
    const { holder, consignee, quantity, held } = state;
    const where = inTransit
      ? `on their way from ${nameOf(holder)} to ${nameOf(consignee)}`
      : `held by ${nameOf(holder)}`;
    lines.push(`${pieces(quantity)} pieces, ${where}${held ? ", on hold" : ""}`);
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
  if (custody.length === 0) return ["not known"];
  const rows = custody.map(({ time, name, roles, party, action, quantity, event }) => [
    ...[
      moment(time),
      partyText({ address: party, name, roles }),
      action,
      pieces(quantity),
      short(event),
    ],
  ]);
  const columns = ["", "", "", "", ""].map((title, i) => ({
    title,
    align: i === 3 ? ("right" as const) : ("left" as const),
  }));
  return table(columns, rows).slice(1);
}

/** Each finding with where it is, what should be there and what is, who can mend it; and below it what to do. */
function findingLines(
  verified: string,
  findings: readonly Finding[],
  terminal: Terminal,
): string[] {
  if (findings.length === 0) return ["none"];
  const shown = findings.slice(0, MAX_FINDINGS_SHOWN);
  const titles = ["verdict", "finding", "of lot", "event", "field", "expected", "found", "to mend"];
  const rows = shown.map(
    ({ code, verdict, lot = verified, event, notice, field, expected, found, fixedBy }) => [
      terminal.style(VERDICT_FORMATS[verdict], verdict),
      code,
      lot === verified ? "" : ends(lot),
      event !== undefined ? short(event) : notice !== undefined ? `notice ${short(notice)}` : "",
      field ?? "",
      ...[expected, found].map((value) => (value === undefined ? "" : valueText(value))),
      fixedBy,
    ],
  );
  const used = titles
    .map((_, column) => column)
    .filter((column) => rows.some((row) => row[column] !== ""));
  const [head, ...lines] = table(
    used.map((column) => ({ title: titles[column]! })),
    rows.map((row) => used.map((column) => row[column]!)),
    (text) => terminal.style("dim", text),
  );
  const told = new Set<string>();
  const messages = shown.flatMap(({ code, message }) =>
    told.has(code) ? [] : (told.add(code), [`${code}: ${message}`]),
  );
  const more = findings.length - shown.length;
  return [
    head!,
    ...lines,
    ...(more > 0 ? [`… and ${more} more: --json has them all`] : []),
    "",
    ...messages,
  ];
}

/** Both ends of a lot's id: its issuer, and what tells it from the issuer's others. */
const ends = (lot: string) => `${lot.slice(0, 6)}…${lot.slice(-8)}`;

const MAX_VALUE = 28;

function valueText(value: string | number | boolean): string {
  const text = String(value);
  if (/^0x[0-9a-f]+$/.test(text)) return short(text);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
