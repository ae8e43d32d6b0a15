// Shows label, record and order side by side, field by field, with a sign for what agrees and what does not.
import type { FieldComparison } from "../../../protocol/label/compare.ts";
import { pieces } from "../../verify/words.ts";
import { fieldWord } from "../words.ts";

type Cell = string | number | null;
const textOf = (cell: Cell) =>
  cell === null ? "–" : typeof cell === "number" ? pieces(cell) : cell;

export function Comparison({ rows }: { rows: readonly FieldComparison[] }) {
  const hasOrder = rows.some(({ expected }) => expected !== null);
  return (
    <div className="scroll" role="region" aria-label="Label, record and order" tabIndex={0}>
      <table className="comparison">
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Label</th>
            <th scope="col">Record</th>
            {hasOrder && <th scope="col">Order</th>}
            <th scope="col">Agrees</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.field}>
              <th scope="row">{fieldWord(row.field)}</th>
              <td data-title="Label">{textOf(row.scanned)}</td>
              <td data-title="Record">{textOf(row.recorded)}</td>
              {hasOrder && <td data-title="Order">{textOf(row.expected)}</td>}
              <td className="agrees">
                <Agreement row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Agreement({ row }: { row: FieldComparison }) {
  const all = [row.agrees, row.scannedAsExpected, row.recordedAsExpected];
  if (all.includes(false)) return <strong className="tone-text-FAIL">≠ differs</strong>;
  if (all.includes(true)) return <span className="tone-text-PASS">= yes</span>;
  return <span className="soft">not compared</span>;
}
