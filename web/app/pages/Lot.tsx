// Shows one lot: its verdict large, findings, what the label's link adds, facts, custody, documents. Printed labels lead here.
import { Link, useSearchParams } from "wouter";
import type { LotWithDetails } from "../../../api/lots.ts";
import type { SessionView } from "../data/session.ts";
import { PAGES } from "../../../api/pages.ts";
import { withQuery } from "../data/client.ts";
import { useLabel, useLot, useVerdict } from "../data/lots.ts";
import { Comparison } from "../parts/Comparison.tsx";
import { Custody } from "../parts/Custody.tsx";
import { Documents } from "../parts/Documents.tsx";
import { Findings } from "../parts/Findings.tsx";
import { LotActs } from "../parts/LotActs.tsx";
import { LotFacts, LotLine } from "../parts/LotFacts.tsx";
import { Failed, Loading } from "../parts/States.tsx";
import { VerdictCard } from "../parts/VerdictCard.tsx";

export default function Lot({ name, session }: { name: string; session: SessionView }) {
  const [params] = useSearchParams();
  const lot = useLot(name);
  // The link of a printed label names the ledger too: it is read as a label, so that one of another ledger is refused.
  const isLabel = params.has("chain") && params.has("ledger");
  if (lot.isPending) return <Loading what="the lot" rows={8} />;
  if (lot.isError)
    return (
      <>
        <h1>Lot</h1>
        <Failed error={lot.error} onRetry={() => void lot.refetch()} />
        <p>
          Scan the label on the <Link href={PAGES.inspect}>inspection page</Link>, or look for the
          lot among <Link href={PAGES.lots}>all lots</Link>.
        </p>
      </>
    );
  return (
    <>
      <div className="page-head">
        <h1>
          Lot <span className="name">{lot.data.lotNumber ?? "without a number"}</span>
        </h1>
        <Link
          className="button screen-only"
          href={withQuery(PAGES.inspect, { scan: lot.data.lotNumber ?? lot.data.lot })}
        >
          Inspect
        </Link>
      </div>
      {isLabel && <FromLabel />}
      {lot.data.seenTo !== null && (
        <p className="notice">
          You handed this lot on. What you see is the lot as it was then, and what the ledger has
          published since.
        </p>
      )}
      <Judged lot={lot.data} session={session} />
    </>
  );
}

/** What the link on a printed label says about the label itself. */
function FromLabel() {
  const label = useLabel(location.href);
  if (label.isError) return <Failed error={label.error} />;
  if (!label.data) return null;
  const { message, lot } = label.data;
  return lot === null ? (
    <div className="notice tone-FAIL" role="alert">
      <p>
        <strong>{message ?? "This label does not belong to this lot."}</strong>
      </p>
    </div>
  ) : null;
}

function Judged({ lot, session }: { lot: LotWithDetails; session: SessionView }) {
  const verdict = useVerdict(lot.lot);
  return (
    <>
      {verdict.isPending && <Loading what="the verdict" rows={4} />}
      {verdict.isError && <Failed error={verdict.error} onRetry={() => void verdict.refetch()} />}
      {verdict.data && (
        <VerdictCard verdict={verdict.data}>
          <LotLine lot={lot} />
        </VerdictCard>
      )}
      <LotActs lot={lot} session={session} />
      <div className="columns">
        <div>
          {verdict.data && (
            <section className="card" aria-labelledby="findings">
              <h2 id="findings">Findings</h2>
              <Findings verdict={verdict.data} />
            </section>
          )}
          {verdict.data?.comparison && (
            <section className="card" aria-labelledby="compared">
              <h2 id="compared">Label, record, order</h2>
              <Comparison rows={verdict.data.comparison} />
            </section>
          )}
          {verdict.data && (
            <section className="card" aria-labelledby="custody">
              <h2 id="custody">Custody</h2>
              <Custody verdict={verdict.data} />
            </section>
          )}
        </div>
        <aside>
          <LotFacts lot={lot} />
          <Documents lot={lot} verdict={verdict.data} />
        </aside>
      </div>
    </>
  );
}
