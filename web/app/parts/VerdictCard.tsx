// Shows a verdict large: what to do in the first line, in words, sign and colour; what it rests on below.
import type { ReactNode } from "react";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { WHAT_IT_PROVES } from "../../../protocol/verdict/words.ts";
import { count, moment, VERDICT_WORDS, whyNoBlock } from "../../verify/words.ts";
import { TO_DO } from "../words.ts";

interface Props {
  verdict: Verdict;
  /** What it is about: the lot, its part and pieces. */
  children?: ReactNode;
}

export function VerdictCard({ verdict, children }: Props) {
  const { verdict: name, findings, block } = verdict;
  const words = VERDICT_WORDS[name];
  const gravest = findings[0];
  return (
    <section className={`verdict tone-${name}`} aria-label={`Verdict: ${name}`}>
      <span className="verdict-sign" aria-hidden="true">
        {words.sign}
      </span>
      <div>
        <h2 className="verdict-word">
          {name} <span className="verdict-do">{TO_DO[name]}</span>
        </h2>
        {children}
        <p className="verdict-why">
          {gravest && gravest.verdict === name ? gravest.message : words.meaning}
        </p>
        <p className="soft small">
          {count(findings.length, "finding")} ·{" "}
          {block === null
            ? whyNoBlock(verdict)
            : `compared with block ${block.number.toLocaleString("en-US")} of chain ${verdict.trusted.chainId}, ${moment(block.time)}`}
        </p>
        <p className="soft small print-only">{WHAT_IT_PROVES}</p>
      </div>
    </section>
  );
}
