// Lists the lots that pieces reached, with holder, quantity and state, and saves them as CSV.
import { Button } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import type { ReachedLot, ReachView } from "../../../api/reach.ts";
import { count, pieces } from "../../verify/words.ts";
import { type Column, csvOf } from "../csv.ts";
import { Hash } from "../parts/Hash.tsx";
import { saveText } from "../save.ts";

/** Rows that are shown at once. The CSV has all. */
const SHOWN = 200;

const COLUMNS: readonly Column<ReachedLot>[] = [
  ["lot number", (row) => row.lotNumber],
  ["kind", (row) => row.kind],
  ["part", (row) => row.mpn],
  ["manufacturer", (row) => row.manufacturer],
  ["manufacturer's lot", (row) => row.makerLot],
  ["date code", (row) => row.dateCode],
  ["pieces", (row) => row.quantity],
  ["holder", (row) => row.holder.name],
  ["holder address", (row) => row.holder.address],
  ["consignee", (row) => row.consignee?.name],
  ["state", (row) => row.state],
  ["steps", (row) => row.steps],
  ["made of", (row) => row.used.map(({ lot, quantity }) => `${quantity} of ${lot}`).join("; ")],
  ["lot id", (row) => row.lot],
];

interface Props {
  items: readonly ReachedLot[];
  /** The CSV file's name, without its ending. */
  name: string;
}

export function ReachTable({ items, name }: Props) {
  const [shown, setShown] = useState(SHOWN);
  const numberOf = new Map(items.map(({ lot, lotNumber }) => [lot, lotNumber]));
  return (
    <section className="card" aria-labelledby="reached">
      <div className="page-head">
        <h2 id="reached">{count(items.length, "lot")}</h2>
        <Button
          variant="default"
          size="sm"
          className="screen-only"
          onClick={() => saveText(`${name}.csv`, "text/csv", csvOf(COLUMNS, items))}
        >
          Save as CSV
        </Button>
      </div>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">Lot</th>
            <th scope="col">Part</th>
            <th scope="col" className="number">
              Pieces
            </th>
            <th scope="col">Holder</th>
            <th scope="col">State</th>
            <th scope="col">Made of</th>
          </tr>
        </thead>
        <tbody>
          {items.slice(0, shown).map((row) => (
            <tr key={row.lot}>
              <th scope="row">
                <Name row={row} />
                <span className="soft small block">
                  {row.steps === 0
                    ? "asked for"
                    : row.kind === "product"
                      ? `product, ${count(row.steps, "step")} on`
                      : `split off, ${count(row.steps, "step")} on`}
                </span>
              </th>
              <td data-title="Part">{row.mpn ?? "not shown"}</td>
              <td data-title="Pieces" className="number">
                {pieces(row.quantity)}
              </td>
              <td data-title="Holder">
                {row.holder.name ?? <Hash value={row.holder.address} />}
                {row.handedOn && <span className="soft small block">as you saw it last</span>}
              </td>
              <td data-title="State">
                <State row={row} />
              </td>
              <td data-title="Made of">
                {row.used.length === 0
                  ? "–"
                  : row.used.map(({ lot, quantity }) => (
                      <span key={lot} className="block">
                        {pieces(quantity)} of {numberOf.get(lot) ?? "a lot without a number shown"}
                      </span>
                    ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {items.length > shown && (
        <button type="button" className="button" onClick={() => setShown(shown + SHOWN)}>
          Show {pieces(Math.min(SHOWN, items.length - shown))} more
        </button>
      )}
    </section>
  );
}

/** A link, where the reader sees the lot: only then it has a number, or it is its own. */
const Name = ({ row }: { row: ReachedLot }) =>
  row.lotNumber === null ? (
    <span>
      no number shown <Hash value={row.lot} />
    </span>
  ) : (
    <Link href={`/lots/${row.lot}?view=tree`}>{row.lotNumber}</Link>
  );

function State({ row }: { row: ReachedLot }) {
  if (row.state === "on hold")
    return (
      <span className="badge tone-HOLD">
        <span aria-hidden="true">‖</span> on hold
      </span>
    );
  if (row.state === "in transit")
    return (
      <span className="badge tone-INCOMPLETE">
        <span aria-hidden="true">▸</span> to {row.consignee?.name ?? "its consignee"}
      </span>
    );
  return row.state === "closed" ? (
    <span className="badge tone-INFO">closed</span>
  ) : (
    <span className="badge tone-WARN">
      <span aria-hidden="true">!</span> free
    </span>
  );
}

const PIECES_WORDS = {
  recalled: "made",
  inLots: "still in lots",
  handedOn: "handed on, log-only",
  usedInProducts: "used in products",
  scrapped: "scrapped",
  samples: "used up by tests",
  short: "short at a count",
  notSeen: "not visible to you",
} as const satisfies Record<keyof ReachView["pieces"], string>;

/** The counts of a reach in a line, and who holds them. */
export function ReachSums({ pieces: counts, byHolder }: Pick<ReachView, "pieces" | "byHolder">) {
  const rows = Object.entries(PIECES_WORDS) as [keyof typeof PIECES_WORDS, string][];
  return (
    <div className="reach-sums">
      <section className="card" aria-labelledby="counts">
        <h2 id="counts">Pieces</h2>
        <table>
          <tbody>
            {rows
              .filter(([name]) => name === "recalled" || counts[name] !== 0)
              .map(([name, words]) => (
                <tr key={name}>
                  <th scope="row">{words.charAt(0).toUpperCase() + words.slice(1)}</th>
                  <td className="number">{pieces(counts[name])}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </section>
      <section className="card" aria-labelledby="by-holder">
        <h2 id="by-holder">Who holds them</h2>
        {byHolder.length === 0 ? (
          <p className="soft">Nobody that you may see.</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">Holder</th>
                <th scope="col" className="number">
                  Lots
                </th>
                <th scope="col" className="number">
                  Pieces
                </th>
                <th scope="col" className="number">
                  Products
                </th>
              </tr>
            </thead>
            <tbody>
              {byHolder.map((row) => (
                <tr key={row.holder.address}>
                  <th scope="row">{row.holder.name ?? <Hash value={row.holder.address} />}</th>
                  <td className="number">{pieces(row.lots)}</td>
                  <td className="number">{pieces(row.pieces)}</td>
                  <td className="number">{pieces(row.products)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </div>
  );
}
