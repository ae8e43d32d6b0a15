// Lists the lots of the graph as a table: to read aloud, to print, and to save as CSV.
import { Button } from "@mantine/core";
import { Link } from "wouter";
import type { VerdictName } from "../../../protocol/verdict/verdict.ts";
import { count, pieces } from "../../verify/words.ts";
import { csvOf } from "../csv.ts";
import { VerdictBadge } from "../parts/VerdictBadge.tsx";
import { saveText } from "../save.ts";
import type { Graph, TreeLot } from "./graph.ts";

interface Props {
  graph: Graph;
  verdicts: ReadonlyMap<string, VerdictName> | undefined;
}

const SIDES = { up: "went into it", self: "this lot", down: "made from it" } as const;

/** The pieces that went from or into a lot: `483 used in EVC7-26-1006`. */
function tiesOf({ lot, side }: TreeLot, { edges, lots }: Graph): string {
  const nameOf = (id: string) => lots.find((each) => each.lot === id)?.lotNumber ?? "a lot";
  const own = edges.filter(({ from, to }) => (side === "down" ? to === lot : from === lot));
  return own
    .map((edge) =>
      side === "down"
        ? `${pieces(edge.pieces)} ${edge.how === "split" ? "split from" : "used of"} ${nameOf(edge.from)}`
        : `${pieces(edge.pieces)} ${edge.how === "split" ? "split off as" : "used in"} ${nameOf(edge.to)}`,
    )
    .join("; ");
}

export function TreeTable({ graph, verdicts }: Props) {
  const rank = { up: 0, self: 1, down: 2 };
  const rows = [...graph.lots].sort(
    (a, b) =>
      rank[a.side] - rank[b.side] || (a.side === "up" ? b.steps - a.steps : a.steps - b.steps),
  );
  const save = () =>
    saveText(
      "tree.csv",
      "text/csv",
      csvOf<TreeLot>(
        [
          ["lot number", (row) => row.lotNumber],
          ["part", (row) => row.mpn],
          ["manufacturer", (row) => row.manufacturer],
          ["manufacturer's lot", (row) => row.makerLot],
          ["date code", (row) => row.dateCode],
          ["pieces made", (row) => row.pieces],
          ["relation", (row) => SIDES[row.side]],
          ["steps", (row) => row.steps],
          ["pieces went", (row) => tiesOf(row, graph)],
          ["verdict", (row) => verdicts?.get(row.lot)],
          ["lot id", (row) => row.lot],
        ],
        rows,
      ),
    );
  return (
    <details className="more tree-table">
      <summary>The same as a table: {count(rows.length, "lot")}</summary>
      <p className="screen-only">
        <Button variant="default" size="sm" onClick={save}>
          Save as CSV
        </Button>
      </p>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">Lot</th>
            <th scope="col">Part</th>
            <th scope="col">Relation</th>
            <th scope="col" className="number">
              Pieces made
            </th>
            <th scope="col">Where they went</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.lot}>
              <th scope="row">
                <Link href={`/lots/${row.lot}?view=tree`}>
                  {row.lotNumber ?? "no number shown"}
                </Link>
              </th>
              <td data-title="Part">{row.mpn ?? "–"}</td>
              <td data-title="Relation">
                {SIDES[row.side]}
                {row.steps > 1 && `, ${row.steps} steps away`}
              </td>
              <td data-title="Pieces made" className="number">
                {pieces(row.pieces)}
              </td>
              <td data-title="Where they went">{tiesOf(row, graph) || "–"}</td>
              <td data-title="Verdict">
                {verdicts?.has(row.lot) ? (
                  <VerdictBadge verdict={verdicts.get(row.lot)!} />
                ) : (
                  <span className="soft">not verified yet</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
