// Receives a shipment by scan: ticks off the reels, takes counted pieces, and refuses what must not come in.
import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { ShipmentWithLots } from "../../../api/shipments.ts";
import type { SessionView } from "../data/session.ts";
import { type ShippedLot, useVerdicts } from "../data/shipments.ts";
import { useSign } from "../data/sign.ts";
import { Confirm } from "../parts/Confirm.tsx";
import { ScanField } from "../parts/ScanField.tsx";
import { Failed } from "../parts/States.tsx";
import { VerdictBadge } from "../parts/VerdictBadge.tsx";
import { count, pieces } from "../../verify/words.ts";
import { lotIn } from "./find.ts";
import { useKept } from "./kept.ts";
import { Lines, numberOf } from "./Lines.tsx";
import {
  countedOf,
  countFault,
  type Entered,
  lotsText,
  NOTHING_ENTERED,
  receiptBody,
} from "./receipt.ts";
import { uniqueName } from "../data/unique.ts";

interface Props {
  view: ShipmentWithLots;
  session: SessionView;
  onDone(text: string): void;
}

/** Lots whose verdicts are read by themselves: each costs the caller a request. */
const MOST_JUDGED = 100;

export function Receipt({ view, session, onDone }: Props) {
  const open = view.items.filter(({ outcome }) => outcome === "in transit");
  const place = `receive ${session.caller.id} ${view.shipment}`;
  const [entered, change] = useKept<Entered>(place, NOTHING_ENTERED);
  const [asked, setAsked] = useState<{ act: "receipt" | "refusal"; once: string }>();
  const verdicts = useVerdicts(
    open.map(({ lot }) => lot),
    open.length <= MOST_JUDGED,
  );
  const choose = (lots: readonly string[], isChosen: boolean) =>
    change((before) => ({
      ...before,
      chosen: isChosen
        ? [...new Set([...before.chosen, ...lots])]
        : before.chosen.filter((lot) => !lots.includes(lot)),
    }));
  const chosen = open.filter(({ lot }) => entered.chosen.includes(lot));
  const faulty = chosen.find((item) => countFault(item, entered.counts[item.lot]) !== undefined);
  const stops = chosen.filter(({ lot }) =>
    ["FAIL", "HOLD"].includes(verdicts.data?.get(lot) ?? ""),
  );
  const begin = (act: "receipt" | "refusal") => setAsked({ act, once: uniqueName() });
  return (
    <section className="card" aria-labelledby="lines">
      <h2 id="lines">What came</h2>
      <Scanning view={view} onScanned={(lot) => choose([lot], true)} />
      <p className="tally" role="status">
        {`${pieces(chosen.length)} of ${count(open.length, "lot")} here`}
        {stops.length > 0 &&
          ` · ✕ ${count(stops.length, "lot")} to stop: ${stops.map(numberOf).join(", ")}`}
      </p>
      <div className="buttons">
        <Button
          disabled={chosen.length === 0 || faulty !== undefined}
          onClick={() => begin("receipt")}
        >
          {chosen.length === 0 ? "Receive" : `Receive ${count(chosen.length, "lot")}`}
        </Button>
        <Button variant="default" disabled={chosen.length === 0} onClick={() => begin("refusal")}>
          {chosen.length === 0 ? "Refuse" : `Refuse ${count(chosen.length, "lot")}`}
        </Button>
        <Button
          variant="subtle"
          onClick={() =>
            choose(
              open.map(({ lot }) => lot),
              chosen.length < open.length,
            )
          }
        >
          {chosen.length < open.length ? "Choose all" : "Choose none"}
        </Button>
      </div>
      {faulty && (
        <p className="small tone-text-FAIL">
          ✕ The count of {numberOf(faulty)} cannot be received as it stands.
        </p>
      )}
      <Lines
        items={view.items}
        chosen={new Set(entered.chosen)}
        onChoose={(lot, isChosen) => choose([lot], isChosen)}
        countOf={(item) => (
          <Count
            item={item}
            value={entered.counts[item.lot] ?? ""}
            onChange={(text) =>
              change((before) => ({
                chosen: [...new Set([...before.chosen, item.lot])],
                counts: { ...before.counts, [item.lot]: text },
              }))
            }
          />
        )}
        noteOf={({ lot }) => {
          const verdict = verdicts.data?.get(lot);
          return verdict && <VerdictBadge verdict={verdict} />;
        }}
      />
      {asked && (
        <Ask
          asked={asked}
          view={view}
          lots={chosen}
          entered={entered}
          party={session.caller.party?.name ?? "Your company"}
          onClose={() => setAsked(undefined)}
          onDone={(text) => {
            choose(
              chosen.map(({ lot }) => lot),
              false,
            );
            setAsked(undefined);
            onDone(text);
          }}
        />
      )}
    </section>
  );
}

