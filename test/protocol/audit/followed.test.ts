// Verifies a log-only trail for a reader who has audited its logs, from the audits' memories to
// the verdict.
import { expect } from "chai";
import { canonicalize } from "../../../protocol/base/canonical.ts";
import { type ActionName, ACTIONS, eventDigest } from "../../../protocol/event/event.ts";
import { FollowedLog } from "../../../protocol/verdict/facts.ts";
import type { AuditChain } from "../../../protocol/audit/audit.ts";
import type { AuditMemory } from "../../../protocol/audit/memory.ts";
import { followedLog } from "../../../protocol/audit/followed.ts";
import { signDigest } from "../../../protocol/base/crypto.ts";
import type { Trail, TrailEvent } from "../../../protocol/trail/trail.ts";
import { verify } from "../../../protocol/verify/verify.ts";
import { replay } from "../../../protocol/verify/replay.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { auditMemory } from "../../support/audit-memory.ts";
import {
  deployCheckpoints,
  enrol,
  mine,
  newKey,
  type Party,
  revoke,
} from "../../support/ledger.ts";
import { anchor, loggedTrail, openLog, placeIn, take, type TestLog } from "../../support/logs.ts";
import { audit, type Logged, operatorOf, shownLog } from "../../support/operators.ts";
import { openPaperLedger } from "../../support/paper-ledger.ts";
import {
  type Act,
  act,
  lotOf,
  maker,
  openWorld,
  sign,
  trustIn,
  type World,
} from "../../support/trails.ts";
import { codes, expectFinding } from "../../support/verdicts.ts";
import { recover } from "../../support/recover.ts";

