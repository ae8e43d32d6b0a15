// Tests what the tree view computes: the graph of a trail, collapsing by part, paths of a search, the layout, and the walk by keys.
import { expect } from "chai";
import { type Graph, graphOf, pathsFrom, type TreeLot } from "../../../web/app/trace/graph.ts";
import { collapse, groupsIn } from "../../../web/app/trace/grouping.ts";
import { layOut } from "../../../web/app/trace/layout.ts";
import { neighbour, NODE } from "../../../web/app/trace/walk.ts";
import type { EventView } from "../../../api/events.ts";
import type { LotView, TrailDown } from "../../../api/lots.ts";

const id = (name: string) => `0x${Buffer.from(name).toString("hex").padEnd(64, "0")}`;
const tree = (name: string, side: TreeLot["side"], steps: number, mpn = "R"): TreeLot => ({
  ...{ lot: id(name), lotNumber: name, mpn, manufacturer: "M", makerLot: null, dateCode: null },
  ...{ pieces: 10, side, steps },
});

/** A lot made of `width` lots, each split from another, `width` parts in all, and 2 × `width` lots split from it. */
function synthetic(width: number, parts: number): Graph {
  const range = Array.from({ length: width }, (_, i) => i);
  const lots = [
    tree("self", "self", 0),
    ...range.map((i) => tree(`in${i}`, "up", 1, `P${i % parts}`)),
    ...range.map((i) => tree(`reel${i}`, "up", 2, `P${i % parts}`)),
    ...range.map((i) => tree(`cut${i}`, "down", 1, "self")),
    ...range.map((i) => tree(`board${i}`, "down", 2, "B")),
  ];
  const edge = (from: string, to: string, how: "split" | "assemble") => ({
    ...{ from: id(from), to: id(to), how, pieces: 3 },
  });
  const edges = range.flatMap((i) => [
    edge(`reel${i}`, `in${i}`, "split"),
    edge(`in${i}`, "self", "assemble"),
    edge("self", `cut${i}`, "split"),
    edge(`cut${i}`, `board${i}`, "assemble"),
  ]);
  return { self: id("self"), lots, edges, withheld: 0, isTruncated: false };
}

describe("graphOf", () => {
  const entry = (name: string, quantity: number, isNew: boolean, details = {}) => ({
    ...{ lot: id(name), quantity, isNew, details },
  });
  const event = (action: EventView["action"], entries: EventView["entries"], details = {}) =>
    ({ action, entries, details }) as EventView;
  const up = [
    event("commission", [entry("REEL", 1_000, true, { lotNumber: "REEL", mpn: "R1" })], {
      manufacturer: "Maker",
    }),
    event("split", [entry("REEL", 700, false), entry("CUT", 300, true, { lotNumber: "CUT" })]),
    event("assemble", [
      entry("CUT", 50, false),
      entry("BOARD", 25, true, { lotNumber: "BOARD", mpn: "BRD" }),
    ]),
  ];
  const lot = { lot: id("BOARD"), lotNumber: "BOARD", mpn: "BRD", quantity: 20 } as LotView;
  const down = {
    items: [
      {
        ...{ lot: id("BOX"), lotNumber: "BOX", mpn: "BX", made: 5, how: "assemble", steps: 1 },
        used: [{ lot: id("BOARD"), quantity: 5 }],
      },
    ],
    ...{ withheld: 2, truncated: false },
  } as unknown as TrailDown;

  it("puts on each edge the pieces that went, and on each lot those of which it was made", () => {
    const graph = graphOf(lot, up, down);
    const byNumber = new Map(graph.lots.map((each) => [each.lotNumber, each]));
    expect([...byNumber.keys()].sort()).to.deep.equal(["BOARD", "BOX", "CUT", "REEL"]);
    expect(byNumber.get("REEL")).to.include({ pieces: 1_000, side: "up", steps: 2 });
    expect(byNumber.get("BOARD")).to.include({ pieces: 25, side: "self" });
    expect(graph.edges.map(({ pieces, how }) => [how, pieces])).to.deep.equal([
      ["split", 300],
      ["assemble", 250],
      ["assemble", 5],
    ]);
    expect(graph.withheld).to.equal(2);
  });

  it("lets a lot that was split off keep what its source states of the parts", () => {
    const cut = graphOf(lot, up, down).lots.find(({ lotNumber }) => lotNumber === "CUT");
    expect(cut).to.include({ mpn: "R1", manufacturer: "Maker" });
  });
});