/** Ticks off what is scanned, and says of anything else that it is not in the shipment. */
function Scanning({ view, onScanned }: { view: ShipmentWithLots; onScanned(lot: string): void }) {
  const find = useMutation({
    async mutationFn(text: string): Promise<ShippedLot> {
      const named = view.items.find(({ lot, lotNumber }) => lot === text || lotNumber === text);
      if (named) return named;
      const { lot, lotNumber } = await lotIn(text);
      const item = view.items.find((each) => each.lot === lot);
      if (!item) throw new Error(`${lotNumber ?? "This lot"} is not in this shipment.`);
      return item;
    },
    onSuccess: (item) => item.outcome === "in transit" && onScanned(item.lot),
  });
  return (
    <>
      <ScanField
        label="Scan a reel's label, or type its lot number"
        placeholder="Ready to scan"
        button="Tick off"
        isBusy={find.isPending}
        onScan={(text) => find.mutate(text)}
      />
      <div aria-live="polite">
        {find.isSuccess && (
          <p className="small">
            {find.data.outcome === "in transit"
              ? `✓ ${numberOf(find.data)} is here.`
              : `! ${numberOf(find.data)} was ${find.data.outcome} before.`}
          </p>
        )}
        {find.isError && (
          <div className="notice tone-FAIL">
            <p>
              <strong>✕ {find.error.message}</strong> Put it aside, and ask the shipper.
            </p>
          </div>
        )}
      </div>
    </>
  );
}

function Count(props: { item: ShippedLot; value: string; onChange(text: string): void }) {
  const { item, value, onChange } = props;
  return (
    <TextInput
      className="count-field"
      size="sm"
      inputMode="numeric"
      aria-label={`Pieces counted of ${numberOf(item)}`}
      placeholder={pieces(item.quantity)}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={countFault(item, value)}
    />
  );
}

interface AskProps {
  asked: { act: "receipt" | "refusal"; once: string };
  view: ShipmentWithLots;
  lots: readonly ShippedLot[];
  entered: Entered;
  party: string;
  onClose(): void;
  onDone(text: string): void;
}

function Ask({ asked: { act, once }, view, lots, entered, party, onClose, onDone }: AskProps) {
  const signing = useSign();
  const shipper = view.shipper.name ?? "the shipper";
  const counted = lots.reduce((sum, item) => sum + countedOf(item, entered), 0);
  const shipped = lots.reduce((sum, { quantity }) => sum + quantity, 0);
  const missing = shipped - counted;
  const isReceipt = act === "receipt";
  const what = lotsText(lots, isReceipt ? counted : shipped);
  const sentence = isReceipt
    ? `${party} signs that it received ${what} from ${shipper}${missing > 0 ? `, ${count(missing, "piece")} fewer than shipped` : ""}. ${party} holds them from then on.`
    : `${party} signs that it refuses ${what}. ${shipper} holds them again.`;
  const body = (reason: string) =>
    isReceipt
      ? receiptBody(lots, entered, reason)
      : { lots: lots.map(({ lot }) => ({ lot })), details: { reason } };
  return (
    <Confirm
      title={`${isReceipt ? "Receive" : "Refuse"} ${count(lots.length, "lot")}?`}
      sentence={sentence}
      button={`Sign: ${isReceipt ? "receive" : "refuse"}`}
      needsReason={isReceipt ? (missing > 0 ? true : "never") : true}
      isBusy={signing.isPending}
      failure={signing.isError && <Failed error={signing.error} />}
      onClose={onClose}
      onConfirm={(reason) =>
        signing.mutate(
          { path: `/v1/shipments/${view.shipment}/${act}`, body: body(reason), once },
          {
            onSuccess: () =>
              onDone(
                `${isReceipt ? "Received" : "Refused"} ${count(lots.length, "lot")}. The service signed it for ${party}.`,
              ),
          },
        )
      }
    />
  );
}
