// Verifies with nodes that are down, behind or lying. The verifier reports what it cannot
// evaluate, and never passes it.
import { expect } from "chai";
import { type LedgerReader, ledgerReader } from "../../../protocol/chain/reader.ts";
import { loadWasmRecover } from "../../../protocol/base/crypto-wasm.ts";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import { eventDigest } from "../../../protocol/event/event.ts";
import { TOPICS } from "../../../protocol/chain/ledger-log.ts";
import type { Request } from "../../../protocol/chain/node.ts";
import { noticeDigest } from "../../../protocol/event/notice.ts";
import type { Trail } from "../../../protocol/trail/trail.ts";
import type { Trust } from "../../../protocol/verdict/trust.ts";
import { verify } from "../../../protocol/verify/verify.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import {
  type World,
  act,
  commission,
  deliver,
  giveNotice,
  lotOf,
  maker,
  openWorld,
  trailFor,
  trustIn,
} from "../../support/trails.ts";
import { expectFinding, codes, findingsOf } from "../../support/verdicts.ts";

type Answer = (method: string, params: readonly unknown[], next: Request) => Promise<unknown>;
type Log = Record<"data" | "blockHash" | "blockNumber" | "logIndex", unknown> & {
  topics: string[];
};

describe("verify, with different nodes", () => {
  let world: World;
  let lot: string;
  let trail: Trail;
  let trust: Trust;

  before(async () => {
    world = await openWorld();
    lot = await commission(world, "V1", 100);
    await deliver(world, world.maker, world.distributor, [lot]);
    await giveNotice(world, world.broker, { lot, kind: "suspicion" });
    trail = trailFor(world, lot);
    trust = await trustIn(world);
  });

  const through = (answer: Answer): LedgerReader =>
    ledgerReader({
      ...world.ledger.domain,
      request: (method, params) => answer(method, params, world.ledger.request),
    });
  const withLogs = (change: (logs: Log[]) => Log[]) =>
    through(async (method, params, next) => {
      const found = await next(method, params);
      return method === "eth_getLogs" ? change(found as Log[]) : found;
    });
  const without = (isHidden: (log: Log) => boolean) =>
    withLogs((logs) => logs.filter((log) => !isHidden(log)));
  const digest = (index: number) => eventDigest(world.ledger.domain, trail.events[index]!.event);

  it("warns of the suspicion with an honest node", async () => {
    const verdict = await verify(trail, trust, world.ledger.reader);
    expect([verdict.verdict, codes(verdict)]).to.deep.equal(["WARN", ["SUSPECTED"]]);
  });

  it("gives the same verdict with both signature back ends", async () => {
    const recover = await loadWasmRecover();
    const fast = await verify(trail, trust, world.ledger.reader, recover);
    expect(fast).to.deep.equal(await verify(trail, trust, world.ledger.reader));
  });

  describe("verify, without a node", () => {
    it("is incomplete, with the findings of the trail alone", async () => {
      const verdict = await verify(trail, trust, null);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal([
        "INCOMPLETE",
        ["NO_NODE", "SUSPECTED"],
      ]);
      expect([verdict.block, verdict.parties]).to.deep.equal([null, []]);
      expect(verdict.state).to.deep.equal(world.states.get(lot));
      expect(verdict.events.every(({ recorded }) => recorded === null)).to.equal(true);
      expect(verdict.notices.every(({ recorded }) => !recorded)).to.equal(true);
    });

    it("fails errors in the trail itself", async () => {
      const altered = structuredClone(trail);
      altered.events[1]!.event.time += 1;
      const verdict = await verify(altered, trust, null);
      expect(verdict.verdict).to.equal("FAIL");
      expectFinding(verdict, {
        code: "PreviousMismatch",
        event: digest(2),
        field: "entries.0.previous",
      });
      const broken = structuredClone(trail);
      broken.events[0]!.signature = `0x${"00".repeat(65)}`;
      expectFinding(await verify(broken, trust, null), { code: "BadSignature", event: digest(0) });
      const rule = structuredClone(trail);
      rule.events[2]!.event.entries[0]!.quantity = 101;
      expectFinding(await verify(rule, trust, null), {
        code: "QuantityNotAllowed",
        expected: 100,
        found: 101,
      });
    });

    it("holds a recall in the trail, even when the trail also has its withdrawal", async () => {
      const own = await commission(world, "V2", 5);
      const recall = await giveNotice(world, world.maker, { lot: own, kind: "recall" });
      await giveNotice(world, world.maker, { lot: own, kind: "withdrawal", withdraws: recall });
      expect((await verify(trailFor(world, own), trust, null)).verdict).to.equal("HOLD");
    });
  });

  describe("verify, with a node that does not answer", () => {
    const methods = [
      "eth_chainId",
      "eth_getBlockByNumber",
      "eth_getCode",
      "eth_getLogs",
      "eth_call",
    ];
    for (const method of methods)
      it(`is incomplete when ${method} does not answer`, async () => {
        const down = through((asked, params, next) =>
          asked === method ? Promise.reject(new Error("timeout")) : next(asked, params),
        );
        const verdict = await verify(trail, trust, down);
        expect([verdict.verdict, codes(verdict)]).to.deep.equal([
          "INCOMPLETE",
          ["NODE_UNREACHABLE", "SUSPECTED"],
        ]);
        expect(verdict.block).to.equal(null);
      });

    it("is incomplete when any single request does not answer", async () => {
      let asked = 0;
      await verify(
        trail,
        trust,
        through((method, params, next) => (asked++, next(method, params))),
      );
      const all = asked;
      for (let dead = 0; dead < all; dead++) {
        asked = 0;
        const failing = through((method, params, next) =>
          asked++ === dead ? Promise.reject(new Error("timeout")) : next(method, params),
        );
        const verdict = await verify(trail, trust, failing);
        expect([verdict.verdict, codes(verdict)]).to.deep.equal([
          "INCOMPLETE",
          ["NODE_UNREACHABLE", "SUSPECTED"],
        ]);
      }
    });

    it("is incomplete for any exception of the reader", async () => {
      for (const thrown of [
        new TypeError("x"),
        "text",
        undefined,
        new ProtocolError("CHAIN_INCONSISTENT", "x"),
      ]) {
        const reader = { ...world.ledger.reader, head: () => Promise.reject(thrown as Error) };
        const verdict = await verify(trail, trust, reader);
        expect(verdict.verdict).to.equal("INCOMPLETE");
        const code = thrown instanceof ProtocolError ? "NODE_INCONSISTENT" : "NODE_UNREACHABLE";
        expect(codes(verdict)[0]).to.equal(code);
      }
    });
  });

  describe("verify, with a node that lies", () => {
    const expectInconsistent = async (reader: LedgerReader, wanted: object = {}) => {
      const verdict = await verify(trail, trust, reader);
      expect(verdict.verdict).to.equal("INCOMPLETE");
      expectFinding(verdict, { code: "NODE_INCONSISTENT", ...wanted });
      return verdict;
    };
    const answering = (
      method: string,
      change: (answer: never, params: readonly unknown[]) => unknown,
    ) =>
      through(async (asked, params, next) => {
        const answer = await next(asked, params);
        return asked === method ? change(answer as never, params) : answer;
      });

    it("reports another chain id", () => expectInconsistent(answering("eth_chainId", () => "0x1")));
    it("reports a ledger address without code", () =>
      expectInconsistent(answering("eth_getCode", () => "0x")));

    for (const index of [0, 1, 2])
      it(`reports that the record of event ${index} is left out`, async () => {
        const verdict = await expectInconsistent(
          without(({ topics }) => topics[1] === digest(index)),
          { event: digest(index), field: "settled" },
        );
        expect(verdict.findings.filter(({ verdict: each }) => each !== "WARN")).to.have.length(1);
      });

    it("reports each record when all are left out", async () => {
      const verdict = await expectInconsistent(
        without(({ topics }) => topics[0] === TOPICS.EventRecorded),
      );
      expect(codes(verdict).filter((code) => code === "NODE_INCONSISTENT")).to.have.length(3);
    });

    it("reports a notice that is left out", () =>
      expectInconsistent(
        without(({ topics }) => topics[0] === TOPICS.NoticeTaken),
        { lot, field: "notices", found: ZERO_HASH },
      ));

    it("never passes when admissions or key enrolments are left out", async () => {
      for (const name of ["PartyAdmitted", "KeyEnrolled"] as const) {
        const verdict = await verify(
          trail,
          trust,
          without(({ topics }) => topics[0] === TOPICS[name]),
        );
        expect(["FAIL", "INCOMPLETE"]).to.include(verdict.verdict);
      }
    });

    it("reports an altered consignee in a record", async () => {
      const flip = (log: Log): Log =>
        log.topics[1] === digest(1)
          ? { ...log, topics: [...log.topics.slice(0, 2), log.topics[2]!, ZERO_HASH] }
          : log;
      await expectInconsistent(
        withLogs((logs) => logs.map(flip)),
        { event: digest(1), field: "consignee", found: world.distributor.address },
      );
    });

    it("reports altered states before a record", async () => {
      const line = 100n | (99n << 64n) | (1n << 128n);
      for (const [lie, found] of [
        [line, 100],
        [100n, trail.events[1]!.event.entries[0]!.previous],
      ] as const) {
        const flip = (log: Log): Log =>
          log.topics[1] === digest(1)
            ? {
                ...log,
                data: `${String(log.data).slice(0, -64)}${lie.toString(16).padStart(64, "0")}`,
              }
            : log;
        await expectInconsistent(
          withLogs((logs) => logs.map(flip)),
          { event: digest(1), lot, field: "entries.0.previous", found },
        );
      }
    });

    it("reports altered content of a notice", async () => {
      const [{ notice }] = trail.notices as [Trail["notices"][number]];
      const flip = (log: Log): Log =>
        log.topics[0] === TOPICS.NoticeTaken
          ? { ...log, topics: [...log.topics.slice(0, 2), ZERO_HASH, log.topics[3]!] }
          : log;
      await expectInconsistent(
        withLogs((logs) => logs.map(flip)),
        { notice: noticeDigest(world.ledger.domain, notice), lot },
      );
    });

    it("reports a lot's word that does not match the records", async () => {
      const reader = { ...world.ledger.reader };
      reader.words = async (lots, hash) =>
        (await world.ledger.reader.words(lots, hash)).map((words) => ({
          ...words,
          word: digest(0),
        }));
      await expectInconsistent(reader, { lot, expected: digest(0) });
    });

    it("reports records in a wrong order", async () => {
      const [first] = await world.ledger.reader.blocks([trail.events[0]!.settled!.block]);
      const place = {
        blockNumber: `0x${first!.number.toString(16)}`,
        blockHash: first!.hash,
        logIndex: "0x1",
      };
      const early = (log: Log): Log => (log.topics[1] === digest(2) ? { ...log, ...place } : log);
      await expectInconsistent(
        withLogs((logs) =>
          logs.map(early).sort((a, b) => Number(a.blockNumber) - Number(b.blockNumber)),
        ),
        { event: digest(2), field: "settled" },
      );
    });

    it("reports answers from two branches of the chain", async () => {
      const other = `0x${"b".repeat(64)}`;
      await expectInconsistent(
        withLogs((logs) => logs.map((log) => ({ ...log, blockHash: other }))),
      );
      await expectInconsistent(
        answering("eth_getBlockByNumber", (block: object, [which]) =>
          which === "latest" ? block : { ...block, hash: other },
        ),
      );
    });

    it("is incomplete when the node is behind, and reports its old newest block", async () => {
      const [old] = await world.ledger.reader.blocks([trail.events[1]!.settled!.block]);
      const stale = { ...world.ledger.reader, head: () => Promise.resolve(old!) };
      const verdict = await verify(trail, trust, stale);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal([
        "INCOMPLETE",
        ["NOT_RECORDED", "NOTICE_NOT_RECORDED", "SUSPECTED"],
      ]);
      const aged = await verify(
        trail,
        { ...trust, now: old!.time + 100, policy: { maxHeadAgeSeconds: 99 } },
        stale,
      );
      expectFinding(aged, { code: "HEAD_STALE", found: old!.time });
    });
  });

  it("finds the lot on the chain when the trail altered its first event and gives no hint", async () => {
    const own = lotOf(world.maker, "V3");
    await act(world, world.maker, "commission", {
      lots: { [own]: 5 },
      facts: { [own]: maker("V3") },
    });
    const altered = trailFor(world, own);
    altered.events[0]!.event.time -= 1;
    delete altered.events[0]!.settled;
    const verdict = await verify(altered, trust, world.ledger.reader);
    expect(verdict.verdict).to.equal("FAIL");
    expectFinding(verdict, { code: "RECORD_DIFFERS", field: "time" });
    expect(findingsOf(verdict).map(({ code }) => code)).to.include("KeyNotOfParty");
  });

  it("sends one request per block and lot of the trail, besides a fixed number", async () => {
    let asked = 0;
    const counted = through((method, params, next) => (asked++, next(method, params)));
    await verify(trail, trust, counted);
    // chain id, head, code; records, facts, notices; two words; the blocks of three records and a notice
    expect(asked).to.equal(3 + 3 + 2 + 4);
  });
});
