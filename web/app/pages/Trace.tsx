// Begins a trace: from a lot that is scanned or typed, or from a bundle that somebody sent.
import { Link, useLocation } from "wouter";
import { useState } from "react";
import { PAGES } from "../../../api/pages.ts";
import { withQuery } from "../data/client.ts";
import { inspect } from "../data/inspected.ts";
import type { SessionView } from "../data/session.ts";
import { LotLine } from "../parts/LotFacts.tsx";
import { ScanField } from "../parts/ScanField.tsx";
import { Failed } from "../parts/States.tsx";
import type { Inspected } from "../data/inspected.ts";
import { BundleFileCard } from "../trace/BundleFileCard.tsx";
import "../trace/trace.css";

export default function Trace({ session }: { session: SessionView }) {
  const [, navigate] = useLocation();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [several, setSeveral] = useState<Inspected>();
  const open = async (text: string) => {
    setBusy(true);
    setError(undefined);
    setSeveral(undefined);
    try {
      const result = await inspect({ codes: [text] });
      if (result.lot) navigate(`/lots/${result.lot.lot}?view=tree`);
      else setSeveral(result);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <h1>Trace</h1>
      <ScanField
        label="Scan a label, or type a lot number"
        placeholder="Lot number or label"
        isBusy={isBusy}
        onScan={(text) => void open(text)}
      />
      {error !== undefined && <Failed error={error} />}
      {several && (
        <div className="notice tone-INCOMPLETE" role="alert">
          <p>
            <strong>{several.message ?? "No lot that you see has this number."}</strong>
          </p>
          {several.candidates.map((lot) => (
            <LotLine key={lot.lot} lot={lot} />
          ))}
        </div>
      )}
      <div className="trace-ways">
        <section className="card" aria-labelledby="back-and-forth">
          <h2 id="back-and-forth">Back and forth</h2>
          <p>
            A lot's page shows where it came from and what was made of it: as a timeline, a tree, a
            map and a balance, with the evidence down to the bytes.
          </p>
          <p>
            <Link href={PAGES.lots}>Choose from the lots</Link> ·{" "}
            <Link href={withQuery(PAGES.lots, { held: "true" })}>those on hold</Link>
          </p>
        </section>
        <section className="card" aria-labelledby="many">
          <h2 id="many">Many at once</h2>
          <p>
            Paste up to a thousand lots, or name a manufacturer, a part, its lots and date codes,
            and find everything made of them.
          </p>
          <p>
            <Link href={PAGES.traceMany}>Trace many lots</Link> ·{" "}
            <Link href={PAGES.recalls}>Recalls</Link>
          </p>
        </section>
      </div>
      <BundleFileCard session={session} />
    </>
  );
}
