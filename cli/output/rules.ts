// Lists the rules of a verdict in a few lines: judged rules by result, and those that could not be judged in one line.
import type { Verdict } from "../../protocol/verdict/verdict.ts";

/** More rules than these are counted, not named: a reel without a record has two dozen that could not be judged. */
const MAX_NAMED = 8;

/** The rules of a verdict, as lines for a person. */
export function ruleLines(rules: Verdict["rules"]): string[] {
  const judged = rules.filter(({ reason }) => reason === null);
  const others = rules.filter(({ reason }) => reason !== null);
  return [
    ...[...Map.groupBy(judged, ({ result }) => result)].map(
      ([result, some]) =>
        `${result}: ${some.map(({ rule, name }) => `${rule} ${name}`).join(", ")}`,
    ),
    ...(others.length === 0
      ? []
      : [
          `not evaluable: ${others.length > MAX_NAMED ? countText(others.length, rules.length) : namesOf(others)}; --json says why`,
        ]),
  ];
}

const namesOf = (rules: Verdict["rules"]) => rules.map(({ rule }) => rule).join(", ");
const countText = (some: number, all: number) => `${some} of the ${all} rules`;