describe("followedLog", () => {
  let world: World;
  let contract: string;
  let log: TestLog;
  let lot: string;
  let trail: Trail;
  beforeEach(async () => {
    world = await openWorld(openPaperLedger());
    contract = await deployCheckpoints(world.ledger);
    log = openLog(world.ledger, contract);
    lot = lotOf(world.maker, "L1");
    await acts(world.maker, "commission", { lots: { [lot]: 100 }, facts: { [lot]: maker("L1") } });
    await acts(world.maker, "ship", { lots: { [lot]: 100 }, consignee: world.distributor.address });
    await anchor(log);
    trail = loggedTrail(world, [log], lot);
  });

  async function acts(party: Party, action: ActionName, what: Act): Promise<TrailEvent> {
    const item = await act(world, party, action, { ...what, isRecorded: false });
    take(log, item);
    return item;
  }

  const logged = ({ events, digests }: TestLog): Logged[] =>
    events.map(({ event, signature }, i) => ({
      digest: digests[i]!,
      bytes: canonicalize(event),
      signature,
    }));

  /** Audits a log, by default with a new memory. Returns the memory and the codes of the findings. */
  async function follow(
    of: TestLog,
    memory = auditMemory(),
    isShown = true,
  ): Promise<[AuditMemory, string[]]> {
    const by = operatorOf(of.operator, world.ledger.domain);
    const lies = isShown ? {} : { events: () => Promise.resolve(undefined) };
    const result = await audit(shownLog(logged(of), lies, by), chainOf(of), memory, [], by);
    return [memory, result.findings.map(({ code }) => code)];
  }

  const anchoredOf = async ({ operator, sizes }: TestLog) => {
    const { reader } = world.ledger;
    const { number: head } = await reader.head();
    return reader.checkpoints(
      contract,
      sizes.map((size) => ({ operator, size })),
      head,
    );
  };
  const chainOf = (of: TestLog): AuditChain => ({
    anchored: async () => ({ logs: await anchoredOf(of), finalBlock: Infinity }),
    partyFacts: async (party) =>
      world.ledger.reader.partyFacts([party], (await world.ledger.reader.head()).number),
  });

  const logViewOf = async (of: TestLog, memory: AuditMemory, about = trail) =>
    followedLog(memory, {
      operator: of.operator,
      logs: await anchoredOf(of),
      trail: replay(about, world.ledger.domain, recover),
    });
  const judge = async (logs: (FollowedLog | undefined)[], about = trail) => {
    const known = logs.map((one) => FollowedLog.parse(one));
    const input = { facts: { source: "an auditor", logs: known } };
    const trust = await trustIn(world, { checkpoints: contract });
    return verify(about, trust, world.ledger.reader, recover, input);
  };
  /** The maker also ships the lot to another party, and another operator accepts that. */
  const twin = async (
    change: (copy: TrailEvent) => void = () => undefined,
  ): Promise<[TestLog, TrailEvent]> => {
    const { states, producers } = world;
    [world.states, world.producers] = [new Map(states), new Map(producers)];
    const before = replay(
      { ...trail, events: trail.events.slice(0, 1) },
      world.ledger.domain,
      recover,
    );
    world.states.set(lot, before.history[0]!.state);
    const item = await act(world, world.maker, "ship", {
      lots: { [lot]: 100 },
      consignee: world.broker.address,
      isRecorded: false,
    });
    [world.states, world.producers] = [states, producers];
    change(item);
    const second = openLog(world.ledger, contract);
    take(second, item);
    await anchor(second);
    return [second, item];
  };

  it("states the size and what follows the trail's words, so that the verdict confirms the latest event", async () => {
    const [memory, found] = await follow(log);
    expect(found).to.deep.equal([]);
    const view = await logViewOf(log, memory);
    const [made, shipped] = trail.events.map(({ event }) =>
      eventDigest(world.ledger.domain, event),
    );
    expect(view).to.deep.include({ operator: log.operator, size: 2, withheld: 0 });
    expect(view!.after.map(({ event }) => event)).to.deep.equal([made, shipped]);
    expect(view!.after.every((each) => each.lot === lot)).to.equal(true);
    expect(codes(await judge([]))).to.deep.equal(["LATEST_UNPROVEN"]);
    const verdict = await judge([view]);
    expect([verdict.verdict, codes(verdict)]).to.deep.equal(["PASS", ["LATEST_BY_LOGS"]]);
  });

  it("lets the verdict name an event that a shorter trail leaves out", async () => {
    const [memory] = await follow(log);
    const shorter = { ...trail, events: trail.events.slice(0, 1) };
    const verdict = await judge([await logViewOf(log, memory, shorter)], shorter);
    expectFinding(verdict, { code: "LATER_EVENT_LOGGED", lot });
  });

  it("does not confirm the latest event when events were withheld", async () => {
    const [memory] = await follow(log, auditMemory(), false);
    const view = await logViewOf(log, memory);
    expect([view!.withheld, view!.after]).to.deep.equal([2, []]);
    expect(codes(await judge([view]))).to.deep.equal(["LATEST_UNPROVEN"]);
  });

  it("counts events withheld up to its checkpoint, and none after", async () => {
    const [memory] = await follow(log);
    await acts(world.distributor, "receive", { lots: { [lot]: 100 } });
    await follow(log, memory, false);
    expect(memory.counts().withheld).to.equal(1);
    expect(await logViewOf(log, memory)).to.deep.include({ size: 2, withheld: 0 });
    await anchor(log);
    await follow(log, memory, false);
    expect(await logViewOf(log, memory)).to.deep.include({ size: 3, withheld: 1 });
  });

  it("returns nothing before the log is anchored and a run has judged it", async () => {
    const fresh = openLog(world.ledger, contract);
    take(fresh, ...trail.events);
    const [memory] = await follow(fresh);
    expect(await logViewOf(fresh, memory)).to.equal(undefined);
    await anchor(fresh);
    expect(await logViewOf(fresh, memory), "no run has judged by the checkpoint yet").to.equal(
      undefined,
    );
    await follow(fresh, memory);
    expect(await logViewOf(fresh, memory)).to.deep.include({ size: 2 });
  });

  it("exposes a word spent twice in two logs, which neither audit alone can see", async () => {
    const [second, item] = await twin();
    const [[ours, found], [theirs, foundThere]] = [await follow(log), await follow(second)];
    expect([found, foundThere]).to.deep.equal([[], []]);
    const both = [await logViewOf(log, ours), await logViewOf(second, theirs)];
    const verdict = await judge(both);
    expect(verdict.verdict).to.equal("FAIL");
    expectFinding(verdict, {
      code: "WORD_SPENT_TWICE",
      lot,
      found: eventDigest(world.ledger.domain, item.event),
    });
    expect((await judge([both[0]])).verdict, "with one log alone").to.equal("PASS");
  });

  /** Expects that a second log with this event casts no doubt on the trail. */
  async function expectNoRival(
    withheld: number,
    change: (copy: TrailEvent) => void,
  ): Promise<void> {
    const [second] = await twin(change);
    const [memory] = await follow(second);
    const view = await logViewOf(second, memory);
    expect([view!.size, view!.withheld, view!.after]).to.deep.equal([1, withheld, []]);
    const [ours] = await follow(log);
    expect((await judge([await logViewOf(log, ours), view])).verdict).to.equal("PASS");
  }

  it("ignores events by a party that is not the holder, against a rule or unsigned", async () => {
    const { broker: stranger, assembler } = world;
    const forged: [withheld: number, change: (copy: TrailEvent) => void][] = [
      [
        0,
        ({ event }) => {
          Object.assign(event, {
            actor: stranger.address,
            holder: stranger.address,
            consignee: assembler.address,
          });
        },
      ],
      [0, ({ event }) => (event.entries[0]!.quantity = 99)],
      [1, () => undefined],
    ];
    for (const [withheld, change] of forged)
      await expectNoRival(withheld, (copy) => {
        change(copy);
        resign(
          copy,
          copy.event.actor === stranger.address || withheld > 0 ? stranger : world.maker,
        );
      });
    await expectNoRival(1, (copy) => (copy.signature = null));
  });

  it("ignores events that make another party's lot from an unknown lot", async () => {
    const { address } = world.broker;
    const source = {
      lot: `${address}${"00".repeat(12)}`,
      previous: `0x${"77".repeat(32)}`,
      quantity: 1,
    };
    const entries = [source, { lot, previous: ZERO_HASH, quantity: 5 }].sort((a, b) =>
      a.lot < b.lot ? -1 : 1,
    );
    for (const action of [ACTIONS.split, ACTIONS.assemble])
      await expectNoRival(0, (copy) => {
        Object.assign(copy.event, {
          action,
          actor: address,
          holder: address,
          consignee: ZERO_ADDRESS,
          entries,
        });
        resign(copy, world.broker);
      });
  });

  it("counts an event as withheld when its signature is missing or another's, unless the trail has it", async () => {
    await acts(world.distributor, "receive", { lots: { [lot]: 100 } });
    await anchor(log);
    const by = operatorOf(log.operator, world.ledger.domain);
    for (const signature of [null, log.events[0]!.signature]) {
      const lie = logged(log).map((one, i) => (i === 2 ? { ...one, signature } : one));
      const memory = auditMemory();
      const { findings } = await audit(shownLog(lie, {}, by), chainOf(log), memory, [], by);
      expect(findings.map(({ code }) => code)).to.deep.equal(["SIGNATURE_NOT_OF_PARTY"]);
      const view = await logViewOf(log, memory);
      expect([view!.withheld, view!.after.length]).to.deep.equal([1, 2]);
      const verdict = await judge([view]);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["WARN", ["LATEST_UNPROVEN"]]);
      const whole = loggedTrail(world, [log], lot);
      const ofWhole = await logViewOf(log, memory, whole);
      expect(
        [ofWhole!.withheld, ofWhole!.after.length],
        "the trail has the event itself",
      ).to.deep.equal([0, 3]);
    }
  });

  it("counts an event as withheld when it was shown before its key was enrolled", async () => {
    const key = newKey(world.ledger);
    world.ledger.keysMade--; // the next that is enrolled
    const [memory] = await follow(log);
    await acts(world.distributor, "receive", { lots: { [lot]: 100 }, key });
    expect((await follow(log, memory))[1]).to.deep.equal(["SIGNATURE_NOT_OF_PARTY"]);
    await enrol(world.ledger, world.distributor.address);
    await mine(world.ledger, 1);
    await anchor(log);
    await follow(log, memory);
    expect(codes(await judge([await logViewOf(log, memory)]))).to.deep.equal(["LATEST_UNPROVEN"]);
    const whole = loggedTrail(world, [log], lot);
    expect(codes(await judge([await logViewOf(log, memory, whole)], whole))).to.deep.equal([
      "LATEST_BY_LOGS",
    ]);
  });

  it("counts an event as withheld when its key was revoked before it was anchored", async () => {
    const fresh = openLog(world.ledger, contract);
    take(fresh, ...trail.events);
    const [memory, found] = await follow(fresh);
    expect(found).to.deep.equal([]);
    await revoke(world.ledger, world.maker, world.maker.key);
    await mine(world.ledger, 1);
    await anchor(fresh);
    expect((await follow(fresh, memory))[1]).to.deep.equal(["KEY_REVOKED", "KEY_REVOKED"]);
    const shorter = { ...trail, events: trail.events.slice(0, 1) };
    const view = await logViewOf(fresh, memory, shorter);
    const [made] = fresh.digests;
    expect([view!.withheld, view!.after.map(({ event }) => event)]).to.deep.equal([1, [made]]);
  });

  it("exposes a lot shipped twice, even when one shipment also has a lot that its shipper does not hold", async () => {
    const { maker: shipper, broker, distributor, assembler } = world;
    const other = lotOf(broker, "X");
    await acts(broker, "introduce", { lots: { [other]: 5 }, facts: { [other]: maker("X") } });
    const twice = lotOf(shipper, "L2");
    await acts(shipper, "commission", { lots: { [twice]: 100 }, facts: { [twice]: maker("L2") } });
    const made = loggedTrail(world, [log], twice).events;
    const both = { lots: { [twice]: 100, [other]: 5 }, consignee: distributor.address };
    const shipments = [
      await sign(world, shipper, "ship", both),
      await sign(world, shipper, "ship", { lots: { [twice]: 100 }, consignee: assembler.address }),
    ];
    take(log, ...shipments);
    await anchor(log);
    const [memory, found] = await follow(log);
    expect(found).to.deep.equal(["RULE_BROKEN"]);
    for (const [i, shipment] of shipments.entries()) {
      const events = [...made, shipment].map((item) => ({
        ...item,
        logged: placeIn(log, eventDigest(world.ledger.domain, item.event))!,
      }));
      const about: Trail = { ...trail, lot: twice, events };
      const verdict = await judge([await logViewOf(log, memory, about)], about);
      const rival = eventDigest(world.ledger.domain, shipments[1 - i]!.event);
      expectFinding(verdict, { code: "WORD_SPENT_TWICE", lot: twice, found: rival });
      expect(verdict.verdict).to.equal("FAIL");
    }
  });

  function resign(copy: TrailEvent, by: Party): void {
    copy.signature = signDigest(eventDigest(world.ledger.domain, copy.event), by.key.privateKey);
  }
});
