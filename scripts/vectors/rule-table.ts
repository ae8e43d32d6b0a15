// The table of docs/rules.md: every rule with what it looks at, what it finds, and a lot of the sample to see it on.
import type { Card } from "../../protocol/verdict/card.ts";
import { CARDS } from "../../protocol/verdict/findings.ts";
import { SEVERITIES } from "../../protocol/verdict/words.ts";
import { RULE_EXAMPLES } from "./rule-examples.ts";

const INTRODUCTION = `# The rules

Made by \`npm run vectors\` from \`protocol/verdict/findings/\`. Every verdict lists all of them, each with its version and one result: hold, fail,
warn, not evaluable (with the reason), info or pass. What is missing is never a pass. How grave single findings are, and which rules must
be evaluable, the asking party may set in its policy (\`reelproof policy\`); what custody makes FAIL no policy makes less. All sentences
by their codes are in [findings.md](findings.md) as well.

`;

/** The text of docs/rules.md. */
export function makeRuleTable(): string {
  return `${INTRODUCTION}${overview()}\n${CARDS.map(chapter).join("\n")}`;
}

function overview(): string {
  const rows = (CARDS as readonly Card[]).map(({ id, name, version, findings, looksAt }) => {
    const graves = SEVERITIES.filter((severity) =>
      Object.values(findings).some(({ verdict }) => verdict === severity),
    );
    const example = RULE_EXAMPLES[id];
    const shown = example ? `\`${example.lot}\`: ${example.see}` : "";
    return `| ${id} | ${name} | ${version} | ${looksAt} | ${graves.join(", ")} | ${shown} |`;
  });
  return `| id | rule | version | looks at | can be | on the sample |\n| --- | --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

function chapter({ id, name, findings, unknowns }: Card): string {
  const rows = [
    ...Object.entries(findings).map(
      ([code, { verdict, raisedBy, message }]) =>
        `| \`${code}\` | ${verdict} | ${raisedBy.join(", ")} | ${message} |`,
    ),
    ...Object.entries(unknowns).map(
      ([code, message]) => `| \`${code}\` | not evaluable | rule | ${message} |`,
    ),
  ];
  return `## ${id} ${name}\n\n| finding | usually | raised by | what is wrong, and what to do |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}
