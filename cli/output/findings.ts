// Lists the findings of a verdict: where each is, what was expected, what was found, who can fix it, and what it means.
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { VERDICT_FORMATS } from "./colours.ts";
import type { Names } from "./names.ts";
import { moment, short, table, type Terminal } from "./terminal.ts";

const MAX_LISTED = 25;
const MAX_VALUE = 28;

/** One row per finding. Below, what each code means. */
export function findingLines(
  { lot: verified, findings, events, notices }: Verdict,
  names: Names,
  terminal: Terminal,
): string[] {
  if (findings.length === 0) return ["none"];
  const listed = findings.slice(0, MAX_LISTED);
  const titles = [
    "verdict",
    "finding",
    "lot",
    "said by",
    "field",
    "expected",
    "found",
    "who can resolve it",
  ];
  const authors = new Map([
    ...events.map(({ event, actor, time }) => [event, { by: actor, time }] as const),
    ...notices.map(({ notice, issuer, time }) => [notice, { by: issuer, time }] as const),
  ]);
  const saidBy = (digest: string | undefined) => {
    if (digest === undefined) return "";
    const author = authors.get(digest);
    const said = author ? `${names.party(author.by)}, ${moment(author.time)}, ` : "";
    return `${said}${short(digest)}`;
  };
  const rows = listed.map(
    ({ code, verdict, lot, event, notice, field, expected, found, fixedBy }) => [
      terminal.style(VERDICT_FORMATS[verdict], verdict),
      code,
      lot === undefined || lot === verified ? "" : names.lotNumber(lot),
      saidBy(event ?? notice),
      field ?? "",
      expected === undefined ? "" : valueText(expected, names),
      found === undefined ? "" : valueText(found, names),
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

function valueText(value: string | number | boolean, names: Names): string {
  const text = String(value);
  if (/^0x[0-9a-f]{40}$/.test(text)) return names.party(text);
  if (/^0x[0-9a-f]+$/.test(text)) return short(text);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
