// Shows an answer of insight: first its sentence, then its tables, then what it does not say, and last what it rests on.
import type { ReactNode } from "react";
import type { Abstention, Basis } from "../../../api/insight.ts";
import type { PartyName } from "../../../api/parties.ts";
import { count, moment } from "../../verify/words.ts";
import { Hash } from "../parts/Hash.tsx";
import { Failed, Loading } from "../parts/States.tsx";

/** What every answer has. */
export interface AnyAnswer {
  sentence: string;
  basis: Basis;
  abstained: readonly Abstention[];
  parties: readonly PartyName[];
}

interface Asked<T> {
  data: T | undefined;
  isPending: boolean;
  isError: boolean;
  error: unknown;
  refetch(): unknown;
}

interface Props<T> {
  /** What is read, for screen readers. */
  what: string;
  asked: Asked<T>;
  children: (answer: T) => ReactNode;
}

/** An answer that is read, with its sentence, its abstentions and its basis around what `children` shows. */
export function Answered<T extends AnyAnswer>({ what, asked, children }: Props<T>) {
  if (asked.isError) return <Failed error={asked.error} onRetry={() => void asked.refetch()} />;
  if (asked.data === undefined) return <Loading what={what} rows={6} />;
  return <Answer answer={asked.data}>{children(asked.data)}</Answer>;
}

export function Answer({ answer, children }: { answer: AnyAnswer; children: ReactNode }) {
  return (
    <>
      <p className="insight-sentence" role="status">
        {answer.sentence}
      </p>
      {children}
      <Abstained abstained={answer.abstained} />
      <BasisLine basis={answer.basis} />
    </>
  );
}

/** What the answer does not say, and what to do about it. */
function Abstained({ abstained }: { abstained: readonly Abstention[] }) {
  const groups = [...Map.groupBy(abstained, ({ advice }) => advice)];
  if (groups.length === 0) return null;
  return (
    <section className="card insight-abstained" aria-labelledby="not-said">
      <h2 id="not-said">What is not said</h2>
      <ul>
        {groups.map(([advice, some]) => (
          <li key={advice}>
            {advice}
            <span className="soft small block">
              About{" "}
              {some.slice(0, SHOWN).map(({ about }, i) => (
                <span key={about}>
                  {i > 0 && "; "}
                  {/^0x[0-9a-f]{40,}$/.test(about) ? <Hash value={about} /> : about}
                </span>
              ))}
              {some.length > SHOWN && ` and ${some.length - SHOWN} more`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
const SHOWN = 6;

/** What the answer rests on: anyone with the same events gets the same answer. */
function BasisLine({ basis: { asOf, events, unsettled, inputs, method } }: { basis: Basis }) {
  return (
    <p className="insight-basis soft small">
      From {count(events, "event")} that you see, known by {moment(asOf)}
      {unsettled > 0 && `; newer events of ${count(unsettled, "lot")} are not final, and left out`}.
      Method {method.name} {method.version}, inputs <Hash value={inputs} />
    </p>
  );
}

/** The name of a party of an answer, or its address shortened. */
export function PartyText({ answer, address }: { answer: AnyAnswer; address: string }) {
  const party = answer.parties.find((each) => each.address === address);
  return party?.name != null ? <>{party.name}</> : <Hash value={address} />;
}
