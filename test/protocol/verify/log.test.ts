// Verifies log-only trails: when an event counts as logged, at which time it is judged, and what
// no reader can know.
import { expect } from "chai";
import { withholdEntries } from "../../../protocol/trail/bundle.ts";
import { type ActionName, eventDigest } from "../../../protocol/event/event.ts";
import type { Facts, FollowedLog } from "../../../protocol/verdict/facts.ts";
import type { Trail, TrailEvent } from "../../../protocol/trail/trail.ts";
import type { Trust } from "../../../protocol/verdict/trust.ts";
import { verify } from "../../../protocol/verify/verify.ts";
import {
  type Party,
  deployCheckpoints,
  enrol,
  mine,
  newKey,
  openLedger,
  passTime,
  reinstate,
  revoke,
  suspend,
} from "../../support/ledger.ts";
import {
  type TestLog,
  anchor,
  followed,
  loggedTrail,
  openLog,
  placeIn,
  take,
} from "../../support/logs.ts";
import { openPaperLedger } from "../../support/paper-ledger.ts";
import {
  type Act,
  type World,
  act,
  follow,
  giveNotice,
  lotOf,
  maker,
  openWorld,
  settle,
  sign,
  trustIn,
} from "../../support/trails.ts";
import { codes, expectFinding } from "../../support/verdicts.ts";
import { recover } from "../../support/recover.ts";

interface Shop {
  world: World;
  contract: string;
  log: TestLog;
}

async function openShop(ledger = openPaperLedger()): Promise<Shop> {
  const world = await openWorld(ledger);
  const contract = await deployCheckpoints(world.ledger);
  return { world, contract, log: openLog(world.ledger, contract) };
}

/** Signs an event and appends it to a log. The ledger never records it. */
async function acts(
  { world, log }: Shop,
  party: Party,
  action: ActionName,
  what: Act,
  into: TestLog | null = log,
) {
  const item = await act(world, party, action, { ...what, isRecorded: false });
  if (into) take(into, item);
  return item;
}

/** Makes a lot that is commissioned, shipped and received, with a checkpoint after each. */
async function live(shop: Shop, number: string): Promise<string> {
  const { world, log } = shop;
  const lot = lotOf(world.maker, number);
  await acts(shop, world.maker, "commission", {
    lots: { [lot]: 100 },
    facts: { [lot]: maker(number) },
  });
  await anchor(log);
  await acts(shop, world.maker, "ship", {
    lots: { [lot]: 100 },
    consignee: world.distributor.address,
  });
  await anchor(log);
  await acts(shop, world.distributor, "receive", { lots: { [lot]: 100 } });
  await anchor(log);
  return lot;
}

const trustOf = (shop: Shop, more: Partial<Trust> = {}): Promise<Trust> =>
  trustIn(shop.world, { checkpoints: shop.contract, ...more });
const factsOf = (...logs: FollowedLog[]): Facts => ({ source: "an auditor", logs });
const digestOf = ({ world }: Shop, { event }: TrailEvent) =>
  eventDigest(world.ledger.domain, event);

async function judge(shop: Shop, trail: Trail, more: Partial<Trust> = {}, logs?: FollowedLog[]) {
  const input = logs ? { facts: factsOf(...logs) } : {};
  return verify(trail, await trustOf(shop, more), shop.world.ledger.reader, recover, input);
}
const judgeLot = (shop: Shop, lot: string, logs?: FollowedLog[], more?: Partial<Trust>) =>
  judge(shop, loggedTrail(shop.world, [shop.log], lot), more, logs);

