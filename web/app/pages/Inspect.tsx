// The bench: scan or type, read the verdict, decide, scan the next. Keeps a tally of the delivery.
import { Button, Textarea } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useSearchParams } from "wouter";
import type { SessionView } from "../data/session.ts";
import { type Batch, type Scan, tallyOf, useBatch } from "../data/batch.ts";
import { type Inspected, useInspected } from "../data/lots.ts";
import { Comparison } from "../parts/Comparison.tsx";
import { Custody } from "../parts/Custody.tsx";
import { Findings } from "../parts/Findings.tsx";
import { LotActs } from "../parts/LotActs.tsx";
import { LotLine } from "../parts/LotFacts.tsx";
import { ScanField } from "../parts/ScanField.tsx";
import { Empty, Failed, Loading } from "../parts/States.tsx";
import { VerdictBadge } from "../parts/VerdictBadge.tsx";
import { VerdictCard } from "../parts/VerdictCard.tsx";
import { pieces } from "../../verify/words.ts";

type Result = UseQueryResult<Inspected>;

export default function Inspect({ session }: { session: SessionView }) {
  const [params, setParams] = useSearchParams();
  const { batch, add, expect, clear } = useBatch(session.caller.id);
  const chosen = params.get("scan");
  useGiven(chosen, batch, add);
  const results = useInspected(batch.scans.map(({ text }) => text));
  const at = batch.scans.findIndex(({ text }) => text === chosen);
  const shown = at < 0 ? undefined : results[at];
  const choose = (text: string | null) => setParams(text === null ? {} : { scan: text });
  return (
    <>
      <h1>Inspect</h1>
      <ScanField
        label="Scan a label, or type a lot number"
        placeholder="Ready to scan"
        isBusy={shown?.isFetching ?? false}
        onScan={(text) => {
          add(text);
          choose(text);
        }}
      />
      <div className="columns">
        <div aria-live="polite">
          {shown === undefined ? (
            <Empty title="Nothing scanned yet">
              The field above has the focus. Scan the code with the most fields on the label,
              usually the square one. Scan one reel after the other: the list keeps count.
            </Empty>
          ) : (
            <Shown key={chosen} result={shown} session={session} />
          )}
        </div>
        <aside>
          <BatchList
            batch={batch}
            results={results}
            chosen={chosen}
            onChoose={choose}
            onExpect={expect}
            onClear={() => {
              clear();
              choose(null);
            }}
          />
        </aside>
      </div>
    </>
  );
}

/** Takes what the address names as a scan, once: a link to an inspection shows it. */
function useGiven(chosen: string | null, batch: Batch, add: (text: string) => void): void {
  const taken = useRef<string>(undefined);
  useEffect(() => {
    if (chosen === null || taken.current === chosen) return;
    taken.current = chosen;
    if (!batch.scans.some(({ text }) => text === chosen)) add(chosen);
  });
}

function Shown({ result, session }: { result: Result; session: SessionView }) {
  if (result.isPending) return <Loading what="the verdict" rows={5} />;
  if (result.isError) return <Failed error={result.error} onRetry={() => void result.refetch()} />;
  const { verdict, lot, comparison, message, candidates } = result.data;
  return (
    <>
      {verdict && <VerdictCard verdict={verdict}>{lot && <LotLine lot={lot} />}</VerdictCard>}
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
      {lot && <LotActs lot={lot} session={session} />}
      {comparison && comparison.length > 0 && (
        <section className="card" aria-labelledby="compared">
          <h2 id="compared">Label, record, order</h2>
          <Comparison rows={comparison} />
        </section>
      )}
      {verdict && (
        <section className="card" aria-labelledby="findings">
          <h2 id="findings">Findings</h2>
          <Findings verdict={verdict} />
        </section>
      )}
      {verdict && verdict.custody.length > 0 && (
        <section className="card" aria-labelledby="custody">
          <h2 id="custody">Custody</h2>
          <Custody verdict={verdict} />
        </section>
      )}
    </>
  );
}

interface ListProps {
  batch: Batch;
  results: readonly Result[];
  chosen: string | null;
  onChoose(text: string): void;
  onExpect(text: string): void;
  onClear(): void;
}

const nameOf = (scan: Scan, result: Result | undefined): string =>
  result?.data?.lot?.lotNumber ?? result?.data?.verdict?.identity.lotNumber ?? scan.text;

function BatchList({ batch, results, chosen, onChoose, onExpect, onClear }: ListProps) {
  const { scans, expected } = batch;
  const counted = scans.map((scan, i) => ({
    times: scan.times,
    verdict: results[i]?.data?.verdict?.verdict,
    name: nameOf(scan, results[i]),
  }));
  const { accept, look, stop, twice, missing, surplus } = tallyOf(counted, expected);
  const counts = [
    [accept, "to accept"],
    [look, "to look at"],
    [stop, "to stop"],
    [twice, "scanned twice"],
    ...(expected.length === 0
      ? []
      : ([
          [missing.length, "missing"],
          [surplus.length, "not on the list"],
        ] as const)),
  ] as const;
  return (
    <section className="card" aria-labelledby="delivery">
      <h2 id="delivery">This delivery</h2>
      <p className="tally" role="status">
        {counts
          .filter(([n]) => n > 0)
          .map(([n, what]) => `${pieces(n)} ${what}`)
          .join(" · ") || "No reel yet"}
      </p>
      <ul className="batch">
        {scans.map((scan, i) => (
          <li key={scan.text}>
            <button
              type="button"
              aria-current={scan.text === chosen ? "true" : undefined}
              onClick={() => onChoose(scan.text)}
            >
              <ScanState result={results[i]} />
              <span className="batch-name">
                {nameOf(scan, results[i])}
                {scan.times > 1 && <strong> ×{scan.times}</strong>}
                <span className="soft small block">
                  {results[i]?.data?.lot
                    ? `${results[i].data.lot.mpn ?? ""} · ${pieces(results[i].data.lot.quantity)} pieces${results[i].data.lot.held ? " · on hold" : ""}`
                    : ""}
                </span>
              </span>
            </button>
          </li>
        ))}
        {missing.map((name) => (
          <li key={name} className="missing">
            <span className="badge tone-INFO">
              <span aria-hidden="true">·</span> missing
            </span>{" "}
            {name}
          </li>
        ))}
      </ul>
      <details className="more">
        <summary>What should come</summary>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onExpect(String(new FormData(event.currentTarget).get("expected") ?? ""));
          }}
        >
          <Textarea
            name="expected"
            label="Lot numbers of the order or delivery note"
            description="One in a line. Of a CSV, the first column counts."
            defaultValue={expected.join("\n")}
            rows={4}
          />
          <Button type="submit" variant="default" size="sm">
            Compare with this list
          </Button>
        </form>
      </details>
      {(scans.length > 0 || expected.length > 0) && (
        <Button variant="subtle" size="sm" onClick={onClear}>
          Begin another delivery
        </Button>
      )}
    </section>
  );
}

function ScanState({ result }: { result: Result | undefined }) {
  if (result?.data?.verdict) return <VerdictBadge verdict={result.data.verdict.verdict} />;
  if (result?.isError)
    return (
      <span className="badge tone-INCOMPLETE">
        <span aria-hidden="true">?</span> not checked
      </span>
    );
  return <span className="badge tone-INFO">{result?.data ? "not a lot" : "checking"}</span>;
}
