// Joins what the bench knows: the scans, their verdicts, what should come, what was decided, and what waits to be sent.
import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { LotWithDetails } from "../../../api/lots.ts";
import type { PartyName } from "../../../api/parties.ts";
import { useBatch } from "../data/batch.ts";
import { onConnection, isOnline } from "../data/connection.ts";
import { type Act, actsOf, type Decided, type Decision } from "../data/decisions.ts";
import { linesOf, useDelivery } from "../data/deliveries.ts";
import type { ExpectedLine } from "../data/expected.ts";
import { type Inspected, isUnanswered, useInspected } from "../data/inspected.ts";
import { labelName } from "../data/label-names.ts";
import { queueActs, removeAct, retryAct } from "../data/queue.ts";
import type { QueuedAct } from "../data/queued.ts";
import { keyOf, NO_BATCH, type Scan, withChange, withScan } from "../data/scans.ts";
import { useSettings } from "../data/settings.ts";
import { type Counted, lineFor, packagesOf } from "../data/tally.ts";
import { pieces } from "../../verify/words.ts";
import { inHand } from "./Decide.tsx";
import type { Row } from "./DeliveryList.tsx";
import { isUnchecked } from "./Result.tsx";

interface Input {
  /** The API key of the session. */
  owner: string;
  party: PartyName | null;
  /** The shipment's hash, or nothing. */
  delivery: string;
  queue: readonly QueuedAct[];
}

/** One scan with everything known of it. */
export interface Scanned {
  key: string;
  scan: Scan;
  name: string;
  result: UseQueryResult<Inspected>;
  queued: QueuedAct | undefined;
}

export type Bench = ReturnType<typeof useBench>;

/** The fields of an order's line that a label or a record can differ in. */
const hasValues = (line: ExpectedLine | undefined): line is ExpectedLine =>
  line !== undefined && Object.keys(line.values).length > 0;

export function useBench({ owner, party, delivery, queue }: Input) {
  const { batch, failure, change } = useBatch(owner, delivery);
  const shipment = useDelivery(delivery);
  const [{ atOnce }] = useSettings();
  const { scans, expected } = batch ?? NO_BATCH;
  const lines = useMemo(
    () => (shipment.data ? linesOf(shipment.data) : expected),
    [shipment.data, expected],
  );
  const isReady = batch !== undefined && (delivery === "" || !shipment.isPending);
  const asked = scans.map(({ codes, signed }) => {
    const line = lineFor(labelName(codes), lines);
    return { codes, expected: hasValues(line) ? line.values : undefined, isGone: isGone(signed) };
  });
  const results = useInspected(isReady ? asked : []);
  useChecksResumed();

  const all = scans.map((scan, i): Scanned | undefined => {
    const result = results[i];
    if (!result) return undefined;
    const { lot, verdict } = result.data ?? {};
    const known = lot?.lotNumber ?? verdict?.identity.lotNumber;
    const name = known ?? labelName(scan.codes).name;
    const queued = queue.find(({ id }) => id === scan.signed?.act);
    return { key: keyOf(scan.codes), scan, name, result, queued };
  });
  const scanned = all.filter((each) => each !== undefined);
  const lotOf = ({ result, scan }: Scanned) =>
    result.data?.lot?.lot ?? labelName(scan.codes).lot ?? null;
  const packages = packagesOf(
    scanned.map((each): Counted => ({
      key: each.key,
      times: each.scan.times,
      lot: lotOf(each),
      name: each.name,
      verdict: each.result.data?.verdict?.verdict,
      isRefused: isGone(each.scan.signed),
    })),
    lines,
  );
  const rows = packages.map((one): Row => {
    const of = scanned.find(({ key }) => key === one.key);
    return {
      ...one,
      scan: of?.scan,
      queued: of?.queued,
      about: aboutOf(of?.result.data?.lot ?? null, one.line),
      state: of && (isGone(of.scan.signed) ? "refused" : stateOf(of.result)),
    };
  });
  const decided = scanned.flatMap((each): Decided[] => {
    const { lot } = each.result.data ?? {};
    const { decision } = each.scan;
    return lot && decision ? [{ lot: inHand(lot), decision, scan: each.key }] : [];
  });

  const sign = async (acts: readonly Act[]) => {
    if (!party) return;
    const ids = await queueActs(acts, { party: party.address, owner, delivery });
    await change((before) =>
      acts.reduce(
        (now, { name, isReceipt, scans: keys }, i) =>
          keys.reduce(
            (after, key) =>
              withChange(after, key, ({ decision: _decision, ...scan }) => ({
                ...scan,
                signed: {
                  name,
                  act: ids[i]!,
                  isSent: false,
                  isGone: name === "refuse" && isReceipt,
                },
              })),
            now,
          ),
        before,
      ),
    );
  };
  /** Decisions wait for the close of a delivery: one with lines of its own. */
  const isAtClose = lines.length > 0 && !atOnce;
  return {
    isReady,
    failure,
    delivery,
    deliveryError: shipment.error ?? undefined,
    title: shipment.data && `Incoming from ${shipment.data.shipper.name ?? "an unknown party"}`,
    lines,
    /** The lines come from the ledger, and nobody pastes them. */
    isShipment: delivery !== "",
    rows,
    decided,
    isAtClose,
    undecided: scanned.filter(({ scan }) => !scan.decision && !scan.signed).length,
    at: (codes: readonly string[]) => scanned.find(({ key }) => key === keyOf(codes)),
    add: (codes: readonly string[]) => change((before) => withScan(before, codes)),
    expect: (wanted: readonly ExpectedLine[]) =>
      change((before) => ({ ...before, expected: wanted })),
    clear: () => change(() => NO_BATCH),
    codesOf: (key: string) => scans.find(({ codes }) => keyOf(codes) === key)?.codes ?? [],
    decide: (key: string, lot: LotWithDetails, decision: Decision) =>
      isAtClose
        ? change((before) => withChange(before, key, (scan) => ({ ...scan, decision })))
        : sign(actsOf([{ lot: inHand(lot), decision, scan: key }])),
    undo: (key: string) =>
      change((before) => withChange(before, key, ({ decision: _decision, ...scan }) => scan)),
    sign,
    retry: (act: QueuedAct) => void retryAct(act),
    drop: (act: QueuedAct) => {
      void removeAct(act.id);
      void change((before) =>
        act.scans.reduce(
          (now, key) => withChange(now, key, ({ signed: _signed, ...scan }) => scan),
          before,
        ),
      );
    },
  };
}

/** Whether a lot went back to its shipper, so that the reader sees it no more. */
const isGone = (signed: Scan["signed"]): boolean => signed?.isGone === true && signed.isSent;

const aboutOf = (lot: LotWithDetails | null, line: ExpectedLine | undefined): string => {
  const mpn = lot?.mpn ?? line?.values.mpn;
  const quantity = lot?.quantity ?? line?.values.quantity;
  return [
    mpn,
    quantity !== undefined && `${pieces(quantity)} pieces`,
    lot?.held === true && "on hold",
  ]
    .filter(Boolean)
    .join(" · ");
};

function stateOf(result: UseQueryResult<Inspected>): Row["state"] {
  if (isUnchecked(result) || result.isError) return "not checked";
  return result.data ? "not a lot" : "checking";
}

/** Checks again what got no answer, when the connection is back. */
function useChecksResumed(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      onConnection(() => {
        if (!isOnline()) return;
        void client.refetchQueries({
          predicate: ({ queryKey, state }) =>
            queryKey[0] === "inspect" && isUnanswered(state.error),
        });
      }),
    [client],
  );
}
