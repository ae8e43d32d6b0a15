// Lists the lots of a shipment: what was shipped against what was received. Lets some be chosen, and pieces be counted.
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { Button } from "@mantine/core";
import type { ShippedLot } from "../data/shipments.ts";
import { pieces } from "../../verify/words.ts";
import { weekOf } from "../words.ts";
import { OUTCOME_WORDS } from "./state.ts";
import { StateBadge } from "./StateBadge.tsx";

interface Props {
  items: readonly ShippedLot[];
  /** The lots that are chosen. Without it, none can be. */
  chosen?: ReadonlySet<string>;
  onChoose?(lot: string, isChosen: boolean): void;
  /** What stands in the place of the received pieces of a lot in transit. */
  countOf?(item: ShippedLot): ReactNode;
  /** What stands beside a lot's state. */
  noteOf?(item: ShippedLot): ReactNode;
}

/** Lines that are drawn at first. */
const FIRST_LINES = 100;

export const numberOf = ({ lotNumber }: Pick<ShippedLot, "lotNumber">) =>
  lotNumber ?? "no number shown";

export function Lines({ items, chosen, onChoose, countOf, noteOf }: Props) {
  const [isWhole, setWhole] = useState(items.length <= FIRST_LINES);
  const rows = isWhole ? items : items.slice(0, FIRST_LINES);
  return (
    <>
      <table className="list lines">
        <thead>
          <tr>
            {chosen && (
              <th scope="col">
                <span className="visually-hidden">Chosen</span>
              </th>
            )}
            <th scope="col">Lot</th>
            <th scope="col">Part</th>
            <th scope="col">Date code</th>
            <th scope="col" className="number">
              Shipped
            </th>
            <th scope="col" className="number">
              Received
            </th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((item) => (
            <tr key={item.lot} data-lot={item.lotNumber ?? item.lot}>
              {chosen && (
                <td className="choose">
                  {item.outcome === "in transit" && (
                    <input
                      type="checkbox"
                      aria-label={`Choose ${numberOf(item)}`}
                      checked={chosen.has(item.lot)}
                      onChange={(event) => onChoose?.(item.lot, event.currentTarget.checked)}
                    />
                  )}
                </td>
              )}
              <th scope="row">
                <Link href={`/lots/${item.lot}`}>{numberOf(item)}</Link>
              </th>
              <td data-title="Part">{item.mpn ?? "–"}</td>
              <td data-title="Date code">
                {item.dateCode ?? "–"}
                {item.dateCode !== null && (
                  <span className="soft small block">{weekOf(item.dateCode)}</span>
                )}
              </td>
              <td data-title="Shipped" className="number">
                {pieces(item.quantity)}
              </td>
              <td data-title="Received" className="number">
                {(item.outcome === "in transit" && countOf?.(item)) || <Received item={item} />}
              </td>
              <td data-title="State">
                <div>
                  <StateBadge {...OUTCOME_WORDS[item.outcome]} />
                  {noteOf?.(item)}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {!isWhole && (
        <Button variant="default" size="sm" mt="sm" onClick={() => setWhole(true)}>
          Show all {pieces(items.length)} lots
        </Button>
      )}
    </>
  );
}

function Received({ item: { quantity, received } }: { item: ShippedLot }) {
  if (received === null) return "–";
  if (received === quantity) return pieces(received);
  return (
    <span>
      {pieces(received)}
      <strong className="tone-text-FAIL small block">{pieces(quantity - received)} missing</strong>
    </span>
  );
}
