// Lists the rules of a verdict in a few lines: judged rules by result, the others with the reason.
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import type { Terminal } from "./terminal.ts";

/** The rules of a verdict, as lines for a person. */
export function ruleLines(rules: Verdict["rules"], { style }: Pick<Terminal, "style">): string[] {
  const judged = rules.filter(({ reason }) => reason === null);
  const byResult = [...Map.groupBy(judged, ({ result }) => result)];
  return [
    ...byResult.map(
      ([result, some]) =>
        `${result}: ${some.map(({ rule, name }) => `${rule} ${name}`).join(", ")}`,
    ),
    ...rules.flatMap(({ rule, name, reason }) =>
      reason ? [style("dim", `not evaluable: ${rule} ${name}: ${reason.message}`)] : [],
    ),
  ];
}