describe("collapse", () => {
  it("makes one node of the lots of a part on the same way, and loses no piece", () => {
    const graph = synthetic(12, 3);
    const drawing = collapse(graph, true, new Set());
    const groups = drawing.nodes.filter(({ lots }) => lots.length > 1);
    expect(groups.map(({ lots }) => lots.length)).to.deep.equal([4, 4, 4, 12, 4, 4, 4, 12]);
    const all = drawing.nodes.flatMap(({ lots }) => lots.map(({ lot }) => lot));
    expect(all.sort()).to.deep.equal(graph.lots.map(({ lot }) => lot).sort());
    const sum = (edges: readonly { pieces: number }[]) =>
      edges.reduce((total, { pieces }) => total + pieces, 0);
    expect(sum(drawing.edges)).to.equal(sum(graph.edges));
  });

  it("keeps a group open that is asked for, and every lot apart without collapsing", () => {
    const graph = synthetic(12, 3);
    const [first] = groupsIn(graph);
    const opened = collapse(graph, true, new Set([first!]));
    expect(opened.nodes.length).to.be.above(collapse(graph, true, new Set()).nodes.length);
    expect(collapse(graph, false, new Set()).nodes).to.have.length(graph.lots.length);
  });
});

describe("pathsFrom", () => {
  it("leads from what was found to the lot, on either side, and nowhere else", () => {
    const graph = synthetic(5, 5);
    const path = pathsFrom(graph, [id("reel3"), id("board1")]);
    expect([...path.lots].sort()).to.deep.equal(
      ["reel3", "in3", "self", "board1", "cut1"].map(id).sort(),
    );
    expect(path.edges.size).to.equal(4);
  });
});

describe("layOut", () => {
  // 501 lots, each a node of its own: the most that one has to look at without collapsing.
  const graph = synthetic(125, 125);
  const { nodes, edges } = collapse(graph, false, new Set());
  const skeleton = { nodes: nodes.map(({ id: each }) => each), edges };
  const placed = layOut(skeleton);

  it("places 501 lots so that no two overlap, within the drawing", () => {
    const corners = [...placed.nodes.values()];
    expect(corners).to.have.length(501);
    const taken = new Map<number, number[]>();
    for (const { x, y } of corners) {
      expect(x).to.be.within(0, placed.width - NODE.width);
      expect(y).to.be.within(0, placed.height - NODE.height);
      taken.set(x, [...(taken.get(x) ?? []), y]);
    }
    const columns = [...taken.keys()].sort((a, b) => a - b);
    for (const [i, x] of columns.slice(1).entries())
      expect(x - columns[i]!).to.be.at.least(NODE.width);
    for (const column of taken.values()) {
      column.sort((a, b) => a - b);
      for (const [i, y] of column.slice(1).entries())
        expect(y - column[i]!).to.be.at.least(NODE.height);
    }
  });

  it("leads every edge from left to right, from side to side", () => {
    for (const { id: edge, from, to } of edges) {
      const points = placed.edges.get(edge)!;
      expect(points[0]!.x).to.equal(placed.nodes.get(from)!.x + NODE.width);
      expect(points.at(-1)!.x).to.equal(placed.nodes.get(to)!.x);
      for (const [i, { x }] of points.slice(1).entries()) expect(x).to.be.at.least(points[i]!.x);
    }
  });

  it("gives the same drawing for the same graph", () => {
    const small = collapse(synthetic(20, 4), false, new Set());
    const again = { nodes: small.nodes.map(({ id: each }) => each), edges: small.edges };
    expect(layOut(again)).to.deep.equal(layOut(again));
  });

  it("lets the keys walk to what a lot came from, where it went, and along its column", () => {
    const walk = (from: string, direction: Parameters<typeof neighbour>[3]) =>
      neighbour(placed, edges, from, direction);
    const left = walk(graph.self, "left")!;
    expect(edges.some(({ from, to }) => from === left && to === graph.self)).to.equal(true);
    expect(walk(left, "right")).to.equal(graph.self);
    expect(placed.nodes.get(walk(left, "down")!)!.y).to.be.above(placed.nodes.get(left)!.y);
    expect(walk(walk(left, "down")!, "up")).to.equal(left);
    expect(walk(id("reel0"), "left")).to.equal(undefined);
  });
});
