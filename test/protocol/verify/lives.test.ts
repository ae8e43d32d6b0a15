// Takes lots through their lives on a real ledger, and checks the verdict at each step.
import { expect } from "chai";
import { disclose } from "../../../protocol/event/disclosure.ts";
import { eventDigest } from "../../../protocol/event/event.ts";
import type { Trail, TrailEvent } from "../../../protocol/trail/trail.ts";
import { type Verdict, Verdict as VerdictSchema } from "../../../protocol/verdict/verdict.ts";
import type { Trust } from "../../../protocol/verdict/trust.ts";
import { verify } from "../../../protocol/verify/verify.ts";
import { ZERO_ADDRESS } from "../../../protocol/base/values.ts";
import { enrol, mine, passTime, reinstate, revoke, suspend } from "../../support/ledger.ts";
import {
  type World,
  act,
  commission,
  deliver,
  follow,
  giveNotice,
  lotOf,
  maker,
  openWorld,
  settle,
  sign,
  trailFor,
  trustIn,
} from "../../support/trails.ts";
import { expectFinding, codes, findingsOf } from "../../support/verdicts.ts";
import { recover } from "../../support/recover.ts";

describe("verify, on the lives of lots", () => {
  let world: World;
  let made = 0;

  before(async () => {
    world = await openWorld();
  });

  const number = (): string => `R${++made}`;
  const digestOf = (item: TrailEvent): string => eventDigest(world.ledger.domain, item.event);
  async function judged(
    lot: string,
    more: Partial<Trust> = {},
    change: (trail: Trail) => void = () => undefined,
  ) {
    const trail = trailFor(world, lot);
    change(trail);
    const verdict = await verify(trail, await trustIn(world, more), world.ledger.reader, recover);
    expect(VerdictSchema.parse(verdict)).to.deep.equal(verdict);
    return verdict;
  }
  /** A lot with its present quantity. */
  const pieces = (lot: string) => ({ [lot]: world.states.get(lot)!.quantity });

  describe("verify, on lots in good order", () => {
    it("passes a lot that went from its maker to another party", async () => {
      const lot = await commission(world, number(), 1000);
      await deliver(world, world.maker, world.distributor, [lot]);
      const verdict = await judged(lot, { node: "here", finality: 0 });
      expect(findingsOf(verdict)).to.deep.equal([]);
      const head = await world.ledger.reader.head();
      expect(verdict).to.deep.include({
        verdict: "PASS",
        lot,
        inTransit: false,
        notices: [],
        block: { number: head.number, hash: head.hash, time: head.time },
        trusted: { ...world.ledger.domain, finality: 0, now: head.time, node: "here" },
        state: world.states.get(lot)!,
        identity: {
          lotNumber: `R${made}`,
          manufacturer: "Northgate Semiconductor",
          mpn: "NG74LVC1G08-Q",
          makerLot: "K7T221",
          dateCode: "2631",
        },
      });
      expect(verdict.events.map(({ action, recorded }) => [action, recorded?.final])).to.deep.equal(
        [
          [1, true],
          [3, true],
          [4, true],
        ],
      );
      const [first] = trailFor(world, lot).events;
      expect(verdict.origin).to.deep.equal({
        lot,
        event: digestOf(first!),
        action: "commission",
        party: world.maker.address,
        time: first!.event.time,
      });
      expect(verdict.events[0]!.recorded).to.include(first!.settled!);
      expect(verdict.parties.map(({ name }) => name)).to.deep.equal([
        "Northgate Semiconductor",
        "Harbour Components",
      ]);
    });

    it("passes a lot in transit, and marks it as in transit", async () => {
      const lot = await commission(world, number(), 10);
      await act(world, world.maker, "ship", {
        lots: pieces(lot),
        consignee: world.distributor.address,
      });
      const verdict = await judged(lot);
      expect([verdict.verdict, verdict.inTransit]).to.deep.equal(["PASS", true]);
      expect(verdict.state!.consignee).to.equal(world.distributor.address);
    });

    it("passes a lot that was refused, cancelled, inspected, held and released", async () => {
      const lot = await commission(world, number(), 10);
      const ship = () =>
        act(world, world.maker, "ship", {
          lots: pieces(lot),
          consignee: world.distributor.address,
        });
      await ship();
      await act(world, world.distributor, "refuse", {
        lots: pieces(lot),
        holder: world.maker.address,
      });
      await ship();
      await act(world, world.maker, "cancel", { lots: pieces(lot) });
      await act(world, world.maker, "inspect", {
        lots: pieces(lot),
        shared: { inspectionResult: "accepted" },
      });
      await act(world, world.maker, "hold", { lots: pieces(lot) });
      await act(world, world.maker, "release", {
        lots: pieces(lot),
        shared: { reason: "counted again" },
      });
      const verdict = await judged(lot);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal([
        "PASS",
        ["OBJECTION_ANSWERED", "HOLD_RELEASED"],
      ]);
    });

    it("passes each lot of a shipment with other lots that the trail leaves out", async () => {
      const lots = await Promise.all(
        [number(), number(), number()].map((each) => commission(world, each, 10)),
      );
      await act(world, world.maker, "inspect", { lots: pieces(lots[0]!) });
      await deliver(world, world.maker, world.distributor, lots);
      for (const lot of lots) {
        const verdict = await judged(lot);
        expect(findingsOf(verdict)).to.deep.equal([]);
        expect(verdict.state).to.deep.equal(world.states.get(lot));
      }
    });

    it("passes a reel split twice, with its origin in the maker's lot", async () => {
      const [first, second, third] = [number(), number(), number()];
      const lot = await commission(world, first, 1000);
      await deliver(world, world.maker, world.distributor, [lot]);
      const child = lotOf(world.distributor, second);
      await act(world, world.distributor, "split", {
        lots: { [lot]: 600, [child]: 400 },
        facts: { [child]: { lotNumber: second } },
      });
      const grandchild = lotOf(world.distributor, third);
      await act(world, world.distributor, "split", {
        lots: { [child]: 0, [grandchild]: 400 },
        facts: { [grandchild]: { lotNumber: third } },
      });
      // Later events of the parent are not part of the child's past.
      await act(world, world.distributor, "scrap", { lots: { [lot]: 0 } });
      const verdict = await judged(grandchild);
      expect(findingsOf(verdict)).to.deep.equal([]);
      expect(verdict.origin).to.include({ lot, action: "commission" });
      expect(verdict.identity.mpn).to.equal("NG74LVC1G08-Q");
      expect(verdict.events).to.have.length(5);
    });

    it("passes a child whose parent had other events with it and without it", async () => {
      const second = number();
      const lot = await commission(world, number(), 1000);
      const child = lotOf(world.maker, second);
      await act(world, world.maker, "split", {
        lots: { [lot]: 600, [child]: 400 },
        facts: { [child]: { lotNumber: second } },
      });
      const between = await act(world, world.maker, "inspect", { lots: pieces(lot) });
      await deliver(world, world.maker, world.distributor, [lot, child]);
      const verdict = await judged(child);
      expect(findingsOf(verdict)).to.deep.equal([]);
      expect(verdict.events).to.have.length(5);
      const without = (trail: Trail) => {
        trail.events = trail.events.filter(
          ({ event }) => event.details !== between.event.details || event.action !== 9,
        );
        expect(trail.events).to.have.length(4);
      };
      expect(findingsOf(await judged(child, {}, without))).to.deep.equal([]);
      const later = await act(world, world.distributor, "inspect", { lots: pieces(lot) });
      expect(findingsOf(await judged(child, {}, ({ events }) => events.push(later)))).to.deep.equal(
        [],
      );
    });

    it("passes a product, with its origin in its assembly", async () => {
      const inputs = [
        await commission(world, number(), 100),
        await commission(world, number(), 50, "NG-LDO33"),
      ];
      await deliver(world, world.maker, world.assembler, inputs);
      const serial = number();
      const product = lotOf(world.assembler, serial);
      const item = await act(world, world.assembler, "assemble", {
        lots: { [inputs[0]!]: 90, [inputs[1]!]: 0, [product]: 10 },
        facts: { [product]: { lotNumber: serial, mpn: "LH-CTRL-7", productName: "Motor control" } },
      });
      const verdict = await judged(product);
      expect(findingsOf(verdict)).to.deep.equal([]);
      expect(verdict.origin).to.include({
        lot: product,
        action: "assemble",
        event: digestOf(item),
      });
      expect(verdict.identity).to.deep.equal({
        lotNumber: serial,
        manufacturer: null,
        mpn: "LH-CTRL-7",
        makerLot: null,
        dateCode: null,
      });
      // Each input's own trail ends in the same assembly, and has nothing of the other input.
      expect(findingsOf(await judged(inputs[0]!))).to.deep.equal([]);
    });

    it("passes a lot whose private fields are withheld", async () => {
      const lot = await commission(world, number(), 10);
      await act(world, world.maker, "ship", {
        lots: pieces(lot),
        consignee: world.distributor.address,
        shared: { carrier: "Brightline Freight", packingList: "PL-1", deliveryNote: "DN-2" },
      });
      const verdict = await judged(lot, {}, ({ events }) => {
        withhold(events[1]!, "packingList", "deliveryNote");
        expect(events[1]!.details!.withheld).to.have.length(2);
      });
      expect(findingsOf(verdict)).to.deep.equal([]);
    });
  });

  /** Withholds every field of these names in one event of a trail. */
  function withhold(item: TrailEvent, ...names: string[]): void {
    const { details, secret } = world.secrets.get(item.event.details)!;
    item.details = disclose(details, secret, (path) => !names.includes(String(path.at(-1))));
  }

  describe("verify, on lots with doubts", () => {
    it("warns of an introduced lot, and of a lot split from it", async () => {
      const [first, second] = [number(), number()];
      const lot = lotOf(world.broker, first);
      const item = await act(world, world.broker, "introduce", {
        lots: { [lot]: 500 },
        facts: { [lot]: { ...maker(first), used: true } },
      });
      const found = { code: "ORIGIN_INTRODUCED", verdict: "WARN", event: digestOf(item), lot };
      const verdict = await judged(lot);
      expect([verdict.verdict, findingsOf(verdict)]).to.deep.equal(["WARN", [found]]);
      expect(verdict.origin).to.include({ action: "introduce", party: world.broker.address });
      const child = lotOf(world.broker, second);
      await act(world, world.broker, "split", {
        lots: { [lot]: 400, [child]: 100 },
        facts: { [child]: { lotNumber: second } },
      });
      expect(findingsOf(await judged(child))).to.deep.equal([found]);
    });

    it("warns of a product's introduced input, and keeps the assembly as the product's origin", async () => {
      const [first, second] = [number(), number()];
      const input = lotOf(world.assembler, first);
      await act(world, world.assembler, "introduce", {
        lots: { [input]: 5 },
        facts: { [input]: maker(first) },
      });
      const product = lotOf(world.assembler, second);
      await act(world, world.assembler, "assemble", {
        lots: { [input]: 0, [product]: 1 },
        facts: { [product]: { lotNumber: second, mpn: "LH-1" } },
      });
      const verdict = await judged(product);
      expect(codes(verdict)).to.deep.equal(["ORIGIN_INTRODUCED"]);
      expectFinding(verdict, { lot: input });
      expect(verdict.origin).to.include({ action: "assemble", lot: product });
    });

    it("warns of a lot that was received short", async () => {
      const lot = await commission(world, number(), 100);
      await act(world, world.maker, "ship", {
        lots: pieces(lot),
        consignee: world.distributor.address,
      });
      const item = await act(world, world.distributor, "receive", { lots: { [lot]: 97 } });
      const verdict = await judged(lot);
      expect([verdict.verdict, findingsOf(verdict)]).to.deep.equal([
        "WARN",
        [
          {
            code: "RECEIVED_SHORT",
            verdict: "WARN",
            event: digestOf(item),
            lot,
            field: "entries.0.quantity",
            expected: 100,
            found: 97,
          },
        ],
      ]);
    });

    it("warns of a closed lot", async () => {
      const lot = await commission(world, number(), 100);
      const item = await act(world, world.maker, "scrap", {
        lots: { [lot]: 0 },
        shared: { reason: "test" },
      });
      const verdict = await judged(lot);
      expect([verdict.verdict, findingsOf(verdict)]).to.deep.equal([
        "WARN",
        [{ code: "LOT_IS_CLOSED", verdict: "WARN", event: digestOf(item), lot }],
      ]);
    });

    it("warns of an event recorded later than the policy allows", async () => {
      const lot = await commission(world, number(), 100);
      const day = 24 * 60 * 60;
      const item = await sign(world, world.maker, "inspect", { lots: pieces(lot) });
      await passTime(world.ledger, 31 * day);
      await settle(world, item);
      follow(world, item);
      const verdict = await judged(lot);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["WARN", ["SETTLED_LATE"]]);
      expectFinding(verdict, { event: digestOf(item), field: "time", found: item.event.time });
      expect(codes(await judged(lot, { policy: { lateAfterSeconds: 32 * day } }))).to.deep.equal(
        [],
      );
    });

    it("warns of a wrong hint at the transaction and the block", async () => {
      const lot = await commission(world, number(), 100);
      const { settled } = trailFor(world, lot).events[0]!;
      const verdict = await judged(lot, {}, ({ events }) => {
        events[0]!.settled = { transaction: lot, block: 1 };
      });
      expect(
        findingsOf(verdict).map(({ code, field, expected, found }) => [
          code,
          field,
          expected,
          found,
        ]),
      ).to.deep.equal([
        ["HINT_WRONG", "settled.transaction", settled!.transaction, lot],
        ["HINT_WRONG", "settled.block", settled!.block, 1],
      ]);
      expect(verdict.verdict).to.equal("WARN");
    });
  });

  describe("verify, on lots on hold", () => {
    it("holds a lot on hold, also after a release that is not recorded", async () => {
      const lot = await commission(world, number(), 100);
      const item = await act(world, world.maker, "hold", { lots: pieces(lot) });
      const verdict = await judged(lot);
      expect([verdict.verdict, findingsOf(verdict)]).to.deep.equal([
        "HOLD",
        [{ code: "LOT_IS_HELD", verdict: "HOLD", event: digestOf(item), lot }],
      ]);
      await act(world, world.maker, "release", { lots: pieces(lot), isRecorded: false });
      expect((await judged(lot)).verdict).to.equal("HOLD");
    });

    it("holds a lot split from a lot on hold, until it is released", async () => {
      const lot = await commission(world, number(), 100);
      await act(world, world.maker, "hold", { lots: pieces(lot) });
      const second = number();
      const child = lotOf(world.maker, second);
      await act(world, world.maker, "split", {
        lots: { [lot]: 60, [child]: 40 },
        facts: { [child]: { lotNumber: second } },
      });
      expect((await judged(child)).verdict).to.equal("HOLD");
      await act(world, world.maker, "release", {
        lots: { [child]: 40 },
        shared: { reason: "counted again" },
      });
      expect((await judged(child)).verdict).to.equal("PASS");
    });
  });

  describe("verify, on missing knowledge", () => {
    it("is incomplete while the ledger has not recorded the latest event", async () => {
      const lot = await commission(world, number(), 100);
      const ship = await act(world, world.maker, "ship", {
        lots: pieces(lot),
        consignee: world.distributor.address,
        isRecorded: false,
      });
      const verdict = await judged(lot);
      expect([verdict.verdict, findingsOf(verdict)]).to.deep.equal([
        "INCOMPLETE",
        [{ code: "NOT_RECORDED", verdict: "INCOMPLETE", event: digestOf(ship) }],
      ]);
      expect(verdict.events.map(({ recorded }) => recorded === null)).to.deep.equal([false, true]);
      expect(verdict.inTransit).to.equal(true);
    });

    it("is incomplete while the ledger has not recorded any event of the lot", async () => {
      const first = number();
      const lot = lotOf(world.maker, first);
      await act(world, world.maker, "commission", {
        lots: { [lot]: 5 },
        facts: { [lot]: maker(first) },
        isRecorded: false,
      });
      const verdict = await judged(lot);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["INCOMPLETE", ["NOT_RECORDED"]]);
    });

    it("is incomplete until enough blocks confirm the record", async () => {
      const lot = await commission(world, number(), 100);
      await mine(world.ledger, 1);
      expect(codes(await judged(lot, { finality: 1 }))).to.deep.equal([]);
      const verdict = await judged(lot, { finality: 2 });
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["INCOMPLETE", ["NOT_FINAL"]]);
      expect(verdict.events[0]!.recorded!.final).to.equal(false);
      await mine(world.ledger, 1);
      expect(codes(await judged(lot, { finality: 2 }))).to.deep.equal([]);
    });

    it("is incomplete when an event's details are missing", async () => {
      const lot = await commission(world, number(), 100);
      await deliver(world, world.maker, world.distributor, [lot]);
      const verdict = await judged(lot, {}, ({ events }) => {
        events[1]!.details = null;
      });
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["INCOMPLETE", ["DETAILS_MISSING"]]);
      expectFinding(verdict, {
        event: digestOf(trailFor(world, lot).events[1]!),
        field: "details",
      });
      const blind = await judged(lot, {}, ({ events }) => {
        events[0]!.details = null;
      });
      expect([blind.verdict, codes(blind)]).to.deep.equal([
        "INCOMPLETE",
        ["DETAILS_MISSING", "LOT_NUMBER_MISSING"],
      ]);
      expect(blind.identity.mpn).to.equal(null);
    });

    it("is incomplete when a signature is missing", async () => {
      const lot = await commission(world, number(), 100);
      const verdict = await judged(lot, {}, ({ events }) => {
        events[0]!.signature = null;
      });
      expect([verdict.verdict, codes(verdict)]).to.deep.equal([
        "INCOMPLETE",
        ["SIGNATURE_MISSING"],
      ]);
      expectFinding(verdict, {
        event: digestOf(trailFor(world, lot).events[0]!),
        field: "signature",
      });
    });

    for (const name of ["manufacturer", "mpn", "makerLot", "dateCode"])
      it(`is incomplete when ${name} is withheld`, async () => {
        const lot = await commission(world, number(), 100);
        const verdict = await judged(lot, {}, ({ events }) => withhold(events[0]!, name));
        expect([verdict.verdict, codes(verdict)]).to.deep.equal([
          "INCOMPLETE",
          ["IDENTITY_WITHHELD"],
        ]);
        expectFinding(verdict, { lot, field: `details.entries.0.${name}` });
      });

    it("is incomplete when the lot number is withheld", async () => {
      const lot = await commission(world, number(), 100);
      const verdict = await judged(lot, {}, ({ events }) => withhold(events[0]!, "lotNumber"));
      expect([verdict.verdict, codes(verdict)]).to.deep.equal([
        "INCOMPLETE",
        ["LOT_NUMBER_MISSING"],
      ]);
      expectFinding(verdict, { lot, field: "details.entries.0.lotNumber" });
    });

    it("is incomplete when the origin gives no manufacturer and no part number", async () => {
      const first = number();
      const lot = lotOf(world.broker, first);
      await act(world, world.broker, "introduce", {
        lots: { [lot]: 5 },
        facts: { [lot]: { lotNumber: first } },
      });
      const verdict = await judged(lot);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal([
        "INCOMPLETE",
        ["IDENTITY_MISSING", "IDENTITY_MISSING", "ORIGIN_INTRODUCED"],
      ]);
      for (const name of ["manufacturer", "mpn"])
        expectFinding(verdict, { lot, field: `details.entries.0.${name}` });
    });

    it("is incomplete when the claimed maker's lot is withheld", async () => {
      const first = number();
      const lot = lotOf(world.broker, first);
      await act(world, world.broker, "introduce", {
        lots: { [lot]: 5 },
        facts: { [lot]: { ...maker(first), claimsLot: lotOf(world.maker, "elsewhere") } },
      });
      const verdict = await judged(lot, {}, ({ events }) => withhold(events[0]!, "claimsLot"));
      expect([verdict.verdict, codes(verdict)]).to.deep.equal([
        "INCOMPLETE",
        ["CLAIM_WITHHELD", "ORIGIN_INTRODUCED"],
      ]);
    });

    it("is incomplete when the newest block is older than the policy allows", async () => {
      const lot = await commission(world, number(), 100);
      const { time } = await world.ledger.reader.head();
      const at = (age: number) =>
        judged(lot, { now: time + age, policy: { maxHeadAgeSeconds: 600 } });
      expect((await at(600)).verdict).to.equal("PASS");
      const verdict = await at(601);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["INCOMPLETE", ["HEAD_STALE"]]);
    });
  });

  describe("verify, on contradictions", () => {
    it("fails an event that is dated before its predecessor", async () => {
      const lot = await commission(world, number(), 100);
      const item = await act(world, world.maker, "inspect", { lots: pieces(lot), late: -1000 });
      const verdict = await judged(lot);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal([
        "FAIL",
        ["TIME_BEFORE_PREDECESSOR"],
      ]);
      const [first] = trailFor(world, lot).events;
      expectFinding(verdict, {
        event: digestOf(item),
        field: "time",
        expected: first!.event.time,
        found: item.event.time,
      });
    });

    it("fails a lot number that does not match the lot's id", async () => {
      const lot = lotOf(world.maker, number());
      const item = await act(world, world.maker, "commission", {
        lots: { [lot]: 5 },
        facts: { [lot]: maker("another") },
      });
      const verdict = await judged(lot);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["FAIL", ["LOT_NUMBER_MISMATCH"]]);
      expectFinding(verdict, {
        event: digestOf(item),
        lot,
        field: "details.entries.0.lotNumber",
        expected: lot,
        found: lotOf(world.maker, "another"),
      });
    });

    for (const [name, value] of Object.entries({
      manufacturer: "Northgate Semi",
      mpn: "NG74LVC1G08",
      makerLot: "K7T222",
      dateCode: "2632",
    }))
      for (const place of ["own", "shared"])
        it(`fails a different ${name} downstream, in its ${place} field`, async () => {
          const lot = await commission(world, number(), 100);
          const says = { [name]: value };
          const item = await act(world, world.maker, "inspect", {
            lots: pieces(lot),
            ...(place === "own" ? { facts: { [lot]: says } } : { shared: says }),
          });
          const verdict = await judged(lot);
          expect([verdict.verdict, codes(verdict)]).to.deep.equal([
            "FAIL",
            ["IDENTITY_CONTRADICTED"],
          ]);
          expectFinding(verdict, {
            event: digestOf(item),
            lot,
            expected: maker("")[name as "mpn"],
            found: value,
            field: place === "own" ? `details.entries.0.${name}` : `details.${name}`,
          });
        });

    it("reports a child's contradicting part number, and a date code that the origin left open", async () => {
      const [first, second] = [number(), number()];
      const lot = lotOf(world.maker, first);
      const { dateCode: _dateCode, ...rest } = maker(first);
      await act(world, world.maker, "commission", { lots: { [lot]: 100 }, facts: { [lot]: rest } });
      const child = lotOf(world.maker, second);
      await act(world, world.maker, "split", {
        lots: { [lot]: 60, [child]: 40 },
        facts: { [child]: { lotNumber: second, mpn: "NG74LVC1G08-A", dateCode: "2631" } },
      });
      const verdict = await judged(child);
      expect(codes(verdict)).to.deep.equal(["IDENTITY_CONTRADICTED", "IDENTITY_ADDED"]);
      for (const finding of verdict.findings) expect(finding.lot).to.equal(child);
    });

    it("is incomplete when identity is withheld downstream", async () => {
      const lot = await commission(world, number(), 100);
      await act(world, world.maker, "inspect", {
        lots: pieces(lot),
        facts: { [lot]: { mpn: "NG74LVC1G08-Q" } },
      });
      expect(codes(await judged(lot))).to.deep.equal([]);
      const verdict = await judged(lot, {}, ({ events }) => withhold(events[1]!, "mpn"));
      expect([verdict.verdict, codes(verdict)]).to.deep.equal([
        "INCOMPLETE",
        ["IDENTITY_WITHHELD"],
      ]);
    });

    it("fails a product with the part number of one of its inputs, in any spelling", async () => {
      const lot = await commission(world, number(), 100);
      await deliver(world, world.maker, world.assembler, [lot]);
      const serial = number();
      const product = lotOf(world.assembler, serial);
      const item = await act(world, world.assembler, "assemble", {
        lots: { [lot]: 0, [product]: 100 },
        facts: { [product]: { lotNumber: serial, mpn: "ng74lvc1g08-q" } },
      });
      for (const each of [product, lot]) {
        const verdict = await judged(each);
        expect(verdict.verdict).to.equal("FAIL");
        expectFinding(verdict, { code: "PRODUCT_IS_INPUT", event: digestOf(item), lot: product });
      }
    });

    it("applies a shared part number of an assembly to the products only", async () => {
      const lot = await commission(world, number(), 100);
      await deliver(world, world.maker, world.assembler, [lot]);
      const serial = number();
      const product = lotOf(world.assembler, serial);
      await act(world, world.assembler, "assemble", {
        lots: { [lot]: 0, [product]: 100 },
        shared: { mpn: "LH-9" },
        facts: { [product]: { lotNumber: serial } },
      });
      expect(findingsOf(await judged(product))).to.deep.equal([]);
    });

    describe("verify, on an event that the ledger would refuse", () => {
      const expectRefused = async (item: TrailEvent, expected: object) => {
        const lot = item.event.entries[0]!.lot;
        const verdict = await judged(lot);
        expect(verdict.verdict).to.equal("FAIL");
        expectFinding(verdict, { event: digestOf(item), ...expected });
        expectFinding(verdict, { code: "NOT_RECORDED", event: digestOf(item) });
      };

      it("fails a key that was never enrolled", async () => {
        const lot = await commission(world, number(), 100);
        const item = await act(world, world.maker, "inspect", {
          lots: pieces(lot),
          key: world.broker.key,
          isRecorded: false,
        });
        await expectRefused(item, {
          code: "KeyNotOfParty",
          field: "signature",
          expected: world.maker.address,
          found: world.broker.key.address,
        });
      });

      it("fails a key that was revoked before the event was recorded", async () => {
        const lot = await commission(world, number(), 100);
        const key = await enrol(world.ledger, world.maker.address);
        const item = await act(world, world.maker, "inspect", {
          lots: pieces(lot),
          key,
          isRecorded: false,
        });
        expect((await judged(lot)).verdict).to.equal("INCOMPLETE");
        await revoke(world.ledger, world.maker, key);
        await expectRefused(item, { code: "KeyIsRevoked", field: "signature", found: key.address });
      });

      it("fails a party that was suspended before the event was recorded", async () => {
        const lot = await commission(world, number(), 100);
        await deliver(world, world.maker, world.broker, [lot]);
        const item = await act(world, world.broker, "inspect", {
          lots: pieces(lot),
          isRecorded: false,
        });
        await suspend(world.ledger, world.broker);
        await expectRefused(item, {
          code: "PartyIsSuspended",
          field: "actor",
          found: world.broker.address,
        });
        await reinstate(world.ledger, world.broker);
        expect((await judged(lot)).verdict).to.equal("INCOMPLETE");
      });

      it("fails a consignee that was never admitted", async () => {
        const lot = await commission(world, number(), 100);
        const [nobody] = world.ledger.spare;
        const item = await act(world, world.maker, "ship", {
          lots: pieces(lot),
          consignee: nobody!,
          isRecorded: false,
        });
        await expectRefused(item, { code: "PartyNotAdmitted", field: "consignee", found: nobody! });
      });

      it("fails a party without the required role", async () => {
        const first = number();
        const lot = lotOf(world.broker, first);
        const item = await act(world, world.broker, "commission", {
          lots: { [lot]: 5 },
          facts: { [lot]: maker(first) },
          isRecorded: false,
        });
        await expectRefused(item, {
          code: "RoleMissing",
          field: "actor",
          found: world.broker.address,
        });
      });

      it("fails a time too far ahead of the reader's clock", async () => {
        const lot = await commission(world, number(), 100);
        const item = await act(world, world.maker, "inspect", {
          lots: pieces(lot),
          late: 16 * 60,
          isRecorded: false,
        });
        await expectRefused(item, {
          code: "TimeTooFarAhead",
          field: "time",
          found: item.event.time,
        });
      });
    });
  });

  describe("verify, on an event recorded before a revocation or suspension", () => {
    it("passes an event recorded before its key was revoked", async () => {
      const lot = await commission(world, number(), 100);
      const key = await enrol(world.ledger, world.maker.address);
      await act(world, world.maker, "inspect", { lots: pieces(lot), key });
      await revoke(world.ledger, world.maker, key);
      expect(findingsOf(await judged(lot))).to.deep.equal([]);
    });

    it("passes an event recorded before its party was suspended", async () => {
      const lot = await commission(world, number(), 100);
      await deliver(world, world.maker, world.broker, [lot]);
      await suspend(world.ledger, world.broker);
      const verdict = await judged(lot);
      expect(findingsOf(verdict)).to.deep.equal([]);
      expect(
        verdict.parties.find(({ party }) => party === world.broker.address)!.suspended,
      ).to.equal(true);
      await reinstate(world.ledger, world.broker);
    });
  });

  it("judges by the block that the reader names", async () => {
    const lot = await commission(world, number(), 100);
    const then = await world.ledger.reader.head();
    const before = trailFor(world, lot);
    const item = await act(world, world.maker, "inspect", { lots: pieces(lot) });
    const trust = await trustIn(world);
    const stale = await verify(before, trust, world.ledger.reader, recover);
    expect([
      stale.verdict,
      findingsOf(stale).map(({ code, event }) => [code, event]),
    ]).to.deep.equal(["FAIL", [["LATER_EVENT_MISSING", digestOf(item)]]]);
    const asOfThen: Verdict = await verify(
      before,
      { ...trust, at: then.hash },
      world.ledger.reader,
      recover,
    );
    expect(asOfThen.verdict).to.equal("PASS");
    expect(asOfThen.block!.hash).to.equal(then.hash);
  });

  it("is incomplete while a later event that the trail lacks is not final", async () => {
    const lot = await commission(world, number(), 100);
    await mine(world.ledger, 3);
    const before = trailFor(world, lot);
    await act(world, world.maker, "inspect", { lots: pieces(lot) });
    const verdict = await verify(
      before,
      await trustIn(world, { finality: 3 }),
      world.ledger.reader,
      recover,
    );
    expect([verdict.verdict, codes(verdict)]).to.deep.equal([
      "INCOMPLETE",
      ["LATER_EVENT_MISSING"],
    ]);
  });

  it("gives the zero address as consignee of a lot that is not in transit", async () => {
    const lot = await commission(world, number(), 1);
    expect((await judged(lot)).state!.consignee).to.equal(ZERO_ADDRESS);
    await giveNotice(world, world.maker, { lot, kind: "recall" });
    expect((await judged(lot)).verdict).to.equal("HOLD");
  });
});
