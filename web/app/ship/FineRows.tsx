// Shows the rows that are right, collapsed: what would be kept of the first of them.
import type { RowFault } from "../../../packing/list.ts";
import type { ReadList } from "../../../packing/read.ts";
import { count, pieces } from "../../verify/words.ts";

/** Rows of the preview. */
const FIRST_ROWS = 50;

export function FineRows({ list, faults }: { list: ReadList; faults: readonly RowFault[] }) {
  const lines = new Set(faults.map(({ line }) => line));
  const fine = list.rows.filter(({ line }) => !lines.has(line));
  if (fine.length === 0) return null;
  const isOne = fine.length === 1;
  return (
    <details className="more">
      <summary>
        {count(fine.length, "row")} {isOne ? "is" : "are"} fine
      </summary>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">Lot</th>
            <th scope="col">Part</th>
            <th scope="col">Manufacturer's lot</th>
            <th scope="col">Date code</th>
            <th scope="col" className="number">
              Pieces
            </th>
          </tr>
        </thead>
        <tbody>
          {fine.slice(0, FIRST_ROWS).map(({ line, lotNumber, quantity, details }) => (
            <tr key={line}>
              <th scope="row">{lotNumber}</th>
              <td data-title="Part">
                {details.mpn}
                <span className="soft small block">{details.manufacturer}</span>
              </td>
              <td data-title="Manufacturer's lot">{details.makerLot ?? "–"}</td>
              <td data-title="Date code">{details.dateCode ?? "–"}</td>
              <td data-title="Pieces" className="number">
                {pieces(quantity)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {fine.length > FIRST_ROWS && (
        <p className="soft small">The first {FIRST_ROWS} of them are shown.</p>
      )}
    </details>
  );
}
