// Shows what a lot was made from and what was made from it as a graph: to walk by keyboard, to search and to collapse by part.
import { Button, Chip } from "@mantine/core";
import { useMemo, useState } from "react";
import type { LotWithDetails } from "../../../api/lots.ts";
import { count, pieces } from "../../verify/words.ts";
import { useReach, useTrailDown, useTrailUp, useVerdicts } from "../data/trace.ts";
import { Failed, Loading } from "../parts/States.tsx";
import { collapse, groupsIn } from "./grouping.ts";
import { type Graph, graphOf, pathsFrom, type TreeLot } from "./graph.ts";
import { TreeCanvas } from "./TreeCanvas.tsx";
import { TreeTable } from "./TreeTable.tsx";
import { useAddress } from "./views.ts";

export default function Tree({ lot }: { lot: LotWithDetails }) {
  const up = useTrailUp(lot.lot);
  const down = useTrailDown(lot.lot);
  const graph = useMemo(
    () => up.data && down.data && graphOf(lot, up.data.items, down.data),
    [lot, up.data, down.data],
  );
  const failed = [up, down].find((query) => query.isError);
  if (failed) return <Failed error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!graph) return <Loading what="the tree" rows={8} />;
  return <TreeOf graph={graph} />;
}

/** More lots than this are collapsed by part at first, and verified only when asked. */
const MANY = 40;
const MOST_VERIFIED = 60;

const isMatch = (lot: TreeLot, words: string) =>
  [lot.lotNumber, lot.mpn, lot.manufacturer, lot.makerLot].some((text) =>
    text?.toLowerCase().includes(words),
  );

export function TreeOf({ graph }: { graph: Graph }) {
  const { params, set } = useAddress();
  const q = params.get("q") ?? "";
  const isByPart = (params.get("parts") ?? (graph.lots.length > MANY ? "1" : "0")) === "1";
  const openText = params.get("open") ?? "";
  const drawing = useMemo(
    () => collapse(graph, isByPart, new Set(openText.split(" "))),
    [graph, isByPart, openText],
  );
  const matches = useMemo(() => {
    const words = q.trim().toLowerCase();
    return words === "" ? null : graph.lots.filter((lot) => isMatch(lot, words));
  }, [graph, q]);
  const path = useMemo(
    () =>
      matches &&
      pathsFrom(
        graph,
        matches.map(({ lot }) => lot),
      ),
    [graph, matches],
  );
  const [isAll, setAll] = useState(graph.lots.length <= MOST_VERIFIED);
  const nearest = [...graph.lots].sort((a, b) => a.steps - b.steps).map(({ lot }) => lot);
  const verdicts = useVerdicts(isAll ? nearest : nearest.slice(0, MOST_VERIFIED));
  const canGroup = groupsIn(graph).length > 0;
  if (graph.lots.length === 1)
    return (
      <p className="soft">
        This lot was not made from other lots, and you see no lot that was made from it.
      </p>
    );
  return (
    <section aria-label="Tree" className="tree">
      <div className="filters">
        <input
          type="search"
          className="search"
          aria-label="Words in a lot's number, part, manufacturer or manufacturer's lot"
          placeholder="Find in the tree"
          value={q}
          onChange={(event) => set({ q: event.currentTarget.value })}
        />
        {canGroup && (
          <Chip checked={isByPart} onChange={(on) => set({ parts: on ? "1" : "0", open: null })}>
            Collapse by part
          </Chip>
        )}
        {isByPart && openText !== "" && (
          <Button variant="subtle" size="sm" onClick={() => set({ open: null })}>
            Collapse all again
          </Button>
        )}
        {!isAll && (
          <Button variant="default" size="sm" onClick={() => setAll(true)}>
            Verify all {pieces(graph.lots.length)} lots
          </Button>
        )}
        <p className="soft" role="status">
          {matches
            ? `${count(matches.length, "lot")} found, with the way to this lot`
            : verdicts.isFetching
              ? "Verifying the lots…"
              : null}
        </p>
      </div>
      <Summary graph={graph} />
      <TreeCanvas
        drawing={drawing}
        isCollapsed={isByPart && openText === ""}
        path={path}
        found={matches && new Set(matches.map(({ lot }) => lot))}
        verdicts={verdicts.data}
        at={params.get("at")}
        onWalk={(at) => set({ at })}
        onOpen={(id) => set({ open: [...openText.split(" "), id].filter(Boolean).join(" ") })}
      />
      <TreeTable graph={graph} verdicts={verdicts.data} />
    </section>
  );
}

function Summary({ graph }: { graph: Graph }) {
  const reach = useReach(graph.self);
  const up = graph.lots.filter(({ side }) => side === "up");
  const inputs = new Set(graph.edges.flatMap(({ from, to }) => (to === graph.self ? [from] : [])));
  const down = graph.lots.filter(({ side }) => side === "down").length;
  const holders = reach.data?.byHolder.length;
  return (
    <p className="tree-summary">
      <strong>Up:</strong> {count(inputs.size, "input")}
      {up.length > inputs.size && ` from ${count(up.length, "lot")}`} · <strong>Down:</strong>{" "}
      {count(down, "lot")}
      {down > 0 && holders !== undefined && ` · now at ${count(holders, "holder")}`}
      {graph.withheld > 0 && ` · ${count(graph.withheld, "further lot")} that you may not see`}
      {graph.isTruncated && " · there are more lots than are listed; the nearest are shown"}
    </p>
  );
}
