// Builds the graph of a lot: the lots that it was made from and the lots that were made from it, with the pieces on each edge.
import type { ActionName } from "../../../protocol/event/event.ts";
import type { EventView, PlainDetails } from "../../../api/events.ts";
import type { LotView, TrailDown } from "../../../api/lots.ts";

/** A lot in the graph. */
export interface TreeLot {
  lot: string;
  lotNumber: string | null;
  mpn: string | null;
  manufacturer: string | null;
  makerLot: string | null;
  dateCode: string | null;
  /** Pieces of which it was made. */
  pieces: number;
  /** up: an ancestor. down: made from the lot. */
  side: "up" | "self" | "down";
  /** Splits and assemblies between it and the lot. */
  steps: number;
}

/** Pieces that went from one lot into another. */
export interface TreeEdge {
  from: string;
  to: string;
  /** Pieces. Of an assembly with several products, the pieces that went into all of them. */
  pieces: number;
  how: "split" | "assemble";
}

export interface Graph {
  self: string;
  lots: TreeLot[];
  edges: TreeEdge[];
  /** Lots made directly of a lot of the graph that the reader may not see. */
  withheld: number;
  /** There are more lots than the service lists. */
  isTruncated: boolean;
}

type Facts = Pick<TreeLot, "lotNumber" | "mpn" | "manufacturer" | "makerLot" | "dateCode">;
const FACTS = ["lotNumber", "mpn", "manufacturer", "makerLot", "dateCode"] as const;

const factsIn = (details: PlainDetails): Facts =>
  Object.fromEntries(
    FACTS.map((name) => [name, typeof details[name] === "string" ? details[name] : null]),
  ) as unknown as Facts;

const MAKES: readonly (ActionName | null)[] = ["split", "assemble"];

/** What one event took from lots and made. */
interface Making {
  how: TreeEdge["how"];
  used: { lot: string; pieces: number }[];
  made: { lot: string; pieces: number }[];
}

/**
 * Builds the graph.
 * @param lot the lot as the service lists it
 * @param up the events of its trail, each after its predecessors
 */
export function graphOf(lot: LotView, up: readonly EventView[], down: TrailDown): Graph {
  const { facts, pieces, makings } = readUp(up);
  const steps = stepsTo(lot.lot, makings);
  const ancestors = [...steps].flatMap(([id, distance]): TreeLot[] => {
    if (id === lot.lot) return [];
    const known = facts.get(id) ?? factsIn({});
    return [{ lot: id, ...known, pieces: pieces.get(id) ?? 0, side: "up", steps: distance }];
  });
  const { lotNumber, mpn, manufacturer, makerLot, dateCode } = lot;
  const self: TreeLot = {
    ...{ lot: lot.lot, lotNumber, mpn, manufacturer, makerLot, dateCode },
    pieces: pieces.get(lot.lot) ?? lot.quantity,
    side: "self",
    steps: 0,
  };
  const made = down.items.map((item): TreeLot => ({
    ...{ lot: item.lot, lotNumber: item.lotNumber, mpn: item.mpn, makerLot: item.makerLot },
    ...{ manufacturer: item.manufacturer, dateCode: item.dateCode, pieces: item.made },
    side: "down",
    steps: item.steps,
  }));
  const upEdges = makings.flatMap(edgesOf).filter(({ to }) => steps.has(to));
  const downEdges = down.items.flatMap((item) =>
    item.used.map((used): TreeEdge => ({
      from: used.lot,
      to: item.lot,
      pieces: item.how === "split" ? item.made : used.quantity,
      how: item.how,
    })),
  );
  return {
    self: lot.lot,
    lots: [...ancestors, self, ...made],
    edges: joined([...upEdges, ...downEdges]),
    withheld: down.withheld,
    isTruncated: down.truncated,
  };
}

