// Shows every rule and its result, with the reason where it could not be evaluated.
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { el } from "./dom.ts";
import { tag } from "./show-findings.ts";

type Result = Verdict["rules"][number]["result"];

/** The verdict that lends each result its colour. */
const KINDS: Record<Result, string> = {
  hold: "HOLD",
  fail: "FAIL",
  warn: "WARN",
  "not evaluable": "INCOMPLETE",
  info: "INFO",
  pass: "PASS",
};

/** Shows the table of rules. */
export function showRules({ rules }: Verdict): HTMLElement {
  const countOf = (result: Result) => rules.filter((rule) => rule.result === result).length;
  const present = (Object.keys(KINDS) as Result[]).filter((result) => countOf(result) > 0);
  return el(
    "section",
    { class: "part" },
    el("h3", {}, "Rules"),
    el(
      "p",
      { class: "about" },
      `${present.map((result) => `${countOf(result)} ${result}`).join(", ")}. `,
      "Not evaluable means that data is missing. It never counts as a pass.",
    ),
    el(
      "table",
      { class: "rules" },
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          ["Rule", "What it checks", "Result"].map((title) => el("th", { scope: "col" }, title)),
        ),
      ),
      el(
        "tbody",
        {},
        rules.map(({ rule, name, result, reason }) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, rule),
            el(
              "td",
              {},
              el("span", { class: "name" }, name),
              reason &&
                el("span", { class: "reason" }, el("code", {}, reason.code), ` ${reason.message}`),
            ),
            el("td", {}, tag(result, KINDS[result])),
          ),
        ),
      ),
    ),
  );
}
