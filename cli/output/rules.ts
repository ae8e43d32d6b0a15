// Lists the rules of a verdict in a few lines: judged rules by result, and those that could not be judged in one line.
import type { Verdict } from "../../protocol/verdict/verdict.ts";

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
      : [`not evaluable: ${others.map(({ rule }) => rule).join(", ")}; --json says why`]),
  ];
}
