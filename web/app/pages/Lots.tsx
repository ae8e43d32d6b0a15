// Lists the lots that the caller sees. What it is narrowed to stands in the address, so that it can be shared and kept.
import { Button, Chip } from "@mantine/core";
import { useState } from "react";
import { Link, useSearchParams } from "wouter";
import type { LotView } from "../../../api/lots.ts";
import type { SessionView } from "../data/session.ts";
import { lotsCsv } from "../csv.ts";
import { allLots, type LotFilters, MOST_EXPORTED, useLots } from "../data/lots.ts";
import { Empty, Failed, Loading } from "../parts/States.tsx";
import { saveText } from "../save.ts";
import { pieces } from "../../verify/words.ts";
import { weekOf } from "../words.ts";

export default function Lots({ session }: { session: SessionView }) {
  const [params, setParams] = useSearchParams();
  const filters: LotFilters = {
    q: params.get("q") ?? "",
    held: params.get("held") === "true",
    inTransit: params.get("inTransit") === "true",
    holder: params.get("holder") ?? "",
  };
  const set = (name: keyof LotFilters, value: string | boolean) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === "" || value === false) after.delete(name);
        else after.set(name, String(value));
        return after;
      },
      { replace: true },
    );
  const lots = useLots(filters);
  const own = session.caller.party?.address;
  const rows = lots.data?.pages.flatMap(({ items }) => items) ?? [];
  const isNarrowed = filters.q !== "" || filters.held || filters.inTransit || filters.holder !== "";
  return (
    <>
      <div className="page-head">
        <h1>Lots</h1>
        <Export filters={filters} />
      </div>
      <div className="filters">
        <input
          key={filters.q}
          type="search"
          className="search"
          aria-label="Words in the lot's number, part, manufacturer or manufacturer's lot"
          placeholder="Lot, part, manufacturer, manufacturer's lot"
          defaultValue={filters.q}
          onKeyDown={(event) => {
            if (event.key === "Enter") set("q", event.currentTarget.value.trim());
          }}
          onBlur={(event) => set("q", event.currentTarget.value.trim())}
        />
        <Chip checked={filters.held} onChange={(on) => set("held", on)}>
          On hold
        </Chip>
        <Chip checked={filters.inTransit} onChange={(on) => set("inTransit", on)}>
          In transit
        </Chip>
        {own !== undefined && (
          <Chip checked={filters.holder === own} onChange={(on) => set("holder", on ? own : "")}>
            Held by us
          </Chip>
        )}
      </div>
      {lots.isPending && <Loading what="lots" rows={10} />}
      {lots.isError && <Failed error={lots.error} onRetry={() => void lots.refetch()} />}
      {lots.isSuccess && rows.length === 0 && <NoLots isNarrowed={isNarrowed} />}
      {rows.length > 0 && <Table rows={rows} isStale={lots.isPlaceholderData} />}
      {rows.length > 0 && (
        <div className="list-foot">
          <p className="soft" role="status">
            {pieces(rows.length)} {rows.length === 1 ? "lot" : "lots"}
            {lots.hasNextPage ? " shown, and there are more" : ", all of them"}
          </p>
          {lots.hasNextPage && (
            <Button
              variant="default"
              loading={lots.isFetchingNextPage}
              onClick={() => void lots.fetchNextPage()}
            >
              Show more
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function NoLots({ isNarrowed }: { isNarrowed: boolean }) {
  return isNarrowed ? (
    <Empty title="No lot fits">
      Words must occur in the lot's texts. Leave some out, or turn a filter off.
    </Empty>
  ) : (
    <Empty title="No lots yet">
      Here stand the lots that your company issued, holds, held or is to receive. Register a packing
      list with <code>reelproof register</code>, or wait for a first shipment.
    </Empty>
  );
}

function Table({ rows, isStale }: { rows: readonly LotView[]; isStale: boolean }) {
  return (
    <table className="list" aria-busy={isStale}>
      <thead>
        <tr>
          <th scope="col">Lot</th>
          <th scope="col">Part</th>
          <th scope="col">Manufacturer's lot</th>
          <th scope="col">Date code</th>
          <th scope="col" className="number">
            Pieces
          </th>
          <th scope="col">Holder</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.lot} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row }: { row: LotView }) {
  const week = row.dateCode === null ? undefined : weekOf(row.dateCode);
  return (
    <tr>
      <th scope="row">
        <Link href={`/lots/${row.lot}`}>{row.lotNumber ?? "no number shown"}</Link>
      </th>
      <td data-title="Part">
        {row.mpn ?? "–"}
        <span className="soft small block">{row.manufacturer}</span>
      </td>
      <td data-title="Manufacturer's lot">{row.makerLot ?? "–"}</td>
      <td data-title="Date code">
        {row.dateCode ?? "–"}
        {week && <span className="soft small block">{week}</span>}
      </td>
      <td data-title="Pieces" className="number">
        {pieces(row.quantity)}
      </td>
      <td data-title="Holder">{row.holder.name ?? "not a party"}</td>
      <td data-title="State">
        <LotStates row={row} />
      </td>
    </tr>
  );
}

export function LotStates({ row }: { row: LotView }) {
  if (row.quantity === 0) return <span className="badge tone-INFO">closed</span>;
  return (
    <span className="states">
      {row.held && (
        <span className="badge tone-HOLD">
          <span aria-hidden="true">‖</span> on hold
        </span>
      )}
      {row.inTransit && (
        <span className="badge tone-INCOMPLETE">
          <span aria-hidden="true">▸</span> to {row.consignee?.name ?? "its consignee"}
        </span>
      )}
      {!row.held && !row.inTransit && <span className="soft">at rest</span>}
    </span>
  );
}

/** Saves the whole list as CSV. It is read page by page, says how far it is, and can be stopped. */
function Export({ filters }: { filters: LotFilters }) {
  const [running, setRunning] = useState<{ done: number; stop: AbortController }>();
  const [error, setError] = useState<unknown>();
  const start = async () => {
    const stop = new AbortController();
    setError(undefined);
    setRunning({ done: 0, stop });
    try {
      const lots = await allLots(filters, (done) => setRunning({ done, stop }), stop.signal);
      saveText("lots.csv", "text/csv", lotsCsv(lots));
    } catch (cause) {
      if (!stop.signal.aborted) setError(cause);
    } finally {
      setRunning(undefined);
    }
  };
  if (error !== undefined) return <Failed error={error} onRetry={() => void start()} />;
  if (running)
    return (
      <div className="export" role="status">
        Reading lots: {pieces(running.done)}
        <Button variant="default" size="sm" onClick={() => running.stop.abort()}>
          Stop
        </Button>
      </div>
    );
  return (
    <Button
      variant="default"
      size="sm"
      onClick={() => void start()}
      title={`Up to ${pieces(MOST_EXPORTED)} lots`}
    >
      Save as CSV
    </Button>
  );
}
