// Sums up the verdicts on many lots or labels: how many of each, and the exit code of the worst.
import type { VerdictName } from "../../protocol/verdict/verdict.ts";
import { VERDICT_FORMATS } from "./colours.ts";
import { EXIT, VERDICT_EXIT } from "./outcome.ts";
import { countOf, pieces, type Terminal } from "./terminal.ts";

/** A verdict; null where there is none, because what was asked about was refused. */
export type Outcome = VerdictName | null;

/** From the worst. One without a verdict is worse than one that is incomplete. */
const WORST_FIRST = [
  VERDICT_EXIT.FAIL,
  VERDICT_EXIT.HOLD,
  EXIT.refused,
  VERDICT_EXIT.INCOMPLETE,
  VERDICT_EXIT.WARN,
];

/** The exit code of the worst outcome. */
export function worstExit(outcomes: readonly Outcome[]): number {
  const codes = outcomes.map((name) => (name === null ? EXIT.refused : VERDICT_EXIT[name]));
  return WORST_FIRST.find((code) => codes.includes(code)) ?? EXIT.done;
}

const ORDER: readonly Outcome[] = ["FAIL", "HOLD", null, "INCOMPLETE", "WARN", "PASS"];

/** How many of each outcome, the worst first: `3 lots: 1 FAIL, 2 PASS`. */
export function showTally(terminal: Terminal, noun: string, outcomes: readonly Outcome[]): void {
  const counts = ORDER.flatMap((name) => {
    const count = outcomes.filter((outcome) => outcome === name).length;
    if (count === 0) return [];
    return [`${pieces(count)} ${outcomeText(terminal, name)}`];
  });
  terminal.line(`${countOf(outcomes.length, noun)}: ${counts.join(", ")}`);
}

/** An outcome in its colour. */
export const outcomeText = (terminal: Terminal, name: Outcome) =>
  name === null ? "without a verdict" : terminal.style(VERDICT_FORMATS[name], name);