const edgesOf = ({ how, used, made }: Making): TreeEdge[] =>
  made.flatMap(({ lot: to, pieces }) =>
    used.map(({ lot: from, pieces: taken }) => ({
      from,
      to,
      how,
      pieces: how === "split" ? pieces : taken,
    })),
  );

/** Replays the pieces of the trail's lots. A lot that was split off keeps what its source states of the parts. */
function readUp(events: readonly EventView[]) {
  const facts = new Map<string, Facts>();
  const made = new Map<string, number>();
  const now = new Map<string, number>();
  const makings: Making[] = [];
  for (const { action, entries, details } of events) {
    const before = new Map(entries.map(({ lot }) => [lot, now.get(lot)]));
    for (const entry of entries) now.set(entry.lot, entry.quantity);
    const fresh = entries.filter(({ isNew }) => isNew);
    const old = entries.filter(({ isNew }) => !isNew);
    const source = action === "split" ? facts.get(old[0]?.lot ?? "") : undefined;
    for (const { lot, quantity, details: own } of fresh) {
      made.set(lot, quantity);
      facts.set(lot, over(source, factsIn({ ...details, ...own })));
    }
    if (!MAKES.includes(action)) continue;
    makings.push({
      how: action === "split" ? "split" : "assemble",
      used: old.map(({ lot, quantity }) => ({
        lot,
        pieces: (before.get(lot) ?? quantity) - quantity,
      })),
      made: fresh.map(({ lot, quantity }) => ({ lot, pieces: quantity })),
    });
  }
  return { facts, pieces: made, makings };
}

/** Facts that are stated anew, and those that are inherited: all but the lot number. */
const over = (source: Facts | undefined, own: Facts): Facts =>
  Object.fromEntries(
    FACTS.map((name) => [
      name,
      own[name] ?? (name === "lotNumber" ? null : source?.[name]) ?? null,
    ]),
  ) as unknown as Facts;

/** The distance of each ancestor from the lot, the lot itself at 0. */
function stepsTo(lot: string, makings: readonly Making[]): Map<string, number> {
  const makerOf = new Map(makings.flatMap((one) => one.made.map((made) => [made.lot, one])));
  const steps = new Map([[lot, 0]]);
  for (const [id, distance] of steps)
    for (const { lot: source } of makerOf.get(id)?.used ?? [])
      if (!steps.has(source)) steps.set(source, distance + 1);
  return steps;
}

/** Edges between the same two lots as one. */
function joined(edges: readonly TreeEdge[]): TreeEdge[] {
  const byEnds = new Map<string, TreeEdge>();
  for (const edge of edges) {
    const key = `${edge.from}>${edge.to}`;
    const other = byEnds.get(key);
    byEnds.set(key, other ? { ...other, pieces: other.pieces + edge.pieces } : edge);
  }
  return [...byEnds.values()];
}

/** The lots and edges on the paths between some lots and the lot of the graph. */
export function pathsFrom({ self, edges }: Pick<Graph, "self" | "edges">, lots: Iterable<string>) {
  const onPath = new Set<string>(lots);
  const forwards = (id: string) => edges.flatMap(({ from, to }) => (from === id ? [to] : []));
  const backwards = (id: string) => edges.flatMap(({ from, to }) => (to === id ? [from] : []));
  const above = reachable(self, backwards);
  const below = reachable(self, forwards);
  for (const id of onPath) {
    if (id === self) continue;
    const next = above.has(id) ? forwards(id).filter((each) => above.has(each)) : [];
    const last = below.has(id) ? backwards(id).filter((each) => below.has(each)) : [];
    for (const each of [...next, ...last]) onPath.add(each);
  }
  const isOn = ({ from, to }: TreeEdge) => onPath.has(from) && onPath.has(to);
  return { lots: onPath, edges: new Set(edges.filter(isOn)) };
}

function reachable(start: string, next: (id: string) => string[]): Set<string> {
  const reached = new Set([start]);
  for (const id of reached) for (const each of next(id)) reached.add(each);
  return reached;
}
