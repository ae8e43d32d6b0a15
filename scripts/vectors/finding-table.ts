// The table of docs/findings.md: every reason that a verdict can have, from the list in protocol/verdict/findings.ts.
import { FINDINGS } from "../../protocol/verdict/findings.ts";

const INTRODUCTION = `# The findings of a verdict

Made by \`npm run vectors\` from \`protocol/verdict/findings.ts\`. A verdict is the worst of its findings; what each is about, and how
verification goes, is in [protocol.md](protocol.md#trail-and-verdict). How grave a finding usually is stands in the second column:
what rests on blocks that may still be replaced is INCOMPLETE instead, and readers may take suspicions for a HOLD.

`;

/** The text of docs/findings.md. */
export function makeFindingTable(): string {
  const rows = [...FINDINGS].map(
    ([code, { rule, verdict, fixedBy, message }]) =>
      `| \`${code}\` | ${rule} | ${verdict} | ${fixedBy} | ${message} |`,
  );
  return `${INTRODUCTION}| finding | rule | usually | who can mend it | what is wrong, and what to do |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}
