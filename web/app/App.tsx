// Decides which page stands at an address, and what a browser without a session sees there.
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { PAGES } from "../../api/pages.ts";
import { useSender } from "./data/queue.ts";
import type { SessionView } from "./data/session.ts";
import { rightsOf, useSession, useStart } from "./data/session.ts";
import { Front } from "./pages/Front.tsx";
import { Failed, Loading } from "./parts/States.tsx";
import { Shell } from "./shell/Shell.tsx";

const Choose = lazy(() => import("./pages/Choose.tsx"));
const Inspect = lazy(() => import("./pages/Inspect.tsx"));
const Lots = lazy(() => import("./pages/Lots.tsx"));
const Lot = lazy(() => import("./pages/Lot.tsx"));
const Trace = lazy(() => import("./pages/Trace.tsx"));
const TraceMany = lazy(() => import("./pages/TraceMany.tsx"));
const Recalls = lazy(() => import("./pages/Recalls.tsx"));
const Reach = lazy(() => import("./pages/Reach.tsx"));
const Insight = lazy(() => import("./pages/Insight.tsx"));
const Grants = lazy(() => import("./pages/Grants.tsx"));
const Overview = lazy(() => import("./pages/Overview.tsx"));
const Ship = lazy(() => import("./pages/Ship.tsx"));
const ShipNew = lazy(() => import("./pages/ShipNew.tsx"));
const ShipFile = lazy(() => import("./pages/ShipFile.tsx"));
const Split = lazy(() => import("./pages/Split.tsx"));
const Shipment = lazy(() => import("./pages/Shipment.tsx"));
const Admin = lazy(() => import("./pages/Admin.tsx"));
const NotFound = lazy(() => import("./pages/NotFound.tsx"));

export function App() {
  const entry = useEntry();
  const session = useSession();
  if (entry.isBusy || session.isPending)
    return (
      <main className="front">
        <Loading what="your session" />
      </main>
    );
  if (session.isError)
    return (
      <main className="front">
        <Failed error={session.error} onRetry={() => void session.refetch()} />
      </main>
    );
  if (!session.data) return <Front failure={entry.error} />;
  return <Signed session={session.data} />;
}

function Signed({ session }: { session: SessionView }) {
  useSender(rightsOf(session).canAct ? session.caller.party!.address : null);
  const within = (page: ReactNode) => (
    <Shell session={session}>
      <Suspense fallback={<Loading what="the page" />}>{page}</Suspense>
    </Shell>
  );
  return (
    <Switch>
      <Route path={PAGES.home}>
        <Redirect to={PAGES.overview} replace />
      </Route>
      <Route path={PAGES.choose}>
        <Suspense>
          <Choose session={session} />
        </Suspense>
      </Route>
      <Route path={PAGES.overview}>{within(<Overview session={session} />)}</Route>
      <Route path={PAGES.inspect}>{within(<Inspect session={session} />)}</Route>
      <Route path={PAGES.lots}>{within(<Lots session={session} />)}</Route>
      <Route path={PAGES.lot}>
        {({ lot }) => within(<Lot key={lot} name={decodeURIComponent(lot)} session={session} />)}
      </Route>
      <Route path={PAGES.ship}>{within(<Ship session={session} />)}</Route>
      <Route path={PAGES.shipNew}>{within(<ShipNew session={session} />)}</Route>
      <Route path={PAGES.shipFile}>{within(<ShipFile session={session} />)}</Route>
      <Route path={PAGES.split}>{within(<Split session={session} />)}</Route>
      <Route path={PAGES.shipment}>
        {({ shipment }) => within(<Shipment key={shipment} hash={shipment} session={session} />)}
      </Route>
      <Route path={PAGES.trace}>{within(<Trace session={session} />)}</Route>
      <Route path={PAGES.traceMany}>{within(<TraceMany />)}</Route>
      <Route path={PAGES.recalls}>{within(<Recalls session={session} />)}</Route>
      <Route path={PAGES.recall}>
        {({ notice }) => within(<Reach of={notice} isLot={false} />)}
      </Route>
      <Route path={PAGES.reach}>
        {({ lot }) => within(<Reach of={decodeURIComponent(lot)} isLot />)}
      </Route>
      <Route path={PAGES.insight}>{within(<Insight session={session} />)}</Route>
      <Route path={PAGES.question}>
        {({ question }) => within(<Insight session={session} question={question} />)}
      </Route>
      <Route path={PAGES.grants}>{within(<Grants session={session} />)}</Route>
      <Route path={PAGES.admin}>{within(<Admin session={session} />)}</Route>
      <Route path={PAGES.adminSection}>
        {({ section }) => within(<Admin session={session} section={section} />)}
      </Route>
      <Route>{within(<NotFound />)}</Route>
    </Switch>
  );
}

const START = /^#start=([\w-]+)$/;

/** Signs in by the link of a start, if the browser came by one. The token leaves the address first, so that no copy of it does. */
function useEntry(): { isBusy: boolean; error: unknown } {
  const [, navigate] = useLocation();
  const [token] = useState(() => START.exec(location.hash)?.[1]);
  const { mutate, isIdle, isPending, error } = useStart();
  useEffect(() => {
    if (token === undefined || !START.test(location.hash)) return;
    history.replaceState(null, "", location.pathname);
    mutate(token, { onSuccess: () => navigate(PAGES.choose, { replace: true }) });
  }, [token, mutate, navigate]);
  return { isBusy: token !== undefined && (isIdle || isPending), error };
}
