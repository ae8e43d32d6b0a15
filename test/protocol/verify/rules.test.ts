// Breaks each custody rule with one event at the end of a good trail. The verifier reports the
// rule, the lot and the field.
import { expect } from "chai";
import { headOf } from "../../../protocol/verdict/head.ts";
import { signDigest } from "../../../protocol/base/crypto.ts";
import {
  type ActionName,
  type CustodyEvent,
  ACTIONS,
  eventDigest,
} from "../../../protocol/event/event.ts";
import { submissionOf } from "../../../protocol/event/submission.ts";
import type { Trail, TrailEvent } from "../../../protocol/trail/trail.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import type { Trust } from "../../../protocol/verdict/trust.ts";
import { verify } from "../../../protocol/verify/verify.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { VIOLATIONS, type ViolationName } from "../../../protocol/event/violation.ts";
import { encodeRecordBatch, encodeRevoke } from "../../../protocol/chain/codec.ts";
import { type Party, enrol, record } from "../../support/ledger.ts";
import {
  type Act,
  type World,
  act,
  commission,
  deliver,
  follow,
  lotOf,
  maker,
  openWorld,
  settle,
  sign,
  trailFor,
  trustIn,
} from "../../support/trails.ts";
import { type FindingView, expectFinding, codes, findingsOf } from "../../support/verdicts.ts";
import { recover } from "../../support/recover.ts";

/** Rules that no event in a trail can break, because earlier checks refuse it. */
const UNREACHABLE: readonly ViolationName[] = ["EntryCountOutOfRange"];
/** Rules with tests elsewhere: they depend on the place where the event was recorded. */
const ELSEWHERE: readonly ViolationName[] = [
  "TimeTooFarAhead",
  "PartyNotAdmitted",
  "PartyIsSuspended",
  "RoleMissing",
  "LotExists",
  "PreviousMismatch",
  "BadSignature",
  "KeyNotOfParty",
  "KeyIsRevoked",
];

