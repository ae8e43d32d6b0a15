// The bench at goods-in: scan or type, read the verdict, decide, scan the next. Keeps a tally of the delivery.
import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import "../inspect.css";
import type { SessionView } from "../data/session.ts";
import { useOnline } from "../data/connection.ts";
import { useQueue } from "../data/queue.ts";
import { rightsOf } from "../data/session.ts";
import { useSettings } from "../data/settings.ts";
import { Failed, Empty, Loading } from "../parts/States.tsx";
import { ScanField } from "../parts/ScanField.tsx";
import { Camera } from "../inspect/Camera.tsx";
import { Decide } from "../inspect/Decide.tsx";
import { Deliveries } from "../inspect/Deliveries.tsx";
import { DeliveryPanel } from "../inspect/DeliveryPanel.tsx";
import { Options } from "../inspect/Options.tsx";
import { PhotoButton, PhotoPicture, type PhotoResult } from "../inspect/PhotoScan.tsx";
import { Result } from "../inspect/Result.tsx";
import { playTone } from "../inspect/tones.ts";
import { tallyWords } from "../inspect/words.ts";
import { useBench } from "../inspect/use-bench.ts";
import { Waiting } from "../inspect/Waiting.tsx";

/** The picture over the card: the camera's, or a photo's. */
type Over = { camera: true } | { photo: PhotoResult } | { failure: string } | undefined;

export default function Inspect({ session }: { session: SessionView }) {
  const [params, setParams] = useSearchParams();
  const delivery = params.get("delivery") ?? "";
  const party = rightsOf(session).canAct ? session.caller.party : null;
  const queue = useQueue(party?.address ?? null);
  const [settings] = useSettings();
  const isOnline = useOnline();
  const bench = useBench({ owner: session.caller.id, party, delivery, queue: queue ?? [] });
  const chosen = bench.at(params.getAll("scan"));
  const [over, setOver] = useState<Over>();
  const keys = useRef<Readonly<Record<string, () => void>>>({});
  const none = useRef({});

  const choose = (codes: readonly string[]) =>
    setParams(
      new URLSearchParams([
        ...(delivery === "" ? [] : [["delivery", delivery]]),
        ...codes.map((code) => ["scan", code]),
      ]),
    );
  const scanned = useTone(settings.sound, chosen?.result.data?.verdict?.verdict, chosen?.key);
  const linked = useLinked(params.getAll("scan"), bench.isReady, chosen !== undefined, bench.add);
  const take = (codes: readonly string[]) => {
    scanned(codes);
    linked(codes);
    void bench.add(codes);
    choose(codes);
  };

  if (bench.failure !== undefined)
    return (
      <>
        <h1>Inspect</h1>
        <div className="notice tone-FAIL" role="alert">
          <p>
            <strong>This browser keeps nothing for this page.</strong> Allow it to keep data, or
            leave its private window, so that no decision is lost.
          </p>
        </div>
      </>
    );
  return (
    <>
      <div className="page-head">
        <h1>{bench.title ?? "Inspect"}</h1>
        {delivery !== "" && (
          <Link className="button" href={PAGES.inspect}>
            All deliveries
          </Link>
        )}
      </div>
      {(delivery !== "" || bench.rows.length > 0) && (
        <p className="tally" role="status">
          {tallyWords(bench.rows)}
        </p>
      )}
      {!isOnline && (
        <p className="offline" role="status">
          <span aria-hidden="true">◷</span>
          <span>
            <strong>No connection to the service.</strong> Scan on. What you scan and decide is kept
            in this browser, and goes on by itself when the connection is back.
          </span>
        </p>
      )}
      <ScanField
        label="Scan a label, or type a lot number"
        placeholder="Ready to scan"
        isBusy={chosen?.result.isFetching ?? false}
        keys={settings.letters ? keys : none}
        onScan={(text) => {
          setOver(undefined);
          take([text]);
        }}
      >
        <Button variant="default" onClick={() => setOver({ camera: true })}>
          Camera
        </Button>
        <PhotoButton
          onFailure={(failure) => setOver({ failure })}
          onCodes={(codes, photo) => {
            setOver({ photo });
            take(codes);
          }}
        />
      </ScanField>
      {over && "failure" in over && (
        <p className="notice tone-WARN" role="alert">
          {over.failure}
        </p>
      )}
      {over && "photo" in over && (
        <PhotoPicture result={over.photo} onClose={() => setOver(undefined)} />
      )}
      {over && "camera" in over && <Camera onCodes={take} onClose={() => setOver(undefined)} />}
      <div className="columns">
        <div aria-live="polite">
          {!bench.isReady || (chosen === undefined && params.has("scan")) ? (
            <Loading what="what was scanned" rows={5} />
          ) : chosen === undefined ? (
            <Nothing isDelivery={delivery !== ""} />
          ) : (
            <Result
              key={chosen.key}
              result={chosen.result}
              name={chosen.name}
              own={party?.address ?? null}
            >
              {(lot, verdict) =>
                party && (
                  <Decide
                    lot={lot}
                    verdict={verdict}
                    scan={chosen.scan}
                    party={{ address: party.address, name: party.name ?? "Your company" }}
                    isAtClose={bench.isAtClose}
                    onKeys={(offered) => {
                      keys.current = offered;
                    }}
                    onDecide={(decision) => bench.decide(chosen.key, lot, decision)}
                    onUndo={() => void bench.undo(chosen.key)}
                  />
                )
              }
            </Result>
          )}
        </div>
        <aside>
          <Waiting acts={queue ?? []} onRetry={bench.retry} onRemove={bench.drop} />
          {bench.deliveryError ? (
            <Failed error={bench.deliveryError} />
          ) : (
            <DeliveryPanel
              bench={bench}
              party={party}
              chosen={chosen?.key ?? null}
              onChoose={choose}
            />
          )}
          <section className="card">
            <Options />
          </section>
        </aside>
      </div>
    </>
  );
}

