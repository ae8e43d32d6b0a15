// Tests what the views of a lot compute of the service's answers: the balance, countries, what is withheld, the lines of a CSV.
import { expect } from "chai";
import type { EventView } from "../../../api/events.ts";
import type { ReachedLot } from "../../../api/reach.ts";
import { balanceOf } from "../../../web/app/trace/balance.ts";
import { placesOf, routesOf } from "../../../web/app/trace/places.ts";

const ZERO = { handedOn: 0, usedInProducts: 0, scrapped: 0, samples: 0, short: 0, notSeen: 0 };
const holder = (name: string) => ({ address: `0x${name}`, name, roles: [] });
const reached = (one: Partial<ReachedLot> & { at: string }): ReachedLot =>
  ({
    ...{ kind: "pieces", state: "free", quantity: 0, held: false, handedOn: false },
    ...one,
    holder: holder(one.at),
  }) as unknown as ReachedLot;

describe("balanceOf", () => {
  const items = [
    reached({ at: "A", quantity: 400, held: true, state: "on hold" }),
    reached({ at: "A", quantity: 100, state: "in transit" }),
    reached({ at: "B", quantity: 250 }),
    reached({ at: "B", quantity: 30, kind: "product" }),
    reached({ at: "C", quantity: 90, handedOn: true }),
  ];
  const pieces = { ...ZERO, recalled: 1_000, inLots: 750, handedOn: 90, usedInProducts: 160 };

  it("adds up the parts, and says by how much they differ from what was made", () => {
    const balance = balanceOf({ pieces, items });
    expect(balance.parts).to.include({ "on hand": 650, "in transit": 100, used: 160 });
    expect(balance).to.include({ issued: 1_000, sum: 1_000, difference: 0 });
    const less = balanceOf({ pieces, items: items.slice(1) });
    expect(less.difference).to.equal(-400);
  });

  it("lists holders so that their pieces add up to those on hand and in transit", () => {
    const { holders, parts } = balanceOf({ pieces, items });
    expect(
      holders.map(({ holder: { name }, onHand, onHold, inTransit, products }) => [
        ...[name, onHand, onHold],
        ...[inTransit, products],
      ]),
    ).to.deep.equal([
      ["A", 400, 400, 100, 0],
      ["B", 250, 0, 0, 30],
    ]);
    const sum = (of: (one: (typeof holders)[number]) => number) =>
      holders.reduce((all, one) => all + of(one), 0);
    expect(sum(({ onHand }) => onHand)).to.equal(parts["on hand"]);
    expect(sum(({ inTransit }) => inTransit)).to.equal(parts["in transit"]);
  });
});

describe("the countries of a trail", () => {
  const event = (action: EventView["action"], details: object, own: object = {}) =>
    ({
      ...{ action, details, hash: action, time: 1 },
      ...{ actor: holder("A"), consignee: holder("B") },
      entries: [{ lot: "0x1", quantity: 1, isNew: action === "commission", details: own }],
    }) as unknown as EventView;

  it("are those that events state, and no other", () => {
    const events = [
      event("commission", { countryOfOrigin: "JP" }, { fabCountry: "TW", assemblyCountry: "AA" }),
      event("ship", { shipFromCountry: "JP" }),
      event("ship", {}),
      event("receive", { countryOfOrigin: "CN" }),
    ];
    expect(placesOf(events).map(({ country, kind }) => [country, kind])).to.deep.equal([
      ["TW", "wafer made"],
      ["JP", "country of origin"],
    ]);
    expect(routesOf(events)).to.have.length(1);
    expect(routesOf(events)[0]).to.include({ from: "JP", to: null });
  });
});