describe("verify, on a broken custody rule", () => {
  let world: World;
  /** A free lot of the maker's, one on hold, one in transit, a closed one, and a free one of the distributor's. */
  let free: string, held: string, moving: string, closed: string, theirs: string;

  before(async () => {
    world = await openWorld();
    const { maker: northgate, distributor } = world;
    free = await commission(world, "free", 100);
    held = await commission(world, "held", 100);
    moving = await commission(world, "moving", 100);
    closed = await commission(world, "closed", 100);
    theirs = await commission(world, "theirs", 100);
    await act(world, northgate, "hold", { lots: { [held]: 100 } });
    await act(world, northgate, "ship", {
      lots: { [moving]: 100 },
      consignee: distributor.address,
    });
    await act(world, northgate, "scrap", { lots: { [closed]: 0 } });
    await deliver(world, northgate, distributor, [theirs]);
  });

  const digestOf = (event: CustodyEvent): string => eventDigest(world.ledger.domain, event);

  /** A signed event with a change before its signing. */
  async function made(
    party: Party,
    action: ActionName,
    what: Act,
    change: (event: CustodyEvent) => void = () => undefined,
  ) {
    const item = await sign(world, party, action, what);
    change(item.event);
    item.signature = signDigest(digestOf(item.event), party.key.privateKey);
    return item;
  }

  async function judged(
    lot: string,
    items: TrailEvent[],
    node = true,
    more: Partial<Trust> = {},
  ): Promise<Verdict> {
    const trail = trailFor(world, lot);
    trail.events.push(...items);
    return verify(trail, await trustIn(world, more), node ? world.ledger.reader : null, recover);
  }

  const cases: Partial<
    Record<ViolationName, () => Promise<[lot: string, item: TrailEvent, wanted: FindingView]>>
  > = {
    UnknownAction: async () => [
      free,
      await made(world.maker, "inspect", { lots: { [free]: 100 } }, (event) => (event.action = 13)),
      { field: "action", found: 13 },
    ],
    ConsigneeNotAllowed: async () => [
      free,
      await made(world.maker, "ship", { lots: { [free]: 100 } }),
      { field: "consignee", found: ZERO_ADDRESS },
    ],
    HolderMismatch: async () => [
      free,
      await made(world.maker, "inspect", {
        lots: { [free]: 100 },
        holder: world.distributor.address,
      }),
      { field: "holder", expected: world.maker.address, found: world.distributor.address },
    ],
    EntriesNotAscending: async () => [
      free,
      await made(world.maker, "inspect", { lots: { [free]: 100 } }, ({ entries }) =>
        entries.push(entries[0]!),
      ),
      { lot: free, field: "entries.0.lot" },
    ],
    NewLotNotAllowed: async () => {
      const lot = lotOf(world.maker, "new");
      return [
        lot,
        await made(world.maker, "inspect", { lots: { [lot]: 5 } }),
        { lot, field: "entries.0.previous" },
      ];
    },
    NotIssuer: async () => {
      const lot = lotOf(world.distributor, "foreign");
      return [
        lot,
        await made(world.maker, "commission", { lots: { [lot]: 5 } }),
        { lot, field: "entries.0.lot", found: world.maker.address },
      ];
    },
    ExistingLotNotAllowed: async () => [
      free,
      await made(world.maker, "commission", {
        lots: { [free]: 100, [lotOf(world.maker, "beside")]: 5 },
      }),
      { lot: free },
    ],
    LotClosed: async () => [
      closed,
      await made(world.maker, "inspect", { lots: { [closed]: 0 } }),
      { lot: closed },
    ],
    NotHolder: async () => [
      theirs,
      await made(world.maker, "inspect", { lots: { [theirs]: 100 } }),
      {
        lot: theirs,
        field: "actor",
        expected: world.distributor.address,
        found: world.maker.address,
      },
    ],
    NotConsignee: async () => [
      moving,
      await made(world.broker, "receive", { lots: { [moving]: 100 } }),
      {
        lot: moving,
        field: "actor",
        expected: world.distributor.address,
        found: world.broker.address,
      },
    ],
    LotInTransit: async () => [
      moving,
      await made(world.maker, "inspect", { lots: { [moving]: 100 } }),
      { lot: moving, field: "action", found: ACTIONS.inspect },
    ],
    LotNotInTransit: async () => [
      free,
      await made(world.maker, "cancel", { lots: { [free]: 100 } }),
      { lot: free, field: "action", found: ACTIONS.cancel },
    ],
    LotHeld: async () => [
      held,
      await made(world.maker, "hold", { lots: { [held]: 100 } }),
      { lot: held, field: "action" },
    ],
    LotNotHeld: async () => [
      free,
      await made(world.maker, "release", { lots: { [free]: 100 } }),
      { lot: free, field: "action" },
    ],
    QuantityNotAllowed: async () => {
      // The other lot is before or after it in the event. The field must be that of the lot at fault.
      const item = await made(world.maker, "inspect", { lots: { [free]: 101, [held]: 100 } });
      const index = item.event.entries.findIndex(({ lot }) => lot === free);
      return [
        free,
        item,
        { lot: free, field: `entries.${index}.quantity`, expected: 100, found: 101 },
      ];
    },
    EntryKindsNotAllowed: async () => [
      free,
      await made(world.maker, "split", {
        lots: { [free]: 60, [held]: 90, [lotOf(world.maker, "part")]: 50 },
      }),
      { field: "entries" },
    ],
    QuantityNotConserved: async () => [
      free,
      await made(world.maker, "split", { lots: { [free]: 60, [lotOf(world.maker, "part")]: 41 } }),
      { field: "entries", expected: 100, found: "101" },
    ],
  };

  it("has a test case for each rule", () => {
    const all = [...Object.keys(cases), ...UNREACHABLE, ...ELSEWHERE];
    expect(all.toSorted()).to.deep.equal(Object.keys(VIOLATIONS).toSorted());
  });

  for (const [code, make] of Object.entries(cases) as [
    ViolationName,
    NonNullable<(typeof cases)[ViolationName]>,
  ][])
    for (const node of [true, false])
      it(`fails ${code}, ${node ? "with the ledger" : "without a node"}`, async () => {
        const [lot, item, wanted] = await make();
        const verdict = await judged(lot, [item], node);
        expect(verdict.verdict).to.equal("FAIL");
        // A lot on hold stays on hold, even if the next event breaks a rule.
        expect(headOf(verdict).alsoOnHold === null).to.equal(lot !== held);
        const event = digestOf(item.event);
        expectFinding(verdict, { code, verdict: "FAIL", event, ...wanted });
        const grave = verdict.findings.filter((each) => each.verdict === "FAIL");
        expect(grave.map((each) => each.code)).to.deep.equal([code]);
        expect(verdict.state).to.equal(null);
      });

  it("fails an assembly without inputs", async () => {
    const product = lotOf(world.assembler, "product");
    const item = await made(world.assembler, "assemble", {
      lots: { [product]: 5 },
      facts: { [product]: { lotNumber: "product", mpn: "LH-1" } },
    });
    const verdict = await judged(product, [item]);
    expectFinding(verdict, { code: "EntryKindsNotAllowed", event: digestOf(item.event) });
  });

  it("accepts the latest allowed time, and fails the next second", async () => {
    const latest = await made(world.maker, "inspect", { lots: { [free]: 100 }, late: 900 });
    expect(codes(await judged(free, [latest]))).to.deep.equal(["NOT_RECORDED"]);
    const later = await made(world.maker, "inspect", { lots: { [free]: 100 }, late: 901 });
    expect(codes(await judged(free, [later]))).to.deep.equal(["TimeTooFarAhead", "NOT_RECORDED"]);
  });

  it("warns of late settlement from the first second after the limit", async () => {
    const lot = await commission(world, "late", 5);
    const [item] = trailFor(world, lot).events;
    const [block] = await world.ledger.reader.blocks([item!.settled!.block]);
    const took = block!.time - item!.event.time;
    const at = async (lateAfterSeconds: number) =>
      codes(await judged(lot, [], true, { policy: { lateAfterSeconds } }));
    expect(await at(took)).to.deep.equal([]);
    expect(await at(took - 1)).to.deep.equal(["SETTLED_LATE"]);
  });

  describe("verify, on a split", () => {
    it("passes a split into two lots, one of which repeats its identity", async () => {
      const lot = await commission(world, "reel", 100);
      const [first, second] = ["reel/1", "reel/2"] as const;
      const [one, two] = [lotOf(world.maker, first), lotOf(world.maker, second)];
      await act(world, world.maker, "split", {
        lots: { [lot]: 0, [one]: 60, [two]: 40 },
        facts: { [one]: maker(first), [two]: { lotNumber: second } },
      });
      for (const each of [one, two]) expect(findingsOf(await judged(each, []))).to.deep.equal([]);
    });
  });

  it("reports an event missing from an ancestor only for its product", async () => {
    const lot = await commission(world, "parent", 100);
    const child = lotOf(world.maker, "child");
    await act(world, world.maker, "split", {
      lots: { [lot]: 60, [child]: 40 },
      facts: { [child]: { lotNumber: "child" } },
    });
    const between = await act(world, world.maker, "inspect", { lots: { [lot]: 60 } });
    await deliver(world, world.maker, world.assembler, [lot, child]);
    const product = lotOf(world.assembler, "made");
    await act(world, world.assembler, "assemble", {
      lots: { [lot]: 0, [child]: 0, [product]: 5 },
      facts: { [product]: { lotNumber: "made", mpn: "LH-1" } },
    });
    const gappy = (of: string): Trail => {
      const trail = trailFor(world, of);
      return {
        ...trail,
        events: trail.events.filter(({ event }) => digestOf(event) !== digestOf(between.event)),
      };
    };
    const trust = await trustIn(world);
    expect(codes(await verify(gappy(child), trust, world.ledger.reader, recover))).to.deep.equal([
      "LOT_IS_CLOSED",
    ]);
    const verdict = await verify(gappy(product), trust, world.ledger.reader, recover);
    expect([verdict.verdict, codes(verdict)]).to.deep.equal(["FAIL", ["PreviousMismatch"]]);
    expectFinding(verdict, { lot, expected: between.event.entries[0]!.previous });
    expect(verdict.state).to.equal(null);
  });

  describe("verify, on events recorded together", () => {
    it("reports each altered event of one transaction", async () => {
      const lot = lotOf(world.maker, "batch");
      const commissioned = await sign(world, world.maker, "commission", {
        lots: { [lot]: 5 },
        facts: { [lot]: maker("batch") },
      });
      const before = [null];
      follow(world, commissioned);
      const inspected = await sign(world, world.maker, "inspect", { lots: { [lot]: 5 } });
      const submissions = [
        submissionOf(commissioned.event, before, commissioned.signature!),
        submissionOf(inspected.event, [world.states.get(lot)!], inspected.signature!),
      ];
      const { transactionHash: transaction, blockNumber: block } = await record(
        world.ledger,
        submissions,
      );
      follow(world, inspected);
      for (const item of [commissioned, inspected]) item.settled = { transaction, block };
      expect(findingsOf(await judged(lot, []))).to.deep.equal([]);

      const altered = trailFor(world, lot);
      for (const { event } of altered.events) event.time -= 7;
      const verdict = await verify(altered, await trustIn(world), world.ledger.reader, recover);
      const differing = findingsOf(verdict).filter(({ code }) => code === "RECORD_DIFFERS");
      expect(differing.map(({ event, field, expected }) => [event, field, expected])).to.deep.equal(
        [
          [digestOf(altered.events[0]!.event), "time", commissioned.event.time],
          [digestOf(altered.events[1]!.event), "time", inspected.event.time],
        ],
      );
      // The lot's word differs as a consequence, and is not reported again.
      expect(codes(verdict)).not.to.include("LATER_EVENT_MISSING");
    });

    it("reports an altered event, and not the lot's word that differs because of it", async () => {
      const lot = await commission(world, "explained", 5);
      const altered = trailFor(world, lot);
      altered.events[0]!.event.time -= 7;
      const verdict = await verify(altered, await trustIn(world), world.ledger.reader, recover);
      expect(codes(verdict)).to.deep.equal(["RECORD_DIFFERS", "KeyNotOfParty"]);
    });

    it("accepts an event recorded before its key was revoked in the same block", async () => {
      const { ledger } = world;
      const lot = await commission(world, "one block", 5);
      const key = await enrol(ledger, world.maker.address);
      const item = await sign(world, world.maker, "inspect", { lots: { [lot]: 5 }, key });
      const submission = submissionOf(item.event, [world.states.get(lot)!], item.signature!);
      const call = (from: string, data: string, gasPrice: string) =>
        ledger.request("eth_sendTransaction", [
          { from, to: ledger.domain.ledger, data, gas: "0x100000", gasPrice },
        ]);
      await ledger.request("evm_setAutomine", [false]);
      await call(ledger.outsider, encodeRecordBatch([submission]), "0x200000000");
      await call(world.maker.address, encodeRevoke(key.address), "0x100000000");
      await ledger.request("evm_mine", []);
      await ledger.request("evm_setAutomine", [true]);
      follow(world, item);
      const { number } = await ledger.reader.head();
      const facts = await ledger.reader.partyFacts([world.maker.address], number);
      expect(facts.at(-1)).to.include({ name: "KeyRevoked", block: number, logIndex: 1 });
      expect(findingsOf(await judged(lot, []))).to.deep.equal([]);
    });
  });

  it("reports the first of several events that the trail leaves out, and none of another lot", async () => {
    const lot = await commission(world, "left behind", 5);
    const other = await commission(world, "left aside", 5);
    const { events, ...trail } = trailFor(world, lot);
    await act(world, world.maker, "inspect", { lots: { [other]: 5 } });
    const first = await act(world, world.maker, "inspect", { lots: { [lot]: 5 } });
    await act(world, world.maker, "hold", { lots: { [lot]: 5 } });
    const verdict = await verify(
      { ...trail, events },
      await trustIn(world),
      world.ledger.reader,
      recover,
    );
    expect(findingsOf(verdict).map(({ code, event }) => [code, event])).to.deep.equal([
      ["LATER_EVENT_MISSING", digestOf(first.event)],
    ]);
  });

  it("reports altered previous words of other lots in the same event", async () => {
    const lots = await Promise.all(["x", "y", "z"].map((each) => commission(world, each, 5)));
    const [lot] = lots;
    const item = await sign(world, world.maker, "inspect", {
      lots: Object.fromEntries(lots.map((each) => [each, 5])),
    });
    await settle(world, item);
    follow(world, item);
    const trail = trailFor(world, lot!);
    for (const entry of trail.events.at(-1)!.event.entries)
      if (entry.lot !== lot) entry.previous = ZERO_HASH.replace(/0$/, "1");
    const verdict = await verify(trail, await trustIn(world), world.ledger.reader, recover);
    expect(verdict.verdict).to.equal("FAIL");
    expectFinding(verdict, { code: "RECORD_DIFFERS", field: "entries.0-2.previous" });
  });
});
