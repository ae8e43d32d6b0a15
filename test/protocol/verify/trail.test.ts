// Builds trails from events in any order. Each event follows its predecessors, none is missing,
// and none is unnecessary.
import { expect } from "chai";
import { fc } from "../../support/random.ts";
import { type ActionName, type CustodyEvent, ACTIONS } from "../../../protocol/event/event.ts";
import { ancestryOf, lotsOfTrail } from "../../../protocol/trail/trail.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { trailOf } from "../../support/trail-of.ts";

const id = (text: string) => `0x${Buffer.from(text).toString("hex").padEnd(64, "0")}`;

interface Made {
  name: string;
  event: CustodyEvent;
}

/** Named events on named lots. A lot's word consists of its name and the event's. */
class Story {
  readonly #words = new Map<string, string>();
  readonly producers = new Map<string, Made>();
  readonly events: Made[] = [];

  add(name: string, action: ActionName, lots: string[]): this {
    const entries = lots.map((lot) => ({
      lot: id(lot),
      previous: this.#words.get(id(lot)) ?? ZERO_HASH,
      quantity: 1,
    }));
    const made = {
      name,
      event: {
        action: ACTIONS[action],
        actor: ZERO_ADDRESS,
        holder: ZERO_ADDRESS,
        consignee: ZERO_ADDRESS,
        entries,
        time: 0,
        details: ZERO_HASH,
      },
    };
    for (const lot of lots) {
      this.#words.set(id(lot), id(lot + name));
      this.producers.set(id(lot) + id(lot + name), made);
    }
    this.events.push(made);
    return this;
  }

  trail(lot: string): string[] {
    const word = this.#words.get(id(lot)) ?? ZERO_HASH;
    return trailOf(id(lot), word, (each, at) => this.producers.get(each + at)).map(
      ({ name }) => name,
    );
  }
}

