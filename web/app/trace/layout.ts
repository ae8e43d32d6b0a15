// Places the nodes of a graph in columns from left to right, so that no two overlap, and leads the edges between them.
import { Graph, layout } from "@dagrejs/dagre";
import { NODE, type Placed, type Point, type Skeleton } from "./walk.ts";

/** Gaps in pixels. */
const GAP = { between: 16, columns: 104, margin: 16 } as const;

/**
 * Lays out a graph. The same graph has the same layout always. With hundreds of nodes it takes seconds: the pages run it in a
 * worker.
 * @param skeleton each edge's ends are among its nodes, and no edge leads back to where it began
 */
export function layOut({ nodes, edges }: Skeleton): Placed {
  const graph = new Graph();
  graph.setGraph({
    rankdir: "LR",
    ranker: "longest-path",
    nodesep: GAP.between,
    edgesep: GAP.between / 2,
    ranksep: GAP.columns,
    marginx: GAP.margin,
    marginy: GAP.margin,
  });
  for (const id of nodes) graph.setNode(id, { ...NODE });
  for (const { from, to } of edges) graph.setEdge(from, to, {});
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const corner = (id: string): Point => {
    const { x, y } = graph.node(id) as unknown as Point;
    return { x: Math.round(x - NODE.width / 2), y: Math.round(y - NODE.height / 2) };
  };
  // Edges leave in the middle of the right side and arrive in the middle of the left one.
  const pointsOf = (from: string, to: string): Point[] => {
    const { points } = graph.edge(from, to) as unknown as { points: Point[] };
    const [start, end] = [corner(from), corner(to)];
    return [
      { x: start.x + NODE.width, y: start.y + NODE.height / 2 },
      ...points.slice(1, -1).filter(({ x }) => x > start.x + NODE.width && x < end.x),
      { x: end.x, y: end.y + NODE.height / 2 },
    ];
  };
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    nodes: new Map(nodes.map((id) => [id, corner(id)])),
    edges: new Map(edges.map(({ id, from, to }) => [id, pointsOf(from, to)])),
  };
}