function Nothing({ isDelivery }: { isDelivery: boolean }) {
  if (isDelivery)
    return (
      <Empty title="Scan the first reel">
        The field above has the focus. Scan the code with the most fields on the label, usually the
        square one. Each reel is compared with what the shipper announced.
      </Empty>
    );
  return (
    <>
      <Empty title="Nothing scanned yet">
        The field above has the focus. Scan the code with the most fields on the label, usually the
        square one. Scan one reel after the other: the list keeps count.
      </Empty>
      <section className="card" aria-labelledby="coming">
        <h2 id="coming">Deliveries on their way to you</h2>
        <Deliveries />
      </section>
    </>
  );
}

/**
 * Takes what the address names as a scan, once: a link to an inspection shows it.
 * @returns what to call with each other scan, which the address will name, too
 */
function useLinked(
  codes: readonly string[],
  isReady: boolean,
  isThere: boolean,
  add: (codes: readonly string[]) => Promise<void>,
) {
  const taken = useRef<string>(undefined);
  useEffect(() => {
    const key = codes.join("\n");
    if (!isReady || codes.length === 0 || taken.current === key) return;
    taken.current = key;
    if (!isThere) void add(codes);
  });
  return (scanned: readonly string[]) => {
    taken.current = scanned.join("\n");
  };
}

/** Plays a tone when the verdict of a scan arrives. @returns what to call with each scan */
function useTone(isOn: boolean, verdict: string | undefined, key: string | undefined) {
  const awaited = useRef<string>(undefined);
  useEffect(() => {
    if (verdict === undefined || awaited.current !== key) return;
    awaited.current = undefined;
    if (isOn) playTone(verdict === "PASS" ? "accept" : "stop");
  });
  return (codes: readonly string[]) => {
    awaited.current = codes.join("\n");
  };
}
