// Tests the recall drill on made-up facts: the bounds of units, and the balance with what is not seen.
import { expect } from "chai";
import type { Facts, Movement, Origin, Use } from "../../../protocol/insight/facts.ts";
import { recallDrill } from "../../../protocol/insight/recall.ts";

const at = { happened: 1, known: 1 };
const origin = (lot: string, pieces: number, more: Partial<Origin> = {}): Origin => ({
  ...at,
  lot,
  event: `e-${lot}`,
  sequence: 1,
  issuer: "maker",
  making: "commissioned",
  parent: null,
  lotNumber: lot,
  pieces,
  fields: { manufacturer: "M", mpn: "P" },
  ...more,
});
const movement = (
  lot: string,
  kind: Movement["kind"],
  pieces: number,
  party = "ems",
): Movement => ({
  ...at,
  event: `e-${lot}-${kind}`,
  sequence: 2,
  lot,
  party,
  other: null,
  kind,
  pieces,
  site: null,
});
const use = (input: string, pieces: number, more: Partial<Use> = {}): Use => ({
  ...at,
  event: "build",
  sequence: 3,
  party: "ems",
  input,
  product: "boards",
  pieces,
  lost: null,
  units: 1_000,
  products: 1,
  workOrder: null,
  line: null,
  site: null,
  bomRevision: null,
  substituteFor: null,
  ...more,
});

/** 498 pieces of the bad lot and 1,502 of a good one went into 1,000 boards, of which 600 were split off. */
const built: Facts = {
  passages: [],
  origins: [
    origin("bad", 700),
    origin("good", 2_000),
    origin("boards", 1_000, { making: "assembled", fields: { mpn: "BOARD" } }),
    origin("box", 600, { making: "split", parent: "boards", fields: { mpn: "BOARD" } }),
  ],
  movements: [
    movement("bad", "received", 700),
    movement("bad", "consumed", -498),
    movement("good", "received", 2_000),
    movement("good", "consumed", -1_502),
    movement("boards", "produced", 1_000),
    movement("boards", "splitOut", -600),
    movement("box", "splitIn", 600),
  ],
  uses: [use("bad", 498), use("good", 1_502)],
};

describe("recallDrill", () => {
  it("bounds the boards that hold a piece, and those of a part of the lot", () => {
    const { products } = recallDrill(built, ["bad"]);
    expect(products.map(({ lot, units, affected }) => [lot, units, affected])).to.deep.equal([
      ["boards", 1_000, [249, 498]],
      ["box", 600, [0, 498]],
    ]);
  });

  it("counts the pieces known to be lost on the line as in no board", () => {
    const uses = [use("bad", 498, { lost: 100 }), use("good", 1_502, { lost: 0 })];
    const [boards] = recallDrill({ ...built, uses }, ["bad"]).products;
    // 1,900 pieces are in 1,000 boards: whole boards have one of them each.
    expect(boards!.affected).to.deep.equal([398, 398]);
  });

  it("adds up, with what was split into lots that are not seen as a line of its own", () => {
    const movements = [
      ...built.movements,
      movement("bad", "splitOut", -100),
      movement("bad", "short", -2),
      movement("bad", "scrapped", -10),
    ];
    const { lots, holders } = recallDrill({ ...built, movements }, ["bad"]);
    expect(lots).to.deep.equal([
      {
        lot: "bad",
        lotNumber: "bad",
        issued: 700,
        free: 90,
        transit: 0,
        handedOn: 0,
        consumed: 498,
        scrapped: 10,
        short: 2,
        unseen: 100,
        difference: 0,
      },
    ]);
    expect(holders).to.deep.equal([
      { party: "ems", lots: 3, pieces: 90, handedOn: 0, units: 1_000 },
    ]);
  });

  it("counts what the reader handed on apart from what it sees where it is", () => {
    const { lots, holders } = recallDrill(built, ["bad"], new Set(["bad"]));
    expect(lots[0]).to.include({ free: 0, handedOn: 202, consumed: 498, difference: 0 });
    expect(holders[0]).to.include({ party: "ems", pieces: 0, handedOn: 202 });
  });

  it("shows a difference where the rows contradict one another", () => {
    const movements = built.movements.filter(
      ({ lot, kind }) => lot !== "bad" || kind !== "consumed",
    );
    expect(recallDrill({ ...built, movements }, ["bad"]).lots[0]!.difference).to.equal(0);
    const [more] = recallDrill({ ...built, movements: [] }, ["bad"]).lots;
    expect(more!.difference).to.equal(700);
  });

  it("follows boards into products, and counts a lot and what was split off it once", () => {
    const device = use("box", 600, {
      event: "devices",
      sequence: 5,
      product: "devices",
      units: 300,
    });
    const facts: Facts = {
      ...built,
      origins: [
        ...built.origins,
        origin("devices", 300, { making: "assembled" }),
        origin("part", 50, { making: "split", parent: "bad" }),
      ],
      movements: [
        ...built.movements,
        movement("bad", "splitOut", -50),
        movement("part", "splitIn", 50),
      ],
      uses: [...built.uses, device],
    };
    const { lots, products } = recallDrill(facts, ["bad", "part"]);
    expect(lots.map(({ lot, free }) => [lot, free])).to.deep.equal([["bad", 202]]);
    expect(products.at(-1)).to.include({ lot: "devices", units: 300 });
    expect(products.at(-1)!.affected).to.deep.equal([0, 300]);
  });
});
