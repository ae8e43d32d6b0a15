// Shows everything about a lot on one page, to print or to save as a PDF for an audit file.
import { Button } from "@mantine/core";
import type { LotWithDetails } from "../../../api/lots.ts";
import type { SessionView } from "../data/session.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { WHAT_IT_PROVES } from "../../../protocol/verdict/words.ts";
import { count, moment, pieces } from "../../verify/words.ts";
import { Custody } from "../parts/Custody.tsx";
import { Findings } from "../parts/Findings.tsx";
import { LotFacts } from "../parts/LotFacts.tsx";
import Balance from "./Balance.tsx";

interface Props {
  lot: LotWithDetails;
  verdict: Verdict | undefined;
  session: SessionView;
}

export default function Report({ lot, verdict, session }: Props) {
  const by = session.caller.party?.name ?? "the service's operator";
  return (
    <section aria-label="Report" className="report">
      <p className="screen-only buttons">
        <Button onClick={() => print()}>Print or save as PDF</Button>
      </p>
      <p className="soft">
        As {by} sees the lot, printed on {moment(Date.now() / 1000)}. {WHAT_IT_PROVES}
      </p>
      {verdict && (
        <section className="card" aria-labelledby="findings">
          <h2 id="findings">Findings</h2>
          <Findings verdict={verdict} />
        </section>
      )}
      <LotFacts lot={lot} />
      {verdict && (
        <section className="card" aria-labelledby="custody">
          <h2 id="custody">Custody</h2>
          <Custody verdict={verdict} />
        </section>
      )}
      <Balance lot={lot} />
      {verdict && <Rules verdict={verdict} />}
      {verdict && <Grounds verdict={verdict} />}
    </section>
  );
}

function Rules({ verdict: { rules } }: { verdict: Verdict }) {
  return (
    <section className="card" aria-labelledby="rules">
      <h2 id="rules">Rules</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">Result</th>
          </tr>
        </thead>
        <tbody>
          {rules.map(({ rule, name, result, reason }) => (
            <tr key={rule}>
              <th scope="row">
                {rule} {name}
              </th>
              <td>
                {result}
                {reason && <span className="soft small block">{reason.message}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What the verdict rests on, with whole hashes: paper cannot be clicked. */
function Grounds({ verdict }: { verdict: Verdict }) {
  const { trusted, block, events } = verdict;
  return (
    <section className="card" aria-labelledby="grounds">
      <h2 id="grounds">What it rests on</h2>
      <dl className="facts">
        <div>
          <dt>Ledger</dt>
          <dd>
            <code className="wrap">{trusted.ledger}</code> on chain {trusted.chainId}
          </dd>
        </div>
        <div>
          <dt>Block</dt>
          <dd>
            {block === null ? (
              "none: nothing was compared with the chain"
            ) : (
              <>
                {pieces(block.number)}, {moment(block.time)},{" "}
                <code className="wrap">{block.hash}</code>
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>Confirmations</dt>
          <dd>{count(trusted.finality, "block")} make a block final</dd>
        </div>
      </dl>
      <h3>{count(events.length, "event")}</h3>
      <table className="report-events">
        <tbody>
          {events.map(({ event, time, recorded, logged }) => (
            <tr key={event}>
              <td>{moment(time)}</td>
              <td>
                <code className="wrap">{event}</code>
              </td>
              <td>
                {recorded
                  ? `block ${pieces(recorded.block)}`
                  : logged
                    ? `log, block ${pieces(logged.block)}`
                    : "not recorded"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
