// Makes docs/findings.md: every finding that a verdict can have, from protocol/verdict/findings.ts.
import { stepsOf } from "../../protocol/verdict/card.ts";
import { FINDINGS } from "../../protocol/verdict/findings.ts";

const INTRODUCTION = `# The findings of a verdict

\`npm run vectors\` makes this page from \`protocol/verdict/findings/\`.

- A verdict is the worst of its findings; INFO leaves it as it is. [protocol.md](protocol.md#trail-and-verdict) says how verification
  works.
- *Step* names the step of that page which raises the finding, and *raised when* says when. A finding without a step (–) asks for more
  than a trail and a node: a label, an order, statements, logs that the reader has followed, other lots, or judgement of what the
  details say. A second verifier raises those with a step; a service adds the others.
- *Usually* says how grave a finding is. The page names those that are INCOMPLETE instead in some cases. The reader's policy can change
  how grave a finding is: it can make a suspicion a HOLD, for example.
- Other checks have findings of their own: of [an equivocation](protocol.md#equivocation) and of
  [following a log](protocol.md#following-a-log).

`;

/** The text of docs/findings.md. */
export function makeFindingTable(): string {
  const rows = [...FINDINGS].map(
    ([code, { rule, verdict, fixedBy, message, page }]) =>
      `| \`${code}\` | ${rule} | ${stepsOf({ page }).join(", ") || "–"} | ${verdict} | ${fixedBy} | ${message} | ${"when" in page ? page.when : ""} |`,
  );
  return `${INTRODUCTION}| finding | rule | step | usually | who can fix it | what is wrong, and what to do | raised when |\n| --- | --- | --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}
