// Shows one shipment: how far it is, its lines against what was received, and what the caller can do about them now.
import { useState } from "react";
import { Link } from "wouter";
import type { ShipmentWithLots } from "../../../api/shipments.ts";
import { PAGES } from "../../../api/pages.ts";
import { withQuery } from "../data/client.ts";
import { rightsOf, type SessionView } from "../data/session.ts";
import { useShipment } from "../data/shipments.ts";
import { Hash } from "../parts/Hash.tsx";
import { Moment } from "../parts/Moment.tsx";
import { Failed, Loading } from "../parts/States.tsx";
import { LabelPrint } from "../ship/LabelPrint.tsx";
import { Lines } from "../ship/Lines.tsx";
import { Receipt } from "../ship/Receipt.tsx";
import { countsText, stateOf } from "../ship/state.ts";
import { TakeBack } from "../ship/TakeBack.tsx";
import { fieldWord } from "../words.ts";
import { count, pieces } from "../../verify/words.ts";
import "../ship/ship.css";

export default function Shipment({ hash, session }: { hash: string; session: SessionView }) {
  const shipment = useShipment(hash);
  const [done, setDone] = useState<string>();
  if (shipment.isPending) return <Loading what="the shipment" rows={8} />;
  if (shipment.isError)
    return <Failed error={shipment.error} onRetry={() => void shipment.refetch()} />;
  const view = shipment.data;
  const own = session.caller.party?.address;
  const isIncoming = view.consignee.address === own;
  const isOutgoing = view.shipper.address === own;
  const { canAct } = rightsOf(session);
  const acts = { view, session, onDone: setDone };
  return (
    <>
      <p className="small crumbs">
        <Link
          href={withQuery(PAGES.ship, {
            direction: isIncoming && !isOutgoing ? "incoming" : "outgoing",
          })}
        >
          Ship
        </Link>
      </p>
      <Head view={view} isIncoming={isIncoming} canReceive={isIncoming && canAct} />
      <p role="status" className="done">
        {done !== undefined && `✓ ${done}`}
      </p>
      {isIncoming && canAct && view.open > 0 ? (
        <Receipt {...acts} />
      ) : isOutgoing && canAct && view.open > 0 ? (
        <TakeBack {...acts} />
      ) : (
        <section className="card" aria-labelledby="lines">
          <h2 id="lines">Lots</h2>
          <Lines items={view.items} />
        </section>
      )}
      {isIncoming && canAct && <SendBack view={view} />}
      <Facts view={view} />
      <LabelPrint shipment={view.shipment} lots={view.items.length} />
    </>
  );
}

function Head(props: { view: ShipmentWithLots; isIncoming: boolean; canReceive: boolean }) {
  const { view, isIncoming, canReceive } = props;
  const { sign, word, tone } = stateOf(view);
  const other = isIncoming ? view.shipper : view.consignee;
  const all = view.items.reduce((sum, { quantity }) => sum + quantity, 0);
  const counts = countsText(view);
  return (
    <section className={`verdict tone-${tone}`} aria-label={`Shipment: ${word}`}>
      <span className="verdict-sign" aria-hidden="true">
        {sign}
      </span>
      <div>
        <h1 className="verdict-word ship-head">
          {count(view.lots, "lot")} {isIncoming ? "from" : "to"} {other.name ?? "an unknown party"}
        </h1>
        <p className="verdict-why">
          <strong>{word.charAt(0).toUpperCase() + word.slice(1)}.</strong>{" "}
          {counts !== "" && `${counts}. `}
          {view.open > 0 &&
            (canReceive
              ? "Scan the reels as you unpack them, then receive what came."
              : `${view.shipper.name ?? "The shipper"} holds the lots until ${view.consignee.name ?? "the consignee"} receives them.`)}
        </p>
        <p className="soft small">
          {pieces(all)} pieces · shipped <Moment time={view.time} /> · {SETTLED[view.settlement]}
        </p>
      </div>
    </section>
  );
}

const SETTLED: Record<ShipmentWithLots["settlement"], string> = {
  queued: "waits for the ledger",
  signed: "on its way to the ledger",
  mined: "recorded on the ledger, not final yet",
  final: "recorded on the ledger",
  held: "the ledger refused it: the operator decides what becomes of it",
  void: "void: the ledger recorded something else of these lots",
  logged: "in the log only",
};

/** Offers to return what was received from here. */
function SendBack({ view }: { view: ShipmentWithLots }) {
  const received = view.items.filter(({ outcome }) => outcome === "received");
  if (received.length === 0) return null;
  return (
    <section className="card" aria-labelledby="return">
      <h2 id="return">Something is wrong with what you received?</h2>
      <p className="soft">
        Ship it back as a return. Every later verdict on the lots says that they were returned.
      </p>
      <Link
        className="button"
        href={withQuery(PAGES.shipNew, { return: view.shipment })}
      >{`Return lots to ${view.shipper.name ?? "the shipper"}`}</Link>
    </section>
  );
}

function Facts({ view }: { view: ShipmentWithLots }) {
  const details = Object.entries(view.details).filter(([name]) => !name.endsWith("Hash"));
  return (
    <section className="card" aria-labelledby="facts">
      <h2 id="facts">Papers and carriage</h2>
      <dl className="facts">
        <div>
          <dt>From</dt>
          <dd>{view.shipper.name ?? <Hash value={view.shipper.address} />}</dd>
        </div>
        <div>
          <dt>To</dt>
          <dd>{view.consignee.name ?? <Hash value={view.consignee.address} />}</dd>
        </div>
        {details.map(([name, value]) => (
          <div key={name}>
            <dt>{fieldWord(name)}</dt>
            <dd>{String(value)}</dd>
          </div>
        ))}
        <div>
          <dt>Shipment id</dt>
          <dd>
            <Hash value={view.shipment} />
          </dd>
        </div>
      </dl>
    </section>
  );
}
