// Shows one lot, each view at its own address: verdict and facts, timeline, tree, map, balance, evidence, and all on one page to
// print. Printed labels lead here.
import { lazy, Suspense } from "react";
import { Link, useSearchParams } from "wouter";
import type { LotWithDetails } from "../../../api/lots.ts";
import type { SessionView } from "../data/session.ts";
import { PAGES } from "../../../api/pages.ts";
import { withQuery } from "../data/client.ts";
import { useLabel } from "../data/inspected.ts";
import { useLot, useVerdict } from "../data/lots.ts";
import { Comparison } from "../parts/Comparison.tsx";
import { Custody } from "../parts/Custody.tsx";
import { Documents } from "../parts/Documents.tsx";
import { Findings } from "../parts/Findings.tsx";
import { LotActs } from "../parts/LotActs.tsx";
import { LotFacts, LotLine } from "../parts/LotFacts.tsx";
import { Failed, Loading } from "../parts/States.tsx";
import { VerdictBadge } from "../parts/VerdictBadge.tsx";
import { VerdictCard } from "../parts/VerdictCard.tsx";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { Tabs } from "../trace/Tabs.tsx";
import { viewIn, type View } from "../trace/views.ts";
import { VERDICT_WORDS } from "../../verify/words.ts";
import "../trace/trace.css";

const Timeline = lazy(() => import("../trace/Timeline.tsx"));
const Tree = lazy(() => import("../trace/Tree.tsx"));
const WhereMap = lazy(() => import("../trace/WhereMap.tsx"));
const Balance = lazy(() => import("../trace/Balance.tsx"));
const Evidence = lazy(() => import("../trace/Evidence.tsx"));
const Report = lazy(() => import("../trace/Report.tsx"));

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
        <p className="buttons screen-only">
          <Link
            className="button"
            href={withQuery(PAGES.inspect, { scan: lot.data.lotNumber ?? lot.data.lot })}
          >
            Inspect
          </Link>
          <Link className="button" href={`/lots/${lot.data.lot}?view=report`}>
            Report
          </Link>
        </p>
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
  const [params] = useSearchParams();
  const view = viewIn(params);
  const verdict = useVerdict(lot.lot);
  const isLarge = view === "lot" || view === "report";
  return (
    <>
      {verdict.isPending && <Loading what="the verdict" rows={isLarge ? 4 : 1} />}
      {verdict.isError && <Failed error={verdict.error} onRetry={() => void verdict.refetch()} />}
      {verdict.data &&
        (isLarge ? (
          <VerdictCard verdict={verdict.data}>
            <LotLine lot={lot} />
          </VerdictCard>
        ) : (
          <VerdictLine verdict={verdict.data} lot={lot} />
        ))}
      <Tabs lot={lot.lot} view={view} />
      <Suspense fallback={<Loading what="the view" rows={8} />}>
        <ViewOf view={view} lot={lot} verdict={verdict.data} session={session} />
      </Suspense>
    </>
  );
}

interface ViewProps {
  view: View;
  lot: LotWithDetails;
  verdict: Verdict | undefined;
  session: SessionView;
}

function ViewOf({ view, lot, verdict, session }: ViewProps) {
  switch (view) {
    case "lot":
      return <Overview lot={lot} verdict={verdict} session={session} />;
    case "timeline":
      return <Timeline lot={lot} verdict={verdict} />;
    case "tree":
      return <Tree lot={lot} />;
    case "map":
      return <WhereMap lot={lot} />;
    case "balance":
      return <Balance lot={lot} />;
    case "evidence":
      return <Evidence lot={lot} verdict={verdict} />;
    case "report":
      return <Report lot={lot} verdict={verdict} session={session} />;
  }
}

/** The verdict in a line, above views that need the room. */
function VerdictLine({
  verdict: { verdict, findings },
  lot,
}: {
  verdict: Verdict;
  lot: LotWithDetails;
}) {
  const [gravest] = findings;
  return (
    <div className={`verdict-line tone-${verdict}`}>
      <p>
        <VerdictBadge verdict={verdict} />{" "}
        {gravest?.verdict === verdict ? gravest.message : VERDICT_WORDS[verdict].meaning}
      </p>
      <LotLine lot={lot} />
    </div>
  );
}

function Overview({ lot, verdict, session }: Omit<ViewProps, "view">) {
  return (
    <>
      <LotActs lot={lot} session={session} />
      <div className="columns">
        <div>
          {verdict && (
            <section className="card" aria-labelledby="findings">
              <h2 id="findings">Findings</h2>
              <Findings verdict={verdict} />
            </section>
          )}
          {verdict?.comparison && (
            <section className="card" aria-labelledby="compared">
              <h2 id="compared">Label, record, order</h2>
              <Comparison rows={verdict.comparison} />
            </section>
          )}
          {verdict && (
            <section className="card" aria-labelledby="custody">
              <h2 id="custody">Custody</h2>
              <Custody verdict={verdict} />
            </section>
          )}
        </div>
        <aside>
          <LotFacts lot={lot} />
          <Documents lot={lot} verdict={verdict} />
        </aside>
      </div>
    </>
  );
}
