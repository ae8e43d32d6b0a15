// Tests the rules of custody as a whole (V01, V02, V03, V05, V06, V08) on trails that are in order,
// broken, remarkable, or cannot be judged. The tests of test/protocol/verify raise each of their
// findings.
import { expect } from "chai";
import type { PolicyDocument } from "../../../../protocol/verdict/policy.ts";
import type { Trail } from "../../../../protocol/trail/trail.ts";
import { Verdict } from "../../../../protocol/verdict/verdict.ts";
import { verify } from "../../../../protocol/verify/verify.ts";
import {
  act,
  commission,
  deliver,
  lotOf,
  maker,
  openWorld,
  trailFor,
  trustIn,
  type World,
} from "../../../support/trails.ts";
import { recover } from "../../../support/recover.ts";

interface Judged {
  policy?: PolicyDocument;
  node?: boolean;
  spoil?: (trail: Trail) => void;
}

describe("custody rules", () => {
  let world: World;
  let serial = 0;

  before(async () => {
    world = await openWorld();
  });

  const number = () => `CUS-${++serial}`;

  async function judge(lot: string, { policy, node = true, spoil }: Judged = {}) {
    const trail = trailFor(world, lot);
    spoil?.(trail);
    const trust = await trustIn(world, policy ? { policy } : {});
    const verdict = Verdict.parse(
      await verify(trail, trust, node ? world.ledger.reader : null, recover),
    );
    return {
      verdict,
      result: (rule: string) => verdict.rules.find((each) => each.rule === rule)!,
      codes: verdict.findings.map(({ code }) => code),
    };
  }

  it("all pass on a valid trail, and the verdict states versions, policy and block", async () => {
    const lot = await commission(world, number(), 1_000);
    await deliver(world, world.maker, world.distributor, [lot]);
    const { verdict, result } = await judge(lot, { policy: { name: "inspection" } });
    const versions = { V01: 3, V02: 1, V03: 2, V05: 2, V06: 1, V08: 2 } as const;
    for (const [rule, version] of Object.entries(versions))
      expect(result(rule), rule).to.include({ rule, version, result: "pass", reason: null });
    expect(verdict.policy).to.include({
      name: "inspection",
      lateAfterSeconds: 30 * 86_400,
      maxDateCodeAgeDays: null,
    });
    expect(verdict.given).to.deep.equal({ label: null, expected: null, facts: null });
    expect(verdict.block).not.to.equal(null);
  });

  describe("rule V01, chain integrity", () => {
    it("fails altered details", async () => {
      const lot = await commission(world, number(), 10);
      const { result } = await judge(lot, {
        spoil: ({ events }) => (events[0]!.details!.open[0]!.value = "another"),
      });
      expect(result("V01").result).to.equal("fail");
    });

    it("warns of a wrong hint", async () => {
      const lot = await commission(world, number(), 10);
      const { result, codes } = await judge(lot, {
        spoil: ({ events }) => (events[0]!.settled!.block += 1),
      });
      expect(result("V01").result).to.equal("warn");
      expect(codes).to.deep.equal(["HINT_WRONG"]);
    });

    it("is not evaluable without a node", async () => {
      const lot = await commission(world, number(), 10);
      const { verdict, result } = await judge(lot, { node: false });
      expect(result("V01")).to.deep.include({ result: "not evaluable" });
      expect(result("V01").reason!.code).to.equal("NO_NODE");
      expect(verdict.verdict).to.equal("INCOMPLETE");
    });
  });

  describe("rule V02, root of origin", () => {
    it("fails a trail that lacks the event that made the lot", async () => {
      const lot = await commission(world, number(), 10);
      const { result } = await judge(lot, { spoil: ({ events }) => events.pop() });
      expect(result("V02").result).to.equal("fail");
    });

    it("warns of an introduced lot", async () => {
      const lot = lotOf(world.broker, number());
      const facts = { [lot]: maker(`CUS-${serial}`) };
      await act(world, world.broker, "introduce", { lots: { [lot]: 10 }, facts });
      expect((await judge(lot)).result("V02").result).to.equal("warn");
    });

    it("warns of another party's brand, unless the policy allows it", async () => {
      const lot = lotOf(world.maker, number());
      const facts = { [lot]: { ...maker(`CUS-${serial}`), brand: "Eastgate" } };
      await act(world, world.maker, "commission", { lots: { [lot]: 10 }, facts });
      const { codes, result, verdict } = await judge(lot);
      expect([codes, result("V02").result]).to.deep.equal([["ORIGIN_OF_OTHER_BRAND"], "warn"]);
      expect(verdict.findings[0]).to.include({
        expected: "Northgate Semiconductor",
        found: "Eastgate",
        lot,
      });
      expect(
        (await judge(lot, { policy: { brands: { Eastgate: [world.maker.address] } } })).codes,
      ).to.deep.equal([]);
      expect(
        (await judge(lot, { policy: { brands: { Eastgate: [world.broker.address] } } })).codes,
      ).to.have.length(1);
      const strict = await judge(lot, {
        policy: { severities: { ORIGIN_OF_OTHER_BRAND: "FAIL" } },
      });
      expect(strict.verdict.verdict).to.equal("FAIL");
    });

    it("ignores case, dots and spaces in names, and treats __proto__ as a name", async () => {
      for (const [manufacturer, count] of [
        ["NORTHGATE  Semiconductor.", 0],
        ["__proto__", 1],
      ] as const) {
        const lot = lotOf(world.maker, number());
        const facts = { [lot]: { ...maker(`CUS-${serial}`), manufacturer } };
        await act(world, world.maker, "commission", { lots: { [lot]: 10 }, facts });
        expect((await judge(lot)).codes, manufacturer).to.have.length(count);
      }
    });

    it("is not evaluable without a node, and reports it if the policy gives it a severity", async () => {
      const lot = await commission(world, number(), 10);
      const { result, codes } = await judge(lot, { node: false, policy: { required: ["V02"] } });
      expect(result("V02").reason!.code).to.equal("BRAND_NOT_COMPARED");
      expect(codes).to.have.members(["NO_NODE", "BRAND_NOT_COMPARED"]);
    });
  });

  describe("rule V03, custody continuity", () => {
    it("fails an event by a party that does not hold the lot", async () => {
      const lot = await commission(world, number(), 10);
      await act(world, world.maker, "inspect", { lots: { [lot]: 10 }, isRecorded: false });
      const spoil = ({ events }: Trail) => {
        const { event } = events.at(-1)!;
        event.actor = event.holder = world.broker.address;
      };
      expect((await judge(lot, { spoil })).result("V03").result).to.equal("fail");
    });

    it("warns of a closed lot", async () => {
      const lot = await commission(world, number(), 10);
      await act(world, world.maker, "scrap", { lots: { [lot]: 0 } });
      expect((await judge(lot)).result("V03").result).to.equal("warn");
    });

    it("is not evaluable without a node or before everything is settled", async () => {
      const lot = await commission(world, number(), 10);
      expect((await judge(lot, { node: false })).result("V03").reason!.code).to.equal(
        "CUSTODY_NOT_COMPARED",
      );
      await act(world, world.maker, "inspect", { lots: { [lot]: 10 }, isRecorded: false });
      expect((await judge(lot)).result("V03").reason!.code).to.equal("CUSTODY_NOT_COMPARED");
    });
  });

  describe("rule V05, late registration", () => {
    it("warns of an event recorded one second later than the policy allows", async () => {
      const lot = lotOf(world.maker, number());
      const facts = { [lot]: maker(`CUS-${serial}`) };
      const item = await act(world, world.maker, "commission", {
        lots: { [lot]: 10 },
        facts,
        late: -600,
      });
      const [{ recorded }] = (await judge(lot)).verdict.events as unknown as [
        { recorded: { time: number } },
      ];
      const late = recorded.time - item.event.time;
      const by = async (lateAfterSeconds: number) =>
        (await judge(lot, { policy: { lateAfterSeconds } })).result("V05");
      expect((await by(late - 1)).result).to.equal("warn");
      expect((await by(late)).result).to.equal("pass");
    });

    it("is not evaluable without a record", async () => {
      const lot = await commission(world, number(), 10);
      expect((await judge(lot, { node: false })).result("V05").reason!.code).to.equal(
        "REGISTRATION_NOT_KNOWN",
      );
    });
  });

  describe("rule V06, mass balance", () => {
    it("fails an increase of pieces", async () => {
      const lot = await commission(world, number(), 10);
      await act(world, world.maker, "inspect", { lots: { [lot]: 10 }, isRecorded: false });
      const spoil = ({ events }: Trail) => void (events.at(-1)!.event.entries[0]!.quantity = 11);
      expect((await judge(lot, { spoil })).result("V06").result).to.equal("fail");
    });

    it("warns of a shortfall", async () => {
      const lot = await commission(world, number(), 10);
      await act(world, world.maker, "ship", {
        lots: { [lot]: 10 },
        consignee: world.distributor.address,
      });
      await act(world, world.distributor, "receive", { lots: { [lot]: 9 } });
      expect((await judge(lot)).result("V06").result).to.equal("warn");
    });

    it("is not evaluable for a trail that breaks off", async () => {
      const lot = await commission(world, number(), 10);
      const { result } = await judge(lot, { spoil: ({ events }) => events.pop() });
      expect(result("V06").reason!.code).to.equal("PIECES_NOT_FOLLOWED");
    });
  });

  describe("rule V08, split and assembly", () => {
    const split = async () => {
      const lot = await commission(world, number(), 10);
      const child = lotOf(world.maker, number());
      const facts = { [child]: { lotNumber: `CUS-${serial}` } };
      await act(world, world.maker, "split", {
        lots: { [lot]: 6, [child]: 4 },
        facts,
        isRecorded: false,
      });
      return { lot, child };
    };

    it("passes parts that add up, and fails parts that do not", async () => {
      const { child } = await split();
      expect((await judge(child)).result("V08").result).to.equal("pass");
      const spoil = ({ events }: Trail) => {
        for (const entry of events.at(-1)!.event.entries)
          if (entry.lot === child) entry.quantity = 5;
      };
      expect((await judge(child, { spoil })).result("V08").result).to.equal("fail");
    });

    it("is not evaluable without the parent", async () => {
      const { child } = await split();
      const { result } = await judge(child, { spoil: ({ events }) => events.shift() });
      expect(result("V08").reason!.code).to.equal("PARENTS_NOT_KNOWN");
    });
  });
});
