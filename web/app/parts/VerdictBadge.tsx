// Shows a verdict small, in a row of a list: sign, word and colour.
import type { Severity, VerdictName } from "../../../protocol/verdict/verdict.ts";
import { VERDICT_WORDS } from "../../verify/words.ts";

const signOf = (verdict: VerdictName | Severity) =>
  verdict === "INFO" ? "i" : VERDICT_WORDS[verdict].sign;

export function VerdictBadge({ verdict }: { verdict: VerdictName | Severity }) {
  return (
    <span className={`badge tone-${verdict}`}>
      <span aria-hidden="true">{signOf(verdict)}</span> {verdict}
    </span>
  );
}
