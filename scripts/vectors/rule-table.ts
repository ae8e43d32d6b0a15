// Makes docs/rules.md: every rule with what it checks, what it can find, and a lot of the sample to see it on.
import type { Card } from "../../protocol/verdict/card.ts";
import { CARDS } from "../../protocol/verdict/findings.ts";
import { SEVERITIES } from "../../protocol/verdict/words.ts";
import { RULE_EXAMPLES } from "./rule-examples.ts";

const INTRODUCTION = `# The rules

\`npm run vectors\` makes this page from \`protocol/verdict/findings/\`.

- Every verdict lists every rule with its version and one result: hold, fail, warn, not evaluable (with the reason), info or pass.
- Missing data is never a pass.
- The reader's policy (\`reelproof policy\`) sets how grave single findings are and which rules must be evaluable. It cannot make a
  broken rule of custody less than FAIL.
- *Raised by* names the step that raises a finding: \`rule\` is the rule's own file in \`protocol/verify/rules/\`, \`service\` the service,
  any other name a file in \`protocol/verify/\`.
- [findings.md](findings.md) lists all findings by their codes.

`;

/** The text of docs/rules.md. */
export function makeRuleTable(): string {
  return `${INTRODUCTION}${overview()}\n${CARDS.map(chapter).join("\n")}`;
}

function overview(): string {
  const rows = (CARDS as readonly Card[]).map(({ id, name, version, findings, checks }) => {
    const severities = SEVERITIES.filter((severity) =>
      Object.values(findings).some(({ verdict }) => verdict === severity),
    );
    const example = RULE_EXAMPLES[id];
    const onSample = example ? `\`${example.lot}\`: ${example.see}` : "";
    return `| ${id} | ${name} | ${version} | ${checks} | ${severities.join(", ")} | ${onSample} |`;
  });
  return `| id | rule | version | what it checks | can be | on the sample |\n| --- | --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
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
