// Collapses a graph by part: lots of one part that come from the same lots and go into the same lots become one node.
import type { Graph, TreeEdge, TreeLot } from "./graph.ts";

/** A node as it is drawn: a lot, or several lots of one part. */
export interface TreeNode {
  id: string;
  /** The lots, in the graph's order. One, unless the node is a group. */
  lots: readonly TreeLot[];
  side: TreeLot["side"];
  /** The sum of the lots' pieces. */
  pieces: number;
}

export interface NodeEdge extends Omit<TreeEdge, "from" | "to"> {
  id: string;
  from: string;
  to: string;
  /** The edges of the graph that are drawn as this one. */
  edges: readonly TreeEdge[];
}

export interface Drawing {
  self: string;
  nodes: TreeNode[];
  edges: NodeEdge[];
}

/** The fewest lots that are worth one node instead of several. */
const FEWEST = 3;

/** A group's id: that of its first lot, shortened so that it fits into an address. */
const groupId = (lot: string) => `g${lot.slice(2, 12)}`;

/**
 * Collapses a graph.
 * @param isByPart false: each lot stays a node of its own
 * @param open the groups that stay expanded, by id
 */
export function collapse(graph: Graph, isByPart: boolean, open: ReadonlySet<string>): Drawing {
  const nodeOf = new Map<string, string>();
  const nodes: TreeNode[] = [];
  const add = (id: string, lots: readonly TreeLot[]) => {
    nodes.push({ id, lots, side: lots[0]!.side, pieces: sum(lots) });
    for (const { lot } of lots) nodeOf.set(lot, id);
  };
  // From the lot outwards, so that lots that lead to one group can be a group as well.
  for (const level of levelsOf(graph.lots))
    for (const lots of isByPart ? alike(level, graph.edges, nodeOf) : level.map((lot) => [lot])) {
      const id = groupId(lots[0]!.lot);
      if (lots.length < FEWEST || open.has(id)) for (const lot of lots) add(lot.lot, [lot]);
      else add(id, lots);
    }
  return { self: graph.self, nodes, edges: edgesBetween(graph.edges, nodeOf) };
}

/** The groups that a graph collapses into, by id. */
export const groupsIn = (graph: Graph): string[] =>
  collapse(graph, true, new Set()).nodes.flatMap(({ id, lots }) => (lots.length > 1 ? [id] : []));

const sum = (lots: readonly TreeLot[]) => lots.reduce((all, { pieces }) => all + pieces, 0);

function levelsOf(lots: readonly TreeLot[]): TreeLot[][] {
  const levels = Map.groupBy(lots, ({ side, steps }) => `${side} ${steps}`);
  return [...levels.values()].sort((a, b) => a[0]!.steps - b[0]!.steps);
}

/** Lots of one level with the same part and the same neighbours nearer to the lot. */
function alike(
  level: readonly TreeLot[],
  edges: readonly TreeEdge[],
  nodeOf: ReadonlyMap<string, string>,
): TreeLot[][] {
  const neighbours = (lot: string) =>
    edges
      .flatMap(({ from, to }) => (from === lot ? [to] : to === lot ? [from] : []))
      .flatMap((other) => nodeOf.get(other) ?? [])
      .sort();
  const keyOf = ({ lot, mpn, side }: TreeLot) =>
    mpn === null ? lot : JSON.stringify([side, mpn, [...new Set(neighbours(lot))]]);
  return [...Map.groupBy(level, keyOf).values()];
}

function edgesBetween(edges: readonly TreeEdge[], nodeOf: ReadonlyMap<string, string>): NodeEdge[] {
  const known = edges.filter(({ from, to }) => nodeOf.has(from) && nodeOf.has(to));
  const byEnds = Map.groupBy(known, ({ from, to }) => `${nodeOf.get(from)!}>${nodeOf.get(to)!}`);
  return [...byEnds].map(([id, some]) => {
    const [first] = some;
    return {
      id,
      from: nodeOf.get(first!.from)!,
      to: nodeOf.get(first!.to)!,
      how: first!.how,
      pieces: some.reduce((all, { pieces }) => all + pieces, 0),
      edges: some,
    };
  });
}
