// Picks lots to ship: by scanning them, from the list of what the caller holds, or from a file that names them.
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { LotView } from "../../../api/lots.ts";
import { useLots } from "../data/lots.ts";
import { ScanField } from "../parts/ScanField.tsx";
import { Empty, Failed, Loading } from "../parts/States.tsx";
import { pieces } from "../../verify/words.ts";
import type { PickedLot } from "./draft.ts";
import { lotIn } from "./find.ts";
import { PickFromFile } from "./PickFromFile.tsx";
import { whyNotShipped } from "./whole.ts";

interface Props {
  /** The caller's party. */
  own: string;
  picked: readonly PickedLot[];
  offered: readonly PickedLot[] | undefined;
  onAdd(lots: readonly PickedLot[]): void;
}

export function PickLots({ own, picked, offered, onAdd }: Props) {
  const scan = useMutation({
    async mutationFn(text: string): Promise<LotView> {
      const lot = await lotIn(text);
      const why = whyNotShipped(lot, own);
      if (why !== undefined) throw new Error(why);
      if (offered && !offered.some((each) => each.lot === lot.lot))
        throw new Error(`${lot.lotNumber ?? "This lot"} did not come with this shipment.`);
      return lot;
    },
    onSuccess: (lot) => onAdd([lot]),
  });
  return (
    <section className="card" aria-labelledby="pick">
      <h2 id="pick">Pick lots</h2>
      <ScanField
        label="Scan each reel as you pack it, or type its lot number"
        placeholder="Ready to scan"
        button="Pick"
        isBusy={scan.isPending}
        onScan={(text) => scan.mutate(text)}
      />
      <div aria-live="polite">
        {scan.isSuccess && <p className="small">✓ {scan.data.lotNumber ?? "The lot"} is picked.</p>}
        {scan.isError && <NotPicked message={scan.error.message} />}
      </div>
      {offered ? (
        <Table rows={offered} picked={picked} onAdd={onAdd} />
      ) : (
        <>
          <PickFromFile own={own} onAdd={onAdd} />
          <Held own={own} picked={picked} onAdd={onAdd} />
        </>
      )}
    </section>
  );
}

function NotPicked({ message }: { message: string }) {
  return (
    <div className="notice tone-FAIL" role="alert">
      <p>
        <strong>✕ Not picked.</strong> {message}
      </p>
    </div>
  );
}

/** What the caller holds and can ship now. */
function Held({ own, picked, onAdd }: Pick<Props, "own" | "picked" | "onAdd">) {
  const [words, setWords] = useState("");
  const lots = useLots({ q: words, held: false, inTransit: false, holder: own });
  const rows = lots.data?.pages
    .flatMap(({ items }) => items)
    .filter((lot) => whyNotShipped(lot, own) === undefined);
  return (
    <>
      <h3 className="sub">Or pick from what you hold</h3>
      <input
        type="search"
        className="search"
        aria-label="Words in the lot's number, part, manufacturer or manufacturer's lot"
        placeholder="Lot, part, manufacturer, manufacturer's lot"
        onKeyDown={(event) => {
          if (event.key === "Enter") setWords(event.currentTarget.value.trim());
        }}
        onBlur={(event) => setWords(event.currentTarget.value.trim())}
      />
      {lots.isPending && <Loading what="lots" rows={6} />}
      {lots.isError && <Failed error={lots.error} onRetry={() => void lots.refetch()} />}
      {rows?.length === 0 && (
        <Empty title={words === "" ? "You hold no lot that can be shipped" : "No lot fits"}>
          {words === ""
            ? "Register lots from a file first, or receive a shipment. Lots on hold and under way cannot be shipped."
            : "Words must occur in the lot's texts. Leave some out."}
        </Empty>
      )}
      {rows && rows.length > 0 && <Table rows={rows} picked={picked} onAdd={onAdd} />}
      {lots.hasNextPage && (
        <Button
          variant="default"
          size="sm"
          mt="sm"
          loading={lots.isFetchingNextPage}
          onClick={() => void lots.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </>
  );
}

interface TableProps {
  rows: readonly PickedLot[];
  picked: readonly PickedLot[];
  onAdd(lots: readonly PickedLot[]): void;
}

function Table({ rows, picked, onAdd }: TableProps) {
  const isPicked = (lot: string) => picked.some((each) => each.lot === lot);
  const rest = rows.filter(({ lot }) => !isPicked(lot));
  return (
    <>
      {rest.length > 1 && (
        <Button variant="subtle" size="sm" onClick={() => onAdd(rest)}>
          Pick all {pieces(rest.length)} of this list
        </Button>
      )}
      <table className="list">
        <thead>
          <tr>
            <th scope="col">Lot</th>
            <th scope="col">Part</th>
            <th scope="col" className="number">
              Pieces
            </th>
            <th scope="col">
              <span className="visually-hidden">Pick it</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((lot) => (
            <tr key={lot.lot}>
              <th scope="row">{lot.lotNumber ?? "no number shown"}</th>
              <td data-title="Part">{lot.mpn ?? "–"}</td>
              <td data-title="Pieces" className="number">
                {pieces(lot.quantity)}
              </td>
              <td>
                {isPicked(lot.lot) ? (
                  <span className="soft">✓ picked</span>
                ) : (
                  <Button
                    variant="default"
                    size="xs"
                    aria-label={`Pick ${lot.lotNumber ?? "this lot"}`}
                    onClick={() => onAdd([lot])}
                  >
                    Pick
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
