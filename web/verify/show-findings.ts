// Shows the findings: each with its sentence, its place, what was expected and found, and who can fix it.
import type { Finding, Verdict } from "../../protocol/verdict/verdict.ts";
import { type Child, data, el, facts, hex } from "./dom.ts";
import { FIXED_BY_WORDS, moment } from "./words.ts";

/** The most findings shown, worst first. A hostile bundle can have any number; the saved verdict has them all. */
const MAX_SHOWN = 200;

/** Shows all findings. @param numbers each event's number in the trail, counted from 1, by its digest */
export function showFindings(
  { findings, lot, lots, parties }: Verdict,
  numbers: ReadonlyMap<string, number>,
): HTMLElement {
  const names = new Map([
    ...lots.map(({ lot: id, lotNumber }) => [id, lotNumber] as const),
    ...parties.map(({ party, name }) => [party, name] as const),
  ]);
  const visible = findings.slice(0, MAX_SHOWN);
  const more = findings.length - visible.length;
  return el(
    "section",
    { class: "part" },
    el("h3", {}, "Findings"),
    findings.length === 0
      ? el("p", { class: "about" }, "None.")
      : el(
          "ol",
          { class: "findings" },
          visible.map((finding) => showFinding(finding, lot, numbers, names)),
        ),
    more > 0 &&
      el(
        "p",
        { class: "about" },
        `${more.toLocaleString("en-US")} more are not shown. Save the verdict to see them all.`,
      ),
  );
}

function showFinding(
  finding: Finding,
  verified: string | null,
  numbers: ReadonlyMap<string, number>,
  names: Names,
): HTMLElement {
  const {
    code,
    rule,
    verdict,
    message,
    event,
    notice,
    statement,
    lot,
    field,
    expected,
    found,
    fixedBy,
  } = finding;
  const number = event === undefined ? undefined : numbers.get(event);
  return el(
    "li",
    { class: `finding ${verdict}` },
    el(
      "p",
      { class: "finding-head" },
      tag(verdict),
      " ",
      el("code", {}, code),
      el("span", { class: "rule" }, `rule ${rule}`),
    ),
    el("p", { class: "message" }, message),
    facts([
      [
        "Event",
        event !== undefined && [number === undefined ? null : `no. ${number} `, hex(event)],
      ],
      ["Notice", notice !== undefined && hex(notice)],
      ["Statement", statement !== undefined && hex(statement)],
      ["Lot", lot !== undefined && lot !== verified && named(lot, names)],
      ["Field", field !== undefined && el("code", {}, data(field))],
      ["Expected", expected !== undefined && valueOf(expected, names, field)],
      ["Found", found !== undefined && valueOf(found, names, field)],
      ["Who can fix it", FIXED_BY_WORDS[fixedBy]],
    ]),
    code === "NODE_UNREACHABLE" && el("p", { class: "hint" }, CORS_HINT),
  );
}

const CORS_HINT =
  "A browser can ask only nodes that allow web pages (CORS). Most public nodes do. On your own node, add the page's origin to its CORS setting: for a page opened from disk, that is “null”.";

/** A word in the colour of its severity. */
export const tag = (word: string, kind = word): HTMLElement =>
  el("span", { class: `tag ${kind}` }, word);

/** The names of parties and lots by address and id, as far as the verdict knows them. */
type Names = ReadonlyMap<string, string | null>;

/** A lot or party by its name, with its id; else by its id alone. */
function named(id: string, names: Names): Child[] {
  const name = names.get(id);
  return name == null ? [hex(id)] : [data(name), " ", hex(id)];
}

/** A value as the event has it; a time also as a date, a party or lot also by its name. */
function valueOf(value: string | number | boolean, names: Names, field = ""): Child[] {
  if (typeof value === "string" && /^0x[0-9a-f]{16,}$/.test(value)) return named(value, names);
  const isTime = typeof value === "number" && /(^|\.)time$/.test(field);
  return [el("code", { class: "value" }, data(String(value))), isTime && ` ${moment(value)}`];
}
