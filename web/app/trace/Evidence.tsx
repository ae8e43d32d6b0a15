// Shows the evidence of a lot: files to take away, the verification in this browser, and every event down to its bytes.
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { LotWithDetails } from "../../../api/lots.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { bytes, count, fileHash } from "../../verify/words.ts";
import { fetchFile } from "../data/client.ts";
import { bundleQuery, useTrailUp } from "../data/trace.ts";
import { Failed, Loading } from "../parts/States.tsx";
import { saveBlob, saveText } from "../save.ts";
import { EvidenceEvent } from "./EvidenceEvent.tsx";
import { lotNames } from "./names.ts";
import { useEvidence } from "./use-verifier.ts";
import type { Evidence as Parts } from "./verifier-messages.ts";
import { VerifyHere } from "./VerifyHere.tsx";
import { useAddress } from "./views.ts";
import { Withheld } from "./Withheld.tsx";

interface Props {
  lot: LotWithDetails;
  verdict: Verdict | undefined;
}

export default function Evidence({ lot, verdict }: Props) {
  const bundle = useQuery(bundleQuery(lot.lot));
  return (
    <section aria-label="Evidence">
      <Files lot={lot} bundle={bundle.data} />
      {bundle.isError && <Failed error={bundle.error} onRetry={() => void bundle.refetch()} />}
      <VerifyHere bundle={bundle.data} verdict={verdict} />
      <EventsOf lot={lot} verdict={verdict} bundle={bundle.data} />
    </section>
  );
}

function Files({ lot, bundle }: { lot: LotWithDetails; bundle: string | undefined }) {
  const name = lot.lotNumber?.replaceAll(/[^\w.-]+/g, "_") ?? lot.lot.slice(0, 14);
  const zip = useMutation({
    mutationFn: async () =>
      saveBlob(`${name}.zip`, await fetchFile(`/v1/lots/${lot.lot}/bundle?format=zip`)),
  });
  return (
    <section className="card screen-only" aria-labelledby="files">
      <h2 id="files">Take it away</h2>
      <p className="soft">
        Both files can be verified anywhere, without this service: with{" "}
        <a href="/verify.html">the page for that</a>, or with <code>reelproof verify</code>.
      </p>
      <div className="buttons">
        <Button
          variant="default"
          loading={bundle === undefined}
          onClick={() => saveText(`${name}.json`, "application/json", bundle!)}
        >
          Save the bundle
        </Button>
        <Button variant="default" loading={zip.isPending} onClick={() => zip.mutate()}>
          Save as zip, with documents and a page
        </Button>
      </div>
      {zip.isError && <Failed error={zip.error} />}
    </section>
  );
}

function EventsOf({ lot, verdict, bundle }: Props & { bundle: string | undefined }) {
  const { params, set } = useAddress();
  const trail = useTrailUp(lot.lot);
  const state = useEvidence(bundle);
  if (state?.failure !== undefined)
    return (
      <div className="notice tone-FAIL" role="alert">
        <p>
          <strong>The bundle cannot be taken apart: {state.failure}.</strong>
        </p>
      </div>
    );
  if (!state?.evidence || trail.isPending) return <Loading what="the events' evidence" rows={8} />;
  const { events } = state.evidence;
  const names = lotNames(trail.data?.items ?? [], verdict);
  return (
    <>
      <Withheld events={events} verdict={verdict} />
      <section className="card" aria-labelledby="events">
        <h2 id="events">{count(events.length, "event")}, each down to its bytes</h2>
        <FileLine evidence={state.evidence} />
        <ol className="evidence">
          {events.map((event) => (
            <EvidenceEvent
              key={event.digest}
              event={event}
              verdict={verdict}
              names={names}
              isOpen={params.get("event") === event.digest}
              onToggle={(isOpen) => set({ event: isOpen ? event.digest : null })}
            />
          ))}
        </ol>
      </section>
    </>
  );
}

function FileLine({ evidence: { size, sha256, chainId } }: { evidence: Parts }) {
  return (
    <p className="soft small">
      Digests, signers and roots below were computed in this browser from the bundle of{" "}
      {bytes(size)} on chain {chainId}. Its SHA-256:{" "}
      <code className="wrap">{fileHash(sha256)}</code>
    </p>
  );
}
