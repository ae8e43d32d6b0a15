// Sends lots through their lives on a real ledger, and checks the verdict at each step.
import { expect } from "chai";
import { disclose } from "../../../protocol/event/details.ts";
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
import { expectFinding, codes, seen } from "../../support/verdicts.ts";
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
  /** A lot with its pieces, as the world has it. */
  const pieces = (lot: string) => ({ [lot]: world.states.get(lot)!.quantity });

  describe("passes", () => {
    it("a lot that went from its maker to another party", async () => {
      const lot = await commission(world, number(), 1000);
      await deliver(world, world.maker, world.distributor, [lot]);
      const verdict = await judged(lot, { node: "here", finality: 0 });
      expect(seen(verdict)).to.deep.equal([]);
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

    it("a lot in transit, and says so", async () => {
      const lot = await commission(world, number(), 10);
      await act(world, world.maker, "ship", {
        lots: pieces(lot),
        consignee: world.distributor.address,
      });
      const verdict = await judged(lot);
      expect([verdict.verdict, verdict.inTransit]).to.deep.equal(["PASS", true]);
      expect(verdict.state!.consignee).to.equal(world.distributor.address);
    });

    it("a lot that was refused, cancelled, inspected, held and released", async () => {
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
      await act(world, world.maker, "release", { lots: pieces(lot) });
      expect(seen(await judged(lot))).to.deep.equal([]);
    });

    it("a lot of a shipment with many others, of which it knows nothing", async () => {
      const lots = await Promise.all(
        [number(), number(), number()].map((each) => commission(world, each, 10)),
      );
      await act(world, world.maker, "inspect", { lots: pieces(lots[0]!) });
      await deliver(world, world.maker, world.distributor, lots);
      for (const lot of lots) {
        const verdict = await judged(lot);
        expect(seen(verdict)).to.deep.equal([]);
        expect(verdict.state).to.deep.equal(world.states.get(lot));
      }
    });

    it("a reel split twice, with its origin in the maker's lot", async () => {
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
      // What becomes of the parent later is not the child's past.
      await act(world, world.distributor, "scrap", { lots: { [lot]: 0 } });
      const verdict = await judged(grandchild);
      expect(seen(verdict)).to.deep.equal([]);
      expect(verdict.origin).to.include({ lot, action: "commission" });
      expect(verdict.identity.mpn).to.equal("NG74LVC1G08-Q");
      expect(verdict.events).to.have.length(5);
    });

    it("a child whose parent went on beside it, and on alone", async () => {
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
      expect(seen(verdict)).to.deep.equal([]);
      expect(verdict.events).to.have.length(5);
      const without = (trail: Trail) => {
        trail.events = trail.events.filter(
          ({ event }) => event.details !== between.event.details || event.action !== 9,
        );
        expect(trail.events).to.have.length(4);
      };
      expect(seen(await judged(child, {}, without))).to.deep.equal([]);
      const later = await act(world, world.distributor, "inspect", { lots: pieces(lot) });
      expect(seen(await judged(child, {}, ({ events }) => events.push(later)))).to.deep.equal([]);
    });

    it("a product, with its origin in its assembler", async () => {
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
      expect(seen(verdict)).to.deep.equal([]);
      expect(verdict.origin).to.include({
        lot: product,
        action: "assemble",
        event: digestOf(item),
      });
      expect(verdict.identity).to.deep.equal({
        manufacturer: null,
        mpn: "LH-CTRL-7",
        makerLot: null,
        dateCode: null,
      });
      // The inputs' own trails end in the same assembly, of whose other input they know nothing.
      expect(seen(await judged(inputs[0]!))).to.deep.equal([]);
    });

    it("a lot whose private fields are withheld", async () => {
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
      expect(seen(verdict)).to.deep.equal([]);
    });
  });

  /** Withholds every field of these names in one event of a trail. */
  function withhold(item: TrailEvent, ...names: string[]): void {
    const { details, secret } = world.secrets.get(item.event.details)!;
    item.details = disclose(details, secret, (path) => !names.includes(String(path.at(-1))));
  }

  describe("warns", () => {
    it("of a lot that a party introduced, and of what was split from it", async () => {
      const [first, second] = [number(), number()];
      const lot = lotOf(world.broker, first);
      const item = await act(world, world.broker, "introduce", {
        lots: { [lot]: 500 },
        facts: { [lot]: { ...maker(first), used: true } },
      });
      const found = { code: "ORIGIN_INTRODUCED", verdict: "WARN", event: digestOf(item), lot };
      const verdict = await judged(lot);
      expect([verdict.verdict, seen(verdict)]).to.deep.equal(["WARN", [found]]);
      expect(verdict.origin).to.include({ action: "introduce", party: world.broker.address });
      const child = lotOf(world.broker, second);
      await act(world, world.broker, "split", {
        lots: { [lot]: 400, [child]: 100 },
        facts: { [child]: { lotNumber: second } },
      });
      expect(seen(await judged(child))).to.deep.equal([found]);
    });

    it("of an introduced input of a product, whose origin is its assembler all the same", async () => {
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

    it("of a lot that was received short", async () => {
      const lot = await commission(world, number(), 100);
      await act(world, world.maker, "ship", {
        lots: pieces(lot),
        consignee: world.distributor.address,
      });
      const item = await act(world, world.distributor, "receive", { lots: { [lot]: 97 } });
      const verdict = await judged(lot);
      expect([verdict.verdict, seen(verdict)]).to.deep.equal([
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

    it("of a lot that is closed", async () => {
      const lot = await commission(world, number(), 100);
      const item = await act(world, world.maker, "scrap", {
        lots: { [lot]: 0 },
        shared: { reason: "test" },
      });
      const verdict = await judged(lot);
      expect([verdict.verdict, seen(verdict)]).to.deep.equal([
        "WARN",
        [{ code: "LOT_IS_CLOSED", verdict: "WARN", event: digestOf(item), lot }],
      ]);
    });

    it("of an event that was recorded long after it happened, by the reader's measure", async () => {
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

    it("of a wrong hint at the transaction", async () => {
      const lot = await commission(world, number(), 100);
      const { settled } = trailFor(world, lot).events[0]!;
      const verdict = await judged(lot, {}, ({ events }) => {
        events[0]!.settled = { transaction: lot, block: 1 };
      });
      expect(
        seen(verdict).map(({ code, field, expected, found }) => [code, field, expected, found]),
      ).to.deep.equal([
        ["HINT_WRONG", "settled.transaction", settled!.transaction, lot],
        ["HINT_WRONG", "settled.block", settled!.block, 1],
      ]);
      expect(verdict.verdict).to.equal("WARN");
    });
  });

  describe("holds", () => {
    it("a lot on hold, and lets it go when it is released", async () => {
      const lot = await commission(world, number(), 100);
      const item = await act(world, world.maker, "hold", { lots: pieces(lot) });
      const verdict = await judged(lot);
      expect([verdict.verdict, seen(verdict)]).to.deep.equal([
        "HOLD",
        [{ code: "LOT_IS_HELD", verdict: "HOLD", event: digestOf(item), lot }],
      ]);
      await act(world, world.maker, "release", { lots: pieces(lot), isRecorded: false });
      expect((await judged(lot)).verdict).to.equal("HOLD");
    });

    it("what was split from a lot on hold", async () => {
      const lot = await commission(world, number(), 100);
      await act(world, world.maker, "hold", { lots: pieces(lot) });
      const second = number();
      const child = lotOf(world.maker, second);
      await act(world, world.maker, "split", {
        lots: { [lot]: 60, [child]: 40 },
        facts: { [child]: { lotNumber: second } },
      });
      expect((await judged(child)).verdict).to.equal("HOLD");
      await act(world, world.maker, "release", { lots: { [child]: 40 } });
      expect((await judged(child)).verdict).to.equal("PASS");
    });
  });

  describe("is incomplete, for it cannot know", () => {
    it("what the ledger has not recorded yet", async () => {
      const lot = await commission(world, number(), 100);
      const ship = await act(world, world.maker, "ship", {
        lots: pieces(lot),
        consignee: world.distributor.address,
        isRecorded: false,
      });
      const verdict = await judged(lot);
      expect([verdict.verdict, seen(verdict)]).to.deep.equal([
        "INCOMPLETE",
        [{ code: "NOT_RECORDED", verdict: "INCOMPLETE", event: digestOf(ship) }],
      ]);
      expect(verdict.events.map(({ recorded }) => recorded === null)).to.deep.equal([false, true]);
      expect(verdict.inTransit).to.equal(true);
    });

    it("what nobody has recorded of a lot at all", async () => {
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

    it("what is not final yet, at the block where it becomes so", async () => {
      const lot = await commission(world, number(), 100);
      await mine(world.ledger, 1);
      expect(codes(await judged(lot, { finality: 1 }))).to.deep.equal([]);
      const verdict = await judged(lot, { finality: 2 });
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["INCOMPLETE", ["NOT_FINAL"]]);
      expect(verdict.events[0]!.recorded!.final).to.equal(false);
      await mine(world.ledger, 1);
      expect(codes(await judged(lot, { finality: 2 }))).to.deep.equal([]);
    });

    it("what stands in details that are not shown", async () => {
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

    it("who signed where the signature is missing", async () => {
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
      it(`what the parts are where ${name} is withheld`, async () => {
        const lot = await commission(world, number(), 100);
        const verdict = await judged(lot, {}, ({ events }) => withhold(events[0]!, name));
        expect([verdict.verdict, codes(verdict)]).to.deep.equal([
          "INCOMPLETE",
          ["IDENTITY_WITHHELD"],
        ]);
        expectFinding(verdict, { lot, field: `details.entries.0.${name}` });
      });

    it("whose lot it is where the lot number is withheld", async () => {
      const lot = await commission(world, number(), 100);
      const verdict = await judged(lot, {}, ({ events }) => withhold(events[0]!, "lotNumber"));
      expect([verdict.verdict, codes(verdict)]).to.deep.equal([
        "INCOMPLETE",
        ["LOT_NUMBER_MISSING"],
      ]);
      expectFinding(verdict, { lot, field: "details.entries.0.lotNumber" });
    });

    it("what the parts are where the origin says nothing of it", async () => {
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

    it("which recalls count where the claimed lot is withheld", async () => {
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

    it("what is so today by a block that is too old for the reader", async () => {
      const lot = await commission(world, number(), 100);
      const { time } = await world.ledger.reader.head();
      const at = (age: number) =>
        judged(lot, { now: time + age, policy: { maxHeadAgeSeconds: 600 } });
      expect((await at(600)).verdict).to.equal("PASS");
      const verdict = await at(601);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["INCOMPLETE", ["HEAD_STALE"]]);
    });
  });

  describe("fails", () => {
    it("a time before that of the event that it follows", async () => {
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

    it("a lot number that is not the one of the lot's id", async () => {
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
        it(`another ${name} downstream, in its ${place} field`, async () => {
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

    it("another identity of a child at its split, and warns of one that the origin left open", async () => {
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

    it("nothing where identity is withheld downstream: that is not evaluated", async () => {
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

    it("a product with the part number of one of its inputs, however it is written", async () => {
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

    it("a shared part number of an assembly speaks for the products alone", async () => {
      const lot = await commission(world, number(), 100);
      await deliver(world, world.maker, world.assembler, [lot]);
      const serial = number();
      const product = lotOf(world.assembler, serial);
      await act(world, world.assembler, "assemble", {
        lots: { [lot]: 0, [product]: 100 },
        shared: { mpn: "LH-9" },
        facts: { [product]: { lotNumber: serial } },
      });
      expect(seen(await judged(product))).to.deep.equal([]);
    });

    describe("an event that the ledger would refuse", () => {
      const expectRefused = async (item: TrailEvent, expected: object) => {
        const lot = item.event.entries[0]!.lot;
        const verdict = await judged(lot);
        expect(verdict.verdict).to.equal("FAIL");
        expectFinding(verdict, { event: digestOf(item), ...expected });
        expectFinding(verdict, { code: "NOT_RECORDED", event: digestOf(item) });
      };

      it("signed with a key that was never enrolled", async () => {
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

      it("signed with a key that was revoked before it could be recorded", async () => {
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

      it("by a party that was suspended before it could be recorded", async () => {
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

      it("to a consignee that was never admitted", async () => {
        const lot = await commission(world, number(), 100);
        const [nobody] = world.ledger.spare;
        const item = await act(world, world.maker, "ship", {
          lots: pieces(lot),
          consignee: nobody!,
          isRecorded: false,
        });
        await expectRefused(item, { code: "PartyNotAdmitted", field: "consignee", found: nobody! });
      });

      it("by a party without the role", async () => {
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

      it("too far ahead of the reader's clock", async () => {
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

  describe("passes an event that was recorded before", () => {
    it("its key was revoked", async () => {
      const lot = await commission(world, number(), 100);
      const key = await enrol(world.ledger, world.maker.address);
      await act(world, world.maker, "inspect", { lots: pieces(lot), key });
      await revoke(world.ledger, world.maker, key);
      expect(seen(await judged(lot))).to.deep.equal([]);
    });

    it("its party was suspended", async () => {
      const lot = await commission(world, number(), 100);
      await deliver(world, world.maker, world.broker, [lot]);
      await suspend(world.ledger, world.broker);
      const verdict = await judged(lot);
      expect(seen(verdict)).to.deep.equal([]);
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
    expect([stale.verdict, seen(stale).map(({ code, event }) => [code, event])]).to.deep.equal([
      "FAIL",
      [["LATER_EVENT_MISSING", digestOf(item)]],
    ]);
    const asOfThen: Verdict = await verify(
      before,
      { ...trust, at: then.hash },
      world.ledger.reader,
      recover,
    );
    expect(asOfThen.verdict).to.equal("PASS");
    expect(asOfThen.block!.hash).to.equal(then.hash);
  });

  it("cannot say yet whether a later event that is not final will stay", async () => {
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

  it("has a consignee of nobody for what is not in transit", async () => {
    const lot = await commission(world, number(), 1);
    expect((await judged(lot)).state!.consignee).to.equal(ZERO_ADDRESS);
    await giveNotice(world, world.maker, { lot, kind: "recall" });
    expect((await judged(lot)).verdict).to.equal("HOLD");
  });
});
