// Shows what was scanned: the verdict large, the decision, and below it what the verdict rests on.
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { LotWithDetails } from "../../../api/lots.ts";
import type { VerdictName } from "../../../protocol/verdict/verdict.ts";
import { useOnline } from "../data/connection.ts";
import { type Inspected, isUnanswered } from "../data/inspected.ts";
import { Comparison } from "../parts/Comparison.tsx";
import { Custody } from "../parts/Custody.tsx";
import { Documents } from "../parts/Documents.tsx";
import { Findings } from "../parts/Findings.tsx";
import { LotLine } from "../parts/LotFacts.tsx";
import { Failed, Loading } from "../parts/States.tsx";
import { VerdictCard } from "../parts/VerdictCard.tsx";
import { CustodyLine } from "./CustodyLine.tsx";
import { Moisture } from "./Moisture.tsx";

interface Props {
  result: UseQueryResult<Inspected>;
  /** What the label says its package is. */
  name: string;
  /** The address of the party that looks. */
  own: string | null;
  /** The decisions about a lot. */
  children(lot: LotWithDetails, verdict: VerdictName): ReactNode;
}

/** Whether a scan waits for the connection. */
export const isUnchecked = ({ data, error, fetchStatus }: UseQueryResult<Inspected>): boolean =>
  data === undefined && (fetchStatus === "paused" || isUnanswered(error));

export function Result({ result, name, own, children }: Props) {
  const isOnline = useOnline();
  if (isUnchecked(result)) return <Unchecked name={name} />;
  if (result.isPending && result.fetchStatus === "idle") return <Gone name={name} />;
  if (result.isPending) return <Loading what="the verdict" rows={5} />;
  if (result.data === undefined)
    return <Failed error={result.error} onRetry={() => void result.refetch()} />;
  const { verdict, lot, comparison, message, candidates } = result.data;
  return (
    <>
      {verdict && <VerdictCard verdict={verdict}>{lot && <LotLine lot={lot} />}</VerdictCard>}
      {!isOnline && verdict && (
        <p className="soft small age">
          ◷ Checked at {new Date(result.dataUpdatedAt).toLocaleTimeString("en-GB")}, before the
          connection was lost.
        </p>
      )}
      {message !== null && (
        <div className="notice tone-INCOMPLETE">
          <p>
            <strong>{message}</strong>
          </p>
          {candidates.length > 0 && (
            <ul className="plain">
              {candidates.map((candidate) => (
                <li key={candidate.lot}>
                  <LotLine lot={candidate} />
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      {lot && verdict && children(lot, verdict.verdict)}
      {verdict && (
        <section className="card" aria-labelledby="findings">
          <h2 id="findings">Findings</h2>
          <Findings verdict={verdict} />
        </section>
      )}
      {comparison && comparison.length > 0 && (
        <section className="card" aria-labelledby="compared">
          <h2 id="compared">Label, record, order</h2>
          <Comparison rows={comparison} />
        </section>
      )}
      {verdict && verdict.custody.length > 0 && (
        <section className="card" aria-labelledby="custody">
          <h2 id="custody">Custody</h2>
          <CustodyLine verdict={verdict} own={own} />
          <Custody verdict={verdict} />
        </section>
      )}
      {lot && verdict && <Moisture lot={lot} verdict={verdict} />}
      {lot && <Documents lot={lot} verdict={verdict ?? undefined} />}
    </>
  );
}

/** A lot that was refused in transit, after the page was loaded again. */
function Gone({ name }: { name: string }) {
  return (
    <div className="notice tone-INFO">
      <p>
        <strong>✕ You refused {name}.</strong> Its shipper holds it again, so you see its record no
        more.
      </p>
    </div>
  );
}

function Unchecked({ name }: { name: string }) {
  return (
    <section className="verdict unchecked" aria-label="Not checked yet">
      <span className="verdict-sign" aria-hidden="true">
        ◷
      </span>
      <div>
        <h2 className="verdict-word">
          Not checked yet <span className="verdict-do">Put the reel aside</span>
        </h2>
        <p className="lot-line">{name}</p>
        <p className="verdict-why">
          There is no connection to the service. Scan on: each label is kept, and is checked by
          itself when the connection is back.
        </p>
      </div>
    </section>
  );
}
