// Makes docs/policy.md: every setting of a reader's policy, from protocol/verdict/policy.ts.
import { DEFAULT_POLICY, POLICY_SETTINGS } from "../../protocol/verdict/policy.ts";

const INTRODUCTION = `# The policy of a reader

\`npm run vectors\` makes this page from \`protocol/verdict/policy.ts\`.

A policy is a JSON file with the settings in which you differ from the defaults. \`reelproof policy set FILE\` replaces your party's
policy, \`reelproof policy show\` shows it, and \`reelproof verify BUNDLE --policy FILE\` judges a bundle by it. Every verdict shows the
policy that it used: the same trail, block, policy and input give the same verdict.

\`\`\`json
{
  "name": "Incoming inspection, automotive",
  "severities": { "SUSPECTED": "HOLD", "ORIGIN_INTRODUCED": "HOLD" },
  "required": ["V04", "V26"],
  "maxDateCodeAgeDays": 730
}
\`\`\`

\`severities\` takes the codes of [findings.md](findings.md), with FAIL, HOLD, INCOMPLETE, WARN or INFO; \`required\` the numbers of
[rules](rules.md).

`;

/** The text of docs/policy.md. */
export function makePolicyTable(): string {
  const rows = POLICY_SETTINGS.map(
    ({ name, about }) => `| \`${name}\` | \`${JSON.stringify(DEFAULT_POLICY[name])}\` | ${about} |`,
  );
  return `${INTRODUCTION}| setting | default | what it does |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}
