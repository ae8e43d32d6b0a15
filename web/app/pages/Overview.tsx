// Answers four questions, each with a number and the first few: what needs me, what is coming, what waits, is it sound.
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import type { SessionView } from "../data/session.ts";
import type { ShipmentView } from "../../../api/shipments.ts";
import { withQuery } from "../data/client.ts";
import type { Page } from "../data/lots.ts";
import { SHOWN, useHeldLots, useService, useSettling, useShipments } from "../data/overview.ts";
import { Hash } from "../parts/Hash.tsx";
import { Moment } from "../parts/Moment.tsx";
import { Failed, Loading } from "../parts/States.tsx";
import { count, pieces } from "../../verify/words.ts";

export default function Overview({ session }: { session: SessionView }) {
  const own = session.caller.party?.address;
  const held = useHeldLots(own);
  const incoming = useShipments("incoming");
  const outgoing = useShipments("outgoing");
  return (
    <>
      <h1>{session.caller.party?.name ?? "This service"}</h1>
      <div className="questions">
        <Question
          title="What needs a decision"
          list={held}
          empty="No lot that you hold is on hold."
          all={withQuery(PAGES.lots, { held: "true", holder: own })}
        >
          {(lot) => (
            <li key={lot.lot}>
              <Link href={`/lots/${lot.lot}`}>{lot.lotNumber ?? "no number shown"}</Link>{" "}
              <span className="soft">
                {lot.mpn} · {pieces(lot.quantity)} pieces
              </span>
            </li>
          )}
        </Question>
        <Question
          title="What is coming"
          list={incoming}
          empty="No shipment is on its way to you."
          all={withQuery(PAGES.ship, { direction: "incoming" })}
        >
          {(shipment) => <Shipment key={shipment.shipment} shipment={shipment} with="shipper" />}
        </Question>
        <Question
          title="What you sent, and is not received"
          list={outgoing}
          empty="Every shipment of yours has arrived."
          all={PAGES.ship}
        >
          {(shipment) => <Shipment key={shipment.shipment} shipment={shipment} with="consignee" />}
        </Question>
        <Soundness />
      </div>
    </>
  );
}

interface QuestionProps<T> {
  title: string;
  list: UseQueryResult<Page<T>>;
  empty: string;
  /** The page with the whole list. */
  all?: string;
  children(item: T): ReactNode;
}

function Question<T>({ title, list, empty, all, children }: QuestionProps<T>) {
  const items = list.data?.items ?? [];
  const number = items.length > SHOWN ? `${SHOWN}+` : String(items.length);
  return (
    <section className="card">
      <h2>
        {title} {list.data && <span className="count">{number}</span>}
      </h2>
      {list.isPending && <Loading what={title.toLowerCase()} rows={3} />}
      {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && items.length === 0 && <p className="soft">{empty}</p>}
      <ul className="plain">{items.slice(0, SHOWN).map(children)}</ul>
      {all !== undefined && items.length > 0 && <Link href={all}>All of them</Link>}
    </section>
  );
}

function Shipment(props: { shipment: ShipmentView; with: "shipper" | "consignee" }) {
  const { shipment, with: side } = props;
  const other = shipment[side];
  return (
    <li>
      <Link href={`${PAGES.ship}/${shipment.shipment}`}>{count(shipment.open, "lot")}</Link>{" "}
      {side === "shipper" ? "from" : "to"} {other.name ?? "an unknown party"}{" "}
      <span className="soft">
        shipped <Moment time={shipment.time} />
        {side === "shipper" && (
          <>
            {" · "}
            <Link href={withQuery(PAGES.inspect, { delivery: shipment.shipment })}>inspect it</Link>
          </>
        )}
      </span>
    </li>
  );
}

function Soundness() {
  const service = useService();
  const queued = useSettling("queued");
  const held = useSettling("held");
  const waiting = queued.data?.items.length ?? 0;
  const stuck = held.data?.items.length ?? 0;
  const atLeast = (n: number) => (n > SHOWN ? `more than ${SHOWN} events` : count(n, "event"));
  return (
    <section className="card">
      <h2>Is it sound</h2>
      {service.isPending && <Loading what="the state of the service" rows={3} />}
      {service.isError && <Failed error={service.error} onRetry={() => void service.refetch()} />}
      {service.data && (
        <ul className="plain">
          <li>
            {waiting === 0
              ? "✓ Nothing waits for the ledger."
              : `… ${atLeast(waiting)} on the way to the ledger.`}
          </li>
          <li>
            {stuck === 0
              ? "✓ The ledger refused nothing of yours."
              : `! The ledger refused ${atLeast(stuck)}. The operator decides what becomes of them.`}
          </li>
          <li>
            {service.data.checkpointContract === null
              ? "! The log is not anchored on the chain."
              : "✓ The log is anchored on the chain."}
          </li>
          <li className="soft">
            Ledger <Hash value={service.data.ledger} /> on chain {service.data.chainId}, version{" "}
            {service.data.version}
          </li>
        </ul>
      )}
    </section>
  );
}
