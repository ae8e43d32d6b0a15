// Makes docs/findings.md: every finding that a verdict can have, from protocol/verdict/findings.ts.
import { FINDINGS } from "../../protocol/verdict/findings.ts";

const INTRODUCTION = `# The findings of a verdict

\`npm run vectors\` makes this page from \`protocol/verdict/findings/\`.

- A verdict is the worst of its findings. [protocol.md](protocol.md#trail-and-verdict) says how verification works.
- *Usually* says how grave a finding is. A finding that rests on blocks that are not final is INCOMPLETE instead. The reader's policy
  can change how grave a finding is: it can make a suspicion a HOLD, for example.

`;

/** The text of docs/findings.md. */
export function makeFindingTable(): string {
  const rows = [...FINDINGS].map(
    ([code, { rule, verdict, fixedBy, message }]) =>
      `| \`${code}\` | ${rule} | ${verdict} | ${fixedBy} | ${message} |`,
  );
  return `${INTRODUCTION}| finding | rule | usually | who can fix it | what is wrong, and what to do |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}