describe("trailOf", () => {
  it("returns a lot's own events in their order", () => {
    const story = new Story()
      .add("c", "commission", ["A", "B"])
      .add("s", "ship", ["A"])
      .add("i", "inspect", ["B"]);
    story.add("r", "receive", ["A"]);
    expect(story.trail("A")).to.deep.equal(["c", "s", "r"]);
    expect(story.trail("B")).to.deep.equal(["c", "i"]);
    expect(story.trail("unknown")).to.deep.equal([]);
  });

  it("follows splits and assemblies back, and omits later events of ancestors", () => {
    const story = new Story()
      .add("cA", "commission", ["A"])
      .add("cB", "commission", ["B"])
      .add("split", "split", ["A", "C"])
      .add("later", "scrap", ["A"])
      .add("shipC", "ship", ["C"])
      .add("make", "assemble", ["B", "C", "P"])
      .add("closed", "scrap", ["B"])
      .add("shipP", "ship", ["P"]);
    expect(new Set(story.trail("P"))).to.deep.equal(
      new Set(["cA", "cB", "split", "shipC", "make", "shipP"]),
    );
    expect(story.trail("A")).to.deep.equal(["cA", "split", "later"]);
    expect(story.trail("B")).to.deep.equal(["cB", "make", "closed"]);
  });

  it("places an event that two ancestors share after the predecessors of both", () => {
    const story = new Story()
      .add("c", "commission", ["A"])
      .add("split1", "split", ["A", "B"])
      .add("split2", "split", ["A", "C"])
      .add("lookC", "inspect", ["C"])
      .add("shipBC", "ship", ["B", "C"])
      .add("make", "assemble", ["B", "C", "P"]);
    const trail = story.trail("P");
    expect(trail).to.have.length(6);
    expect(trail.indexOf("lookC")).to.be.below(trail.indexOf("shipBC"));
    expect(trail.indexOf("split1")).to.be.below(trail.indexOf("split2"));
  });

  it("includes events of a parent before it moved together with its child", () => {
    const story = new Story()
      .add("c", "commission", ["A"])
      .add("split", "split", ["A", "B"])
      .add("look", "inspect", ["A"])
      .add("ship", "ship", ["A", "B"])
      .add("scrap", "scrap", ["A"]);
    expect(story.trail("B")).to.deep.equal(["c", "split", "look", "ship"]);
  });

  it("connects every word to its predecessor, for any sequence of events", () => {
    const lots = ["A", "B", "C", "D", "E", "F"];
    const step = fc.record({
      action: fc.constantFrom<ActionName>("commission", "ship", "split", "assemble", "inspect"),
      lots: fc.uniqueArray(fc.constantFrom(...lots), { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(...lots), (steps, lot) => {
        const story = new Story();
        steps.forEach((each, i) => story.add(`e${i}`, each.action, each.lots));
        const trail = story.trail(lot).map((name) => story.events[Number(name.slice(1))]!);
        expect(new Set(trail).size).to.equal(trail.length);
        const own = story.events.filter(({ event }) =>
          event.entries.some((entry) => entry.lot === id(lot)),
        );
        expect(trail).to.include.members(own);
        const ancestry = ancestryOf(id(lot), trail);
        const words = new Map<string, string>();
        for (const { name, event } of trail) {
          const followed = event.entries.filter((entry) => ancestry.lots.has(entry.lot));
          expect(followed).not.to.deep.equal([]);
          for (const entry of followed) {
            expect(entry.previous).to.equal(words.get(entry.lot) ?? ZERO_HASH);
            words.set(entry.lot, id(nameOf(entry.lot) + name));
          }
        }
      }),
    );
  });

  const nameOf = (lot: string): string =>
    Buffer.from(lot.slice(2).replace(/(00)+$/, ""), "hex").toString();

  it("stops at an unknown producer and in a circle of events", () => {
    const story = new Story().add("c", "commission", ["A"]).add("s", "ship", ["A"]);
    story.producers.delete([...story.producers.keys()][0]!);
    expect(story.trail("A")).to.deep.equal(["s"]);
    const [a, b] = [id("A"), id("w1")];
    const circle = (name: string, previous: string) => ({
      name,
      event: { ...story.events[0]!.event, entries: [{ lot: a, previous, quantity: 1 }] },
    });
    const one = circle("one", id("w2"));
    const two = circle("two", b);
    expect(trailOf(a, b, (_, word) => (word === b ? one : two)).length).to.be.below(3);
  });

  it("lists the lots whose notices belong to the trail", () => {
    const story = new Story().add("in", "introduce", ["A", "B"]).add("split", "split", ["A", "C"]);
    const claim = id("claimed");
    const salt = `0x${"00".repeat(16)}`;
    const events = story.events.map(({ name, event }) => ({
      event,
      signature: null,
      details:
        name === "in"
          ? {
              open: [0, 1].map((i) => ({
                path: ["entries" as const, i, "claimsLot" as const] as [
                  "entries",
                  number,
                  "claimsLot",
                ],
                value: i === 0 ? claim : id("other"),
                salt,
              })),
              withheld: [],
            }
          : null,
    }));
    expect(lotsOfTrail(id("C"), events)).to.have.members([id("C"), id("A"), claim]);
    expect(lotsOfTrail(id("B"), events)).to.have.members([id("B"), id("other")]);
  });

  it("looks up every word once", () => {
    const lots = ["A", "B", "C"];
    const story = new Story().add("c", "commission", lots).add("make", "assemble", [...lots, "P"]);
    for (let i = 0; i < 50; i++) story.add(`e${i}`, "inspect", [...lots, "P"]);
    const asked: string[] = [];
    const word = [...story.producers.keys()].at(-1)!.slice(id("P").length);
    trailOf(id("P"), word, (lot, at) => {
      asked.push(lot + at);
      return story.producers.get(lot + at);
    });
    expect(asked).to.have.length(51 + 3 * 51);
    expect(new Set(asked).size).to.equal(asked.length);
  });
});
