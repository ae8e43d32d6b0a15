// Shows where a lot has been: each step with who took it, in which role, and what was said.
import { Link } from "wouter";
import { roleNames } from "../../../protocol/event/roles.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { moment, pieces } from "../../verify/words.ts";
import { ACTION_WORDS, fieldWord } from "../words.ts";
import { Hash } from "./Hash.tsx";

export function Custody({ verdict }: { verdict: Verdict }) {
  const { custody, parties, lots } = verdict;
  const party = (address: string) => parties.find((each) => each.party === address);
  if (custody.length === 0) return <p className="soft">No valid event of this lot is shown.</p>;
  return (
    <ol className="custody">
      {custody.map((step) => {
        const actor = party(step.actor);
        const of = step.lot === verdict.lot ? undefined : lots.find(({ lot }) => lot === step.lot);
        const said = Object.entries(step.details).filter(([name]) => !name.endsWith("Hash"));
        return (
          <li key={step.event}>
            <time dateTime={new Date(step.time * 1000).toISOString()}>{moment(step.time)}</time>
            <div>
              <p>
                <strong>{ACTION_WORDS[step.action] ?? step.action}</strong>{" "}
                {step.consignee === null ? (
                  <>by {actor?.name ?? <Hash value={step.actor} />}</>
                ) : (
                  <>
                    by {actor?.name ?? <Hash value={step.actor} />} to{" "}
                    {party(step.consignee)?.name ?? <Hash value={step.consignee} />}
                  </>
                )}
                {actor && (
                  <span className="soft">
                    {" "}
                    ({roleNames(actor.roles).join(", ")}
                    {actor.suspended ? ", suspended" : ""})
                  </span>
                )}
              </p>
              <p className="soft small">
                {pieces(step.quantity)} pieces
                {of && (
                  <>
                    {" of "}
                    <Link href={`/lots/${step.lot}`}>{of.lotNumber ?? "an earlier lot"}</Link>
                  </>
                )}
                {said.map(([name, value]) => (
                  <span key={name}>
                    {" · "}
                    {name === "reason" ? String(value) : `${fieldWord(name)}: ${String(value)}`}
                  </span>
                ))}
              </p>
            </div>
            <Hash value={step.event} />
          </li>
        );
      })}
    </ol>
  );
}
