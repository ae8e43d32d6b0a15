// Shows every rule and its result, with the reason where it could not be evaluated.
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { el } from "./dom.ts";
import { tag } from "./show-findings.ts";

type Result = Verdict["rules"][number]["result"];

/** The colour of each result: that of the verdict it leads to. */
const KINDS: Record<Result, string> = {
  hold: "HOLD",
  fail: "FAIL",
  warn: "WARN",
  "not evaluable": "INCOMPLETE",
  info: "INFO",
  pass: "PASS",
};

export function showRules({ rules }: Verdict): HTMLElement {
  const many = (result: Result) => rules.filter((rule) => rule.result === result).length;
  const told = (Object.keys(KINDS) as Result[]).filter((result) => many(result) > 0);
  return el(
    "section",
    { class: "part" },
    el("h3", {}, "Rules"),
    el(
      "p",
      { class: "about" },
      `${told.map((result) => `${many(result)} ${result}`).join(", ")}. `,
      "What is not evaluable lacks what the rule looks at; it is never counted as passed.",
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
          ["Rule", "What it looks after", "Result"].map((title) =>
            el("th", { scope: "col" }, title),
          ),
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
