// Measures a drawn graph, and finds the node that an arrow key leads to.

/** A node's size in pixels. */
export const NODE = { width: 248, height: 64 } as const;

export interface Point {
  x: number;
  y: number;
}

/** What is placed: ids alone. */
export interface Skeleton {
  nodes: readonly string[];
  edges: readonly { id: string; from: string; to: string }[];
}

export interface Placed {
  width: number;
  height: number;
  /** The upper left corner of each node, by id. */
  nodes: ReadonlyMap<string, Point>;
  /** The points through which each edge leads, by id. */
  edges: ReadonlyMap<string, readonly Point[]>;
}

export type Direction = "left" | "right" | "up" | "down";

/**
 * The node that an arrow key leads to: left to where pieces came from, right to where they went, up and down in the column.
 * @returns undefined where there is none in that direction
 */
export function neighbour(
  { nodes }: Pick<Placed, "nodes">,
  edges: Skeleton["edges"],
  from: string,
  direction: Direction,
): string | undefined {
  const at = nodes.get(from);
  if (!at) return undefined;
  const nearest = (ids: Iterable<string>) =>
    [...ids]
      .filter((id) => id !== from)
      .sort((a, b) => Math.abs(nodes.get(a)!.y - at.y) - Math.abs(nodes.get(b)!.y - at.y))[0];
  if (direction === "left") return nearest(edges.flatMap((e) => (e.to === from ? [e.from] : [])));
  if (direction === "right") return nearest(edges.flatMap((e) => (e.from === from ? [e.to] : [])));
  const column = [...nodes].filter(([, { x }]) => x === at.x);
  const beyond = column.filter(([, { y }]) => (direction === "up" ? y < at.y : y > at.y));
  return nearest(beyond.map(([id]) => id));
}
