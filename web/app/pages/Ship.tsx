// The shipment desk: what is under way from us and to us, how far each shipment is, and where a new one begins.
import { Button } from "@mantine/core";
import { Link, useSearchParams } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import { SHIPMENT_STATES, type ShipmentState, type ShipmentView } from "../../../api/shipments.ts";
import { withQuery } from "../data/client.ts";
import { rightsOf, type SessionView } from "../data/session.ts";
import { type Direction, type ShipmentFilters, useShipmentList } from "../data/shipments.ts";
import { Moment } from "../parts/Moment.tsx";
import { Empty, Failed, Loading } from "../parts/States.tsx";
import { shipmentsCsv } from "../ship/csv.ts";
import { useDraft } from "../ship/draft.ts";
import { countsText, stateOf } from "../ship/state.ts";
import { StateBadge } from "../ship/StateBadge.tsx";
import { saveText } from "../save.ts";
import { count, pieces } from "../../verify/words.ts";
import "../ship/ship.css";

const STATE_NAMES: Record<ShipmentState, string> = {
  open: "Under way",
  partial: "Part received",
  closed: "Closed",
  short: "Pieces missing",
  refused: "Refused",
  cancelled: "Cancelled",
  all: "All",
};

export default function Ship({ session }: { session: SessionView }) {
  const [params] = useSearchParams();
  const direction: Direction = params.get("direction") === "incoming" ? "incoming" : "outgoing";
  const state = SHIPMENT_STATES.find((each) => each === params.get("state")) ?? "open";
  const { canAct } = rightsOf(session);
  return (
    <>
      <div className="page-head">
        <h1>Ship</h1>
        {canAct && (
          <div className="buttons">
            <Button component={Link} href={PAGES.shipNew} variant="filled">
              Ship lots
            </Button>
            <Button component={Link} href={PAGES.shipFile} variant="default">
              Register from a file
            </Button>
            <Button component={Link} href={PAGES.split} variant="default">
              Split a reel
            </Button>
          </div>
        )}
      </div>
      {canAct && <DraftLine session={session} />}
      <nav className="tabs" aria-label="Direction">
        {(["outgoing", "incoming"] as const).map((each) => (
          <Link
            key={each}
            href={withQuery(PAGES.ship, { direction: each })}
            aria-current={direction === each ? "page" : undefined}
          >
            {{ outgoing: "Outgoing", incoming: "Incoming" }[each]}
          </Link>
        ))}
      </nav>
      <nav className="filters" aria-label="State">
        {SHIPMENT_STATES.map((each) => (
          <Link
            key={each}
            className="pick"
            href={withQuery(PAGES.ship, { direction, state: each })}
            aria-current={state === each ? "true" : undefined}
          >
            {state === each && <span aria-hidden="true">✓ </span>}
            {STATE_NAMES[each]}
          </Link>
        ))}
      </nav>
      <Shipments filters={{ direction, state }} />
    </>
  );
}

/** Lots that were picked and are not shipped yet. */
function DraftLine({ session }: { session: SessionView }) {
  const { draft, clear } = useDraft(session.caller.id);
  if (draft.lots.length === 0) return null;
  return (
    <div className="notice tone-INFO draft">
      <p>
        <strong>A draft waits: {count(draft.lots.length, "lot")} picked, not shipped yet.</strong>
      </p>
      <div className="buttons">
        <Button component={Link} href={PAGES.shipNew} size="sm" variant="filled">
          Go on with it
        </Button>
        <Button variant="default" size="sm" onClick={clear}>
          Throw it away
        </Button>
      </div>
    </div>
  );
}

function Shipments({ filters }: { filters: ShipmentFilters }) {
  const list = useShipmentList(filters);
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  if (list.isPending) return <Loading what="shipments" rows={8} />;
  if (list.isError) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  if (rows.length === 0) return <NoShipments filters={filters} />;
  return (
    <>
      <table className="list" aria-busy={list.isPlaceholderData}>
        <thead>
          <tr>
            <th scope="col">{filters.direction === "outgoing" ? "To" : "From"}</th>
            <th scope="col">Shipped</th>
            <th scope="col" className="number">
              Lots
            </th>
            <th scope="col">State</th>
            <th scope="col">On the ledger</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.shipment} row={row} direction={filters.direction} />
          ))}
        </tbody>
      </table>
      <div className="list-foot">
        <p className="soft" role="status">
          {count(rows.length, "shipment")}
          {list.hasNextPage ? " shown, and there are more" : ", all of them"}
        </p>
        {list.hasNextPage && (
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Show more
          </Button>
        )}
        <Button
          variant="default"
          size="sm"
          onClick={() => saveText("shipments.csv", "text/csv", shipmentsCsv(rows))}
        >
          Save these as CSV
        </Button>
      </div>
    </>
  );
}

function Row({ row, direction }: { row: ShipmentView; direction: Direction }) {
  const other = direction === "outgoing" ? row.consignee : row.shipper;
  const counts = countsText(row);
  return (
    <tr>
      <th scope="row">
        <Link href={`/ship/${row.shipment}`}>{other.name ?? "an unknown party"}</Link>
      </th>
      <td data-title="Shipped">
        <Moment time={row.time} />
      </td>
      <td data-title="Lots" className="number">
        {pieces(row.lots)}
      </td>
      <td data-title="State">
        <div>
          <StateBadge {...stateOf(row)} />
          {counts !== "" && <span className="soft small block">{counts}</span>}
        </div>
      </td>
      <td data-title="On the ledger">{SETTLEMENT_WORDS[row.settlement]}</td>
    </tr>
  );
}

const SETTLEMENT_WORDS: Record<ShipmentView["settlement"], string> = {
  queued: "waits",
  signed: "sent",
  mined: "recorded, not final yet",
  final: "✓ recorded",
  held: "! refused by the ledger",
  void: "✕ void",
  logged: "✓ in the log only",
};

function NoShipments({ filters: { direction, state } }: { filters: ShipmentFilters }) {
  if (state !== "open" && state !== "all")
    return (
      <Empty title="No shipment in this state">
        Choose another state above, or look at all of them.
      </Empty>
    );
  return direction === "outgoing" ? (
    <Empty title={state === "open" ? "Nothing of yours is under way" : "No shipment yet"}>
      A shipment appears here as soon as you sign it, and stays until its consignee has received or
      refused every lot. Begin with <strong>Ship lots</strong>: scan the reels as you pack them.
    </Empty>
  ) : (
    <Empty title={state === "open" ? "Nothing is on its way to you" : "No shipment came yet"}>
      A shipment appears here as soon as its sender signs it. Then scan the reels as you unpack
      them, and receive what came.
    </Empty>
  );
}
