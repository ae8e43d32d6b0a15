// Lists the lots that are picked for a shipment, with their sum.
import { Button } from "@mantine/core";
import { useState } from "react";
import { count, pieces } from "../../verify/words.ts";
import type { PickedLot } from "./draft.ts";

/** Lots that are drawn at first. */
const FIRST = 20;

interface Props {
  lots: readonly PickedLot[];
  onRemove(lot: string): void;
}

export function Picked({ lots, onRemove }: Props) {
  const [isWhole, setWhole] = useState(false);
  const newest = lots.toReversed();
  const rows = isWhole ? newest : newest.slice(0, FIRST);
  const parts = new Set(lots.map(({ mpn }) => mpn)).size;
  const total = lots.reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <section className="card" aria-labelledby="picked">
      <h2 id="picked">Picked</h2>
      <p className="tally" role="status">
        {lots.length === 0
          ? "No lot yet"
          : `${count(lots.length, "lot")} · ${count(total, "piece")} · ${count(parts, "part")}`}
      </p>
      <ul className="picked">
        {rows.map((lot) => (
          <li key={lot.lot}>
            <span className="picked-name">
              <strong>{lot.lotNumber ?? "no number shown"}</strong>
              <span className="soft small block">{lot.mpn}</span>
            </span>
            <span>{pieces(lot.quantity)}</span>
            <Button
              variant="subtle"
              size="compact-sm"
              aria-label={`Leave out ${lot.lotNumber ?? "this lot"}`}
              onClick={() => onRemove(lot.lot)}
            >
              Leave out
            </Button>
          </li>
        ))}
      </ul>
      {lots.length > FIRST && (
        <Button variant="default" size="sm" onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Show fewer" : `Show all ${pieces(lots.length)}`}
        </Button>
      )}
    </section>
  );
}