describe("verify, on log-only trails", () => {
  for (const [name, open] of [
    ["on paper", () => openPaperLedger()],
    ["on a chain", () => openLedger()],
  ] as const)
    it(`warns that the trail may not be the latest, and reports where each event was logged, ${name}`, async () => {
      const shop = await openShop((await open()) as ReturnType<typeof openPaperLedger>);
      const lot = await live(shop, "L1");
      const verdict = await judgeLot(shop, lot);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["WARN", ["LATEST_UNPROVEN"]]);
      expect(verdict.trusted.checkpoints).to.equal(shop.contract);
      const { operator } = shop.log;
      for (const [index, { recorded, logged, guarantee }] of verdict.events.entries()) {
        expect([recorded, guarantee]).to.deep.equal([null, "log"]);
        expect(logged).to.include({ operator, index, size: index + 1, final: true });
        const [block] = await shop.world.ledger.reader.blocks([logged!.block]);
        expect(logged!.time).to.equal(block!.time);
      }
      for (const rule of ["V01", "V05", "V08"] as const)
        expect(verdict.rules.find((each) => each.rule === rule)!.result, rule).to.equal("pass");
      const known = await judgeLot(shop, lot, [followed(shop.log)]);
      expect([known.verdict, codes(known)]).to.deep.equal(["PASS", ["LATEST_BY_LOGS"]]);
    });

  describe("verify, with an audit of the trail's logs", () => {
    let shop: Shop;
    let lot: string;
    let trail: Trail;
    let whole: FollowedLog;
    before(async () => {
      shop = await openShop();
      lot = await live(shop, "F1");
      trail = loggedTrail(shop.world, [shop.log], lot);
      whole = followed(shop.log);
    });

    it("does not confirm the latest event when part of a log was withheld, not followed or does not match the anchored root", async () => {
      const { log } = shop;
      const other = openLog(shop.world.ledger, shop.contract);
      const cases: FollowedLog[][] = [
        [],
        [followed(log, { withheld: 1 })],
        [followed(log, { root: `0x${"ab".repeat(32)}` })],
        [{ ...whole, size: log.sizes.at(-2)! }],
        [{ ...whole, operator: other.operator }],
        [
          {
            ...whole,
            after: whole.after.filter(({ event }) => event !== digestOf(shop, trail.events[1]!)),
          },
        ],
      ];
      for (const logs of cases) {
        const verdict = await judge(shop, trail, {}, logs);
        expect([verdict.verdict, codes(verdict)]).to.deep.equal(["WARN", ["LATEST_UNPROVEN"]]);
      }
    });

    it("does not confirm the latest event while the newest checkpoint may still be replaced", async () => {
      const young = await judge(shop, trail, { finality: 1 }, [whole]);
      expect(codes(young)).to.have.members(["LOG_NOT_FINAL", "LATEST_UNPROVEN"]);
    });

    it("does not confirm the latest event when the log grew after the audit", async () => {
      const next = await openShop();
      const own = await live(next, "F2");
      const known = followed(next.log);
      await live(next, "F3");
      const verdict = await judgeLot(next, own, [known]);
      expect(codes(verdict)).to.deep.equal(["LATEST_UNPROVEN"]);
      expect(codes(await judgeLot(next, own, [followed(next.log)]))).to.deep.equal([
        "LATEST_BY_LOGS",
      ]);
    });

    it("confirms the latest event only when every log of the trail was followed", async () => {
      const next = await openShop();
      const second = openLog(next.world.ledger, next.contract);
      const own = await live(next, "F4");
      await acts(next, next.world.distributor, "inspect", { lots: { [own]: 100 } }, second);
      await anchor(second);
      const both = loggedTrail(next.world, [next.log, second], own);
      const one = [followed(next.log)];
      expect(codes(await judge(next, both, {}, one))).to.deep.equal(["LATEST_UNPROVEN"]);
      expect(codes(await judge(next, both, {}, [...one, followed(second)]))).to.deep.equal([
        "LATEST_BY_LOGS",
      ]);
    });

    it("fails a trail that leaves out an event of an audited log", async () => {
      const shorter = { ...trail, events: trail.events.slice(0, 2) };
      const later = digestOf(shop, trail.events[2]!);
      const verdict = await judge(shop, shorter, {}, [whole]);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["FAIL", ["LATER_EVENT_LOGGED"]]);
      expectFinding(verdict, { code: "LATER_EVENT_LOGGED", event: later, lot });
      const young = await judge(shop, shorter, { finality: 1 }, [whole]);
      expect(young.verdict).to.equal("INCOMPLETE");
      expectFinding(young, { code: "LATER_EVENT_LOGGED", verdict: "INCOMPLETE" });
      expect((await judge(shop, shorter)).verdict).to.equal("WARN");
    });

    it("fails two events that spend one word, even when they are in different logs", async () => {
      const { world } = shop;
      const second = openLog(world.ledger, shop.contract);
      const twin = structuredClone(trail.events[1]!);
      twin.event.consignee = world.broker.address;
      take(second, twin);
      const rival = { ...followed(second, { size: 1 }) };
      const verdict = await judge(shop, trail, {}, [whole, rival, rival]);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["FAIL", ["WORD_SPENT_TWICE"]]);
      expectFinding(verdict, {
        code: "WORD_SPENT_TWICE",
        event: digestOf(shop, trail.events[1]!),
        lot,
        field: "entries.0.previous",
        found: digestOf(shop, twin),
      });
    });

    it("reports a lot that was created twice", async () => {
      const twin = structuredClone(trail.events[0]!);
      twin.event.entries[0]!.quantity = 7;
      const second = openLog(shop.world.ledger, shop.contract);
      take(second, twin);
      const verdict = await judge(shop, trail, {}, [followed(second, { size: 1 })]);
      expectFinding(verdict, { code: "WORD_SPENT_TWICE", event: digestOf(shop, trail.events[0]!) });
    });
  });

  describe("verify, on the time at which a logged event is judged", () => {
    let shop: Shop;
    beforeEach(async () => {
      shop = await openShop();
    });
    const commission = async (more: Partial<Act> = {}) => {
      const { world } = shop;
      const lot = lotOf(world.maker, "K1");
      const what = { lots: { [lot]: 5 }, facts: { [lot]: maker("K1") }, ...more };
      const item = await acts(shop, world.maker, "commission", what);
      return { lot, event: digestOf(shop, item) };
    };

    it("accepts a key that was revoked after the anchoring block", async () => {
      const { lot } = await commission();
      await anchor(shop.log);
      await revoke(shop.world.ledger, shop.world.maker, shop.world.maker.key);
      expect(codes(await judgeLot(shop, lot))).to.deep.equal(["LATEST_UNPROVEN"]);
    });

    it("fails a key that was revoked before the anchoring block", async () => {
      const { lot, event } = await commission();
      await revoke(shop.world.ledger, shop.world.maker, shop.world.maker.key);
      await anchor(shop.log);
      const verdict = await judgeLot(shop, lot);
      expect(verdict.verdict).to.equal("FAIL");
      expectFinding(verdict, { code: "KeyIsRevoked", event });
    });

    it("fails a key that was enrolled after the anchoring block", async () => {
      const { world } = shop;
      const key = newKey(world.ledger); // that the ledger does not know yet
      world.ledger.keysMade--;
      const { lot, event } = await commission({ key });
      await anchor(shop.log);
      const before = await judgeLot(shop, lot);
      expectFinding(before, { code: "KeyNotOfParty", event });
      expect(await enrol(world.ledger, world.maker.address)).to.deep.equal(key);
      const after = await judgeLot(shop, lot);
      expectFinding(after, { code: "KeyNotOfParty", event });
      expect(after.verdict).to.equal("FAIL");
    });

    it("reports a party that was suspended at the anchoring block, and accepts one suspended later", async () => {
      const { ledger, maker: party } = shop.world;
      const { lot, event } = await commission();
      await suspend(ledger, party);
      await anchor(shop.log);
      await reinstate(ledger, party);
      expectFinding(await judgeLot(shop, lot), { code: "PartyIsSuspended", event });
      const next = await openShop();
      const own = await live(next, "K2");
      await suspend(next.world.ledger, next.world.distributor);
      expect((await judgeLot(next, own)).verdict).to.equal("WARN");
    });

    it("reports an event time ahead of the anchoring block, and warns of one anchored 31 days late", async () => {
      const ahead = await commission({ late: 3_600 });
      await anchor(shop.log);
      await mine(shop.world.ledger, 400); // more than an hour
      expectFinding(await judgeLot(shop, ahead.lot), {
        code: "TimeTooFarAhead",
        event: ahead.event,
      });
      const real = await openShop((await openLedger()) as ReturnType<typeof openPaperLedger>);
      shop = real;
      const late = await commission();
      await passTime(real.world.ledger, 31 * 86_400);
      await anchor(real.log);
      const verdict = await judgeLot(real, late.lot);
      expectFinding(verdict, { code: "SETTLED_LATE", event: late.event, field: "time" });
      expect(verdict.verdict).to.equal("WARN");
    });

    it("fails an event that is dated before its predecessor", async () => {
      const { world } = shop;
      const { lot } = await commission();
      const item = await acts(shop, world.maker, "inspect", { lots: { [lot]: 5 }, late: -600 });
      await anchor(shop.log);
      const verdict = await judgeLot(shop, lot);
      expect(verdict.verdict).to.equal("FAIL");
      expectFinding(verdict, { code: "TIME_BEFORE_PREDECESSOR", event: digestOf(shop, item) });
    });

    it("keeps a lot on hold until its release is anchored", async () => {
      const { world, log } = shop;
      const { lot } = await commission();
      await acts(shop, world.maker, "hold", { lots: { [lot]: 5 } });
      await anchor(log);
      expect((await judgeLot(shop, lot)).verdict).to.equal("HOLD");
      await acts(shop, world.maker, "release", { lots: { [lot]: 5 } });
      const verdict = await judgeLot(shop, lot);
      expect(verdict.verdict).to.equal("HOLD");
      expect(codes(verdict)).to.include.members(["LOT_IS_HELD", "NOT_RECORDED"]);
      await anchor(log);
      expect((await judgeLot(shop, lot)).verdict).to.equal("WARN");
    });

    it("keeps a lot on hold when the release is unsigned or signed by another party", async () => {
      const { world, log } = shop;
      const { lot } = await commission();
      await acts(shop, world.maker, "hold", { lots: { [lot]: 5 } });
      await acts(shop, world.maker, "release", { lots: { [lot]: 5 } });
      await anchor(log);
      const trail = loggedTrail(world, [log], lot);
      const release = trail.events.at(-1)!;
      const { signature } = await sign(world, world.distributor, "release", { lots: { [lot]: 5 } });
      for (const forged of [null, signature]) {
        const events = [...trail.events.slice(0, -1), { ...release, signature: forged }];
        expect(codes(await judge(shop, { ...trail, events }))).to.include("LOT_IS_HELD");
      }
    });
  });

  describe("verify, on the proof that an event was logged", () => {
    let shop: Shop;
    let lot: string;
    let trail: Trail;
    let event: string;
    before(async () => {
      shop = await openShop();
      const { world, log } = shop;
      lot = await live(shop, "C1");
      await acts(shop, world.distributor, "inspect", { lots: { [lot]: 100 } });
      await live(shop, "C2");
      trail = loggedTrail(world, [log], lot);
      event = digestOf(shop, trail.events[1]!);
    });
    const altered = (change: (trail: Trail) => void): Trail => {
      const copy = structuredClone(trail);
      change(copy);
      return copy;
    };

    it("fails a proof that does not lead to the anchored root", async () => {
      for (const change of [
        (copy: Trail) => (copy.events[1]!.logged!.proof = [`0x${"cd".repeat(32)}`]),
        (copy: Trail) => (copy.events[1]!.logged!.proof = []),
        (copy: Trail) => copy.events[1]!.logged!.proof.push(`0x${"cd".repeat(32)}`),
        (copy: Trail) => (copy.events[1]!.logged!.index = 0),
        (copy: Trail) => (copy.events[1]!.logged = copy.events[2]!.logged!),
      ]) {
        const verdict = await judge(shop, altered(change));
        expect(verdict.verdict).to.equal("FAIL");
        expectFinding(verdict, { code: "LOG_PROOF_WRONG", event, field: "logged.proof" });
        expect(verdict.events[1]).to.include({ logged: null, guarantee: null });
      }
    });

    it("is incomplete when the contract has no checkpoint of that size and operator", async () => {
      for (const change of [
        (copy: Trail) => (copy.events[1]!.logged!.size = 1000),
        (copy: Trail) => (copy.events[1]!.logged!.operator = shop.world.ledger.outsider),
      ]) {
        const verdict = await judge(shop, altered(change));
        expect([verdict.verdict, codes(verdict)]).to.deep.equal([
          "INCOMPLETE",
          ["CHECKPOINT_NOT_ANCHORED", "LATEST_UNPROVEN"],
        ]);
        expectFinding(verdict, { code: "CHECKPOINT_NOT_ANCHORED", event, field: "logged.size" });
      }
    });

    it("is incomplete when the place names a later checkpoint than the event's first", async () => {
      const later = placeIn(shop.log, event, shop.log.sizes.at(-1))!;
      const verdict = await judge(
        shop,
        altered((copy) => (copy.events[1]!.logged = later)),
      );
      expect(verdict.verdict).to.equal("INCOMPLETE");
      expectFinding(verdict, {
        code: "CHECKPOINT_NOT_FIRST",
        event,
        field: "logged.size",
        found: later.size,
      });
    });

    it("is incomplete when the checkpoint is newer than the block it judges by", async () => {
      const { block } = (await judge(shop, trail)).events[1]!.logged!;
      const [earlier] = await shop.world.ledger.reader.blocks([block - 1]);
      const verdict = await judge(shop, trail, { at: earlier!.hash });
      expect(verdict.verdict).to.equal("INCOMPLETE");
      expectFinding(verdict, { code: "CHECKPOINT_NOT_ANCHORED", event });
      expect(verdict.events[0]).to.include({ guarantee: "log" });
    });

    it("is incomplete when too few blocks confirm the checkpoint", async () => {
      const last = digestOf(shop, trail.events[3]!);
      const { block } = (await judge(shop, trail)).events[3]!.logged!;
      const head = (await shop.world.ledger.reader.head()).number;
      const verdict = await judge(shop, trail, { finality: head - block + 1 });
      expect(verdict.verdict).to.equal("INCOMPLETE");
      expectFinding(verdict, { code: "LOG_NOT_FINAL", event: last });
      expect(verdict.events.map(({ logged }) => logged!.final)).to.deep.equal([
        true,
        true,
        true,
        false,
      ]);
    });

    it("is incomplete when the reader names no checkpoint contract", async () => {
      const { checkpoints: _, ...trust } = await trustOf(shop);
      const verdict = await verify(trail, trust, shop.world.ledger.reader, recover);
      expect([verdict.verdict, [...new Set(codes(verdict))]]).to.deep.equal([
        "INCOMPLETE",
        ["CHECKPOINTS_NOT_TRUSTED"],
      ]);
      expect(verdict.trusted).not.to.have.property("checkpoints");
    });

    it("fails a checkpoint contract other than the one that the reader trusts", async () => {
      const other = `0x${"5e".repeat(20)}`;
      const verdict = await judge(shop, { ...trail, checkpoints: other });
      expect([verdict.verdict, codes(verdict)]).to.deep.equal([
        "FAIL",
        ["OTHER_CHECKPOINTS", "LATEST_UNPROVEN"],
      ]);
      expectFinding(verdict, { code: "OTHER_CHECKPOINTS", expected: shop.contract, found: other });
      const nothing = await judge(shop, trail, { checkpoints: other });
      expect(nothing.verdict).to.equal("FAIL");
      expect(codes(nothing)).to.include("CHECKPOINT_NOT_ANCHORED");
    });

    it("is incomplete without a node, and when the node does not answer", async () => {
      const verdict = await verify(trail, await trustOf(shop), null, recover);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["INCOMPLETE", ["NO_NODE"]]);
      const down = {
        ...shop.world.ledger.reader,
        checkpoints: () => Promise.reject(new Error("timeout")),
      };
      expect(codes(await verify(trail, await trustOf(shop), down, recover))).to.deep.equal([
        "NODE_UNREACHABLE",
      ]);
    });

    it("is incomplete when the node contradicts itself about checkpoints", async () => {
      const { reader } = shop.world.ledger;
      const facts = { facts: factsOf(followed(shop.log)) };
      const lies = [
        {
          ...reader,
          newestCheckpoints: () => Promise.resolve([{ size: 1, root: `0x${"00".repeat(32)}` }]),
        },
        { ...reader, newestCheckpoints: () => Promise.resolve([null]) },
        {
          ...reader,
          checkpoints: async (...asked: Parameters<typeof reader.checkpoints>) =>
            (await reader.checkpoints(...asked)).map((each) => ({
              ...each,
              blockHash: `0x${"bb".repeat(32)}`,
            })),
        },
      ];
      for (const lie of lies) {
        const verdict = await verify(trail, await trustOf(shop), lie, recover, facts);
        expect([verdict.verdict, codes(verdict)]).to.deep.equal([
          "INCOMPLETE",
          ["NODE_INCONSISTENT"],
        ]);
      }
    });

    it("never accepts a place that was altered, swapped or copied from another event, log or operator", async () => {
      const second = openLog(shop.world.ledger, shop.contract);
      take(second, ...shop.log.events.toReversed());
      await anchor(second);
      const own = trail.events.map(({ logged }) => logged!);
      const foreign = [0, 1, 2].map((i) => placeIn(second, second.digests[i]!)!);
      const strange: unknown[] = [null, 0, "x", [], {}, Number.NaN, -1, 2 ** 53, 1.5, true];
      for (const [i, place] of own.entries()) {
        const others: unknown[] = [
          ...[...own, ...foreign].filter((other) => other !== place),
          ...[...own, ...foreign].flatMap((other) =>
            (["operator", "index", "size", "proof"] as const)
              .filter((name) => JSON.stringify(other[name]) !== JSON.stringify(place[name]))
              .map((name) => ({ ...place, [name]: other[name] })),
          ),
          ...strange,
          ...(["operator", "index", "size", "proof"] as const).flatMap((name) =>
            strange.map((value) => ({ ...place, [name]: value })),
          ),
          ...[place.index + 1, place.index - 1].map((index) => ({ ...place, index })),
          ...[place.size + 1, place.size - 1, Number.MAX_SAFE_INTEGER].map((size) => ({
            ...place,
            size,
          })),
          { ...place, more: 1 },
          { ...place, proof: Array.from({ length: 54 }, () => `0x${"00".repeat(32)}`) },
        ];
        for (const logged of others) {
          const isSame = JSON.stringify(logged) === JSON.stringify(place); // such as an empty proof instead of one
          const copy = structuredClone(trail);
          copy.events[i]!.logged = structuredClone(logged) as NonNullable<TrailEvent["logged"]>;
          const { verdict, events } = await judge(shop, copy);
          if (!isSame) expect(["FAIL", "INCOMPLETE"], JSON.stringify(logged)).to.include(verdict);
          if (!isSame && events.length > 0)
            expect(events[i]!.guarantee, JSON.stringify(logged)).to.equal(null);
        }
      }
    }).timeout(600_000);

    it("fails an event that was altered after it was logged", async () => {
      for (const change of [
        (copy: Trail) => (copy.events[3]!.event.time += 1),
        (copy: Trail) => (copy.events[3]!.event.entries[0]!.quantity -= 1),
      ]) {
        const verdict = await judge(shop, altered(change));
        expect(verdict.verdict).to.equal("FAIL");
        expect(codes(verdict)).to.include("LOG_PROOF_WRONG");
      }
    });

    it("fails a trail with an event left out, and reports an event without its proof", async () => {
      const gone = altered((copy) => copy.events.splice(1, 1));
      expect((await judge(shop, gone)).verdict).to.equal("FAIL");
      const beheaded = altered((copy) => copy.events.splice(0, 1));
      expect((await judge(shop, beheaded)).verdict).to.equal("FAIL");
      const unproven = altered((copy) => delete copy.events[1]!.logged);
      expectFinding(await judge(shop, unproven), { code: "NOT_RECORDED", event });
    });

    it("counts the notices of a lot that has no event on the ledger", async () => {
      await giveNotice(shop.world, shop.world.broker, { lot, kind: "suspicion" });
      const noticed = await judgeLot(shop, lot);
      expect([noticed.verdict, codes(noticed)]).to.deep.equal([
        "WARN",
        ["LATEST_UNPROVEN", "SUSPECTED"],
      ]);
      const hidden = await judge(shop, trail);
      expect(codes(hidden)).to.include("NOTICE_MISSING");
      await giveNotice(shop.world, shop.world.maker, { lot, kind: "recall" });
      expect((await judgeLot(shop, lot)).verdict).to.equal("HOLD");
    });
  });

  describe("verify, on log-only trails with records on the ledger", () => {
    let shop: Shop;
    beforeEach(async () => {
      shop = await openShop();
    });

    it("judges by the ledger alone once it has recorded the lot's first event", async () => {
      const { world, log } = shop;
      const lot = await live(shop, "G1");
      const trail = loggedTrail(world, [log], lot);
      world.states.clear();
      for (const [i, item] of trail.events.entries()) {
        await settle(world, item);
        follow(world, item);
        const verdict = await judge(shop, trail);
        const left = trail.events.length - 1 - i;
        expect(verdict.verdict).to.equal(left ? "INCOMPLETE" : "PASS");
        expect(codes(verdict)).to.deep.equal(Array.from({ length: left }, () => "NOT_RECORDED"));
        for (const [j, { guarantee, logged }] of verdict.events.entries())
          expect([guarantee, logged]).to.deep.equal([j <= i ? "ledger" : null, null]);
      }
      const { checkpoints: _, ...without } = await trustOf(shop);
      expect((await verify(trail, without, world.ledger.reader, recover)).verdict).to.equal("PASS");
      expect(
        (await judge(shop, { ...trail, checkpoints: `0x${"5e".repeat(20)}` })).verdict,
      ).to.equal("PASS");
    });

    it("fails when the ledger recorded a different next event for the lot", async () => {
      const { world } = shop;
      const lot = await live(shop, "G2");
      const trail = loggedTrail(world, [shop.log], lot);
      world.states.clear();
      await settle(world, await sign(world, world.maker, "commission", { lots: { [lot]: 9 } }));
      const verdict = await judge(shop, trail);
      expect(verdict.verdict).to.equal("FAIL");
      expectFinding(verdict, { code: "SETTLED_ELSEWHERE", lot });
      const young = await judge(shop, trail, { finality: 1 });
      expect(young.verdict).to.equal("INCOMPLETE");
      expectFinding(young, { code: "SETTLED_ELSEWHERE", verdict: "INCOMPLETE", lot });
    });

    /** Makes a log-only child of a log-only parent. */
    const splitOff = async () => {
      const { world } = shop;
      const [parent, child] = [lotOf(world.maker, "P"), lotOf(world.maker, "P/1")];
      await acts(shop, world.maker, "commission", {
        lots: { [parent]: 100 },
        facts: { [parent]: maker("P") },
      });
      const facts = { [child]: { lotNumber: "P/1" } };
      await acts(shop, world.maker, "split", { lots: { [parent]: 60, [child]: 40 }, facts });
      await anchor(shop.log);
      return { parent, child, trail: loggedTrail(world, [shop.log], child) };
    };

    it("fails when the ledger recorded a different next event for an ancestor", async () => {
      const { world } = shop;
      const { parent, trail } = await splitOff();
      expect(codes(await judge(shop, trail))).to.deep.equal(["LATEST_UNPROVEN"]);
      world.states.clear();
      await settle(world, await sign(world, world.maker, "commission", { lots: { [parent]: 9 } }));
      const verdict = await judge(shop, trail);
      expect(verdict.verdict).to.equal("FAIL");
      expectFinding(verdict, { code: "SETTLED_ELSEWHERE", lot: parent });
      expect(codes(verdict).filter((code) => code === "NOT_RECORDED")).to.have.length(2);
      const young = await judge(shop, trail, { finality: 1 });
      expectFinding(young, { code: "SETTLED_ELSEWHERE", verdict: "INCOMPLETE", lot: parent });
    });

    it("is incomplete while only part of an ancestor's trail is on the ledger", async () => {
      const { world } = shop;
      const { trail } = await splitOff();
      world.states.clear();
      await settle(world, trail.events[0]!);
      const verdict = await judge(shop, trail);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["INCOMPLETE", ["NOT_RECORDED"]]);
      expect(verdict.events.map(({ guarantee }) => guarantee)).to.deep.equal(["ledger", null]);
    });

    it("fails when the ledger recorded another split of an ancestor", async () => {
      const { world } = shop;
      const { parent, trail } = await splitOff();
      world.states.clear();
      await settle(world, trail.events[0]!);
      follow(world, trail.events[0]!);
      const other = await sign(world, world.maker, "split", {
        lots: { [parent]: 1, [lotOf(world.maker, "P/2")]: 99 },
      });
      await settle(world, other);
      const verdict = await judge(shop, trail);
      expect(verdict.verdict).to.equal("FAIL");
      expectFinding(verdict, { code: "SETTLED_ELSEWHERE", lot: parent });
    });

    it("is incomplete when the node hides the ancestor's record", async () => {
      const { world } = shop;
      const { trail } = await splitOff();
      world.states.clear();
      await settle(world, trail.events[0]!);
      const hiding = { ...world.ledger.reader, events: () => Promise.resolve([]) };
      const verdict = await verify(trail, await trustOf(shop), hiding, recover);
      expect(verdict.verdict).to.equal("INCOMPLETE");
      expect(codes(verdict)).to.have.members(["NODE_INCONSISTENT", "NOT_RECORDED"]);
    });

    it("is incomplete when a logged split has a withheld entry", async () => {
      const { world, log } = shop;
      const [parent, one, two] = ["W", "W/1", "W/2"].map((number) =>
        lotOf(world.maker, number),
      ) as [string, string, string];
      await acts(shop, world.maker, "commission", {
        lots: { [parent]: 100 },
        facts: { [parent]: maker("W") },
      });
      const lots = { [parent]: 20, [one]: 40, [two]: 40 };
      await acts(shop, world.maker, "split", { lots, facts: { [one]: { lotNumber: "W/1" } } });
      await anchor(log);
      const whole = loggedTrail(world, [log], one);
      expect((await judge(shop, whole)).verdict).to.equal("WARN");
      const item = whole.events[1]!;
      const json = { ...item, event: withholdEntries(item.event, (lot) => lot !== two) };
      const verdict = await judge(shop, {
        ...whole,
        events: [whole.events[0]!, json as unknown as TrailEvent],
      });
      expect(verdict.verdict).to.equal("INCOMPLETE");
      expectFinding(verdict, { code: "ENTRY_WITHHELD_IN_LOG", event: digestOf(shop, item) });
      expect(verdict.events[1]).to.include({ guarantee: "log" });
    });
  });

  it("asks for checkpoints in one request, and in none without a checkpoint contract", async () => {
    const shop = await openShop();
    const lot = await live(shop, "Q1");
    const trail = loggedTrail(shop.world, [shop.log], lot);
    const { reader } = shop.world.ledger;
    const asked: string[] = [];
    const counted = Object.fromEntries(
      Object.entries(reader).map(([name, method]) => [
        name,
        (...args: unknown[]) => (
          asked.push(name),
          (method as (...all: unknown[]) => unknown)(...args)
        ),
      ]),
    ) as unknown as typeof reader;
    await verify(trail, await trustOf(shop), counted, recover);
    expect(asked.filter((name) => name === "checkpoints" || name === "eventWords")).to.deep.equal([
      "checkpoints",
    ]);
    asked.length = 0;
    const { checkpoints: _, ...without } = await trustOf(shop);
    await verify(trail, without, counted, recover);
    expect(asked).not.to.include.members(["checkpoints"]);
    expect(asked).not.to.include.members(["eventWords"]);
  });
});
