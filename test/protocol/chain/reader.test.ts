// Reads a real ledger through a node that answers correctly, and through nodes that do not.
import { expect } from "chai";
import {
  type LedgerReader,
  type LedgerSource,
  ledgerReader,
} from "../../../protocol/chain/reader.ts";
import { type ErrorCode, ProtocolError } from "../../../protocol/base/errors.ts";
import { eventDigest } from "../../../protocol/event/event.ts";
import { checkpointTopics } from "../../../protocol/chain/checkpoint.ts";
import { TOPICS } from "../../../protocol/chain/ledger-log.ts";
import type { Request } from "../../../protocol/chain/node.ts";
import { noticeWord } from "../../../protocol/event/notice.ts";
import { ROLES } from "../../../protocol/event/roles.ts";
import { wordOf } from "../../../protocol/event/lot.ts";
import type { TrailEvent } from "../../../protocol/trail/trail.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import {
  type Party,
  admit,
  enrol,
  mine,
  reinstate,
  revoke,
  suspend,
} from "../../support/ledger.ts";
import {
  type World,
  commission,
  deliver,
  giveNotice,
  lotOf,
  openWorld,
} from "../../support/trails.ts";

/** The error code of a rejected promise. */
async function refusal(promise: Promise<unknown>): Promise<ErrorCode> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** An error in a node's answer, which differs from no answer. */
const nodeError = (code: number) => Object.assign(new Error("refused by the node"), { code });

describe("ledgerReader", () => {
  let world: World;
  let reader: LedgerReader;
  let lot: string;
  let events: TrailEvent[];
  let suspended: Party;
  let revokedKey: string;

  before(async () => {
    world = await openWorld();
    const { ledger, maker, distributor, broker } = world;
    reader = ledger.reader;
    lot = await commission(world, "R1", 1000);
    await deliver(world, maker, distributor, [lot]);
    await giveNotice(world, maker, { lot, kind: "recall" });
    await giveNotice(world, broker, { lot, kind: "suspicion" });
    suspended = broker;
    await suspend(ledger, broker);
    await reinstate(ledger, broker);
    await suspend(ledger, broker);
    const key = await enrol(ledger, maker.address);
    revokedKey = key.address;
    await revoke(ledger, maker, key);
    events = [...world.producers.values()];
  });

  const through = (
    change: (method: string, params: readonly unknown[], next: Request) => Promise<unknown>,
    more: Partial<LedgerSource> = {},
  ) =>
    ledgerReader({
      ...world.ledger.domain,
      request: (method, params) => change(method, params, world.ledger.request),
      ...more,
    });
  const digest = (item: TrailEvent) => eventDigest(world.ledger.domain, item.event);

  describe("ledgerReader, with an honest node", () => {
    it("returns the newest block, or the block asked for", async () => {
      const head = await reader.head();
      expect(head.number).to.equal(Number(await world.ledger.request("eth_blockNumber", [])));
      const [parent] = await reader.blocks([head.number - 1]);
      expect(parent!.hash).to.equal(head.parent);
      expect(await reader.head(parent!.hash)).to.deep.equal(parent);
    });

    it("finds the records of events by their digests, in the order of the chain", async () => {
      const { number } = await reader.head();
      const records = await reader.events([...events.map(digest).reverse(), ZERO_HASH], number);
      expect(records.map((record) => record.digest)).to.deep.equal(events.map(digest));
      expect(records.map(({ block, transaction }) => ({ block, transaction }))).to.deep.equal(
        events.map(({ settled }) => settled),
      );
      const [, shipped] = records;
      expect(shipped).to.include({
        actor: world.maker.address,
        holder: world.maker.address,
        consignee: world.distributor.address,
        action: 3,
        time: events[1]!.event.time,
        details: events[1]!.event.details,
      });
      expect(shipped!.lots).to.deep.equal([
        { lot, quantity: 1000, quantityBefore: 1000, isNew: false },
      ]);
    });

    it("finds nothing after the last block asked for", async () => {
      const [first] = events;
      const before = first!.settled!.block - 1;
      expect(await reader.events(events.map(digest), before)).to.deep.equal([]);
      expect(await reader.events(events.map(digest), before + 1)).to.have.length(1);
      expect(await reader.notices([lot], before)).to.deep.equal([]);
    });

    it("finds the events of an actor in a range of blocks", async () => {
      const { number } = await reader.head();
      const records = await reader.eventsOfActors([world.distributor.address], 0, number);
      expect(records.map((record) => record.digest)).to.deep.equal([digest(events[2]!)]);
      expect(
        await reader.eventsOfActors([world.distributor.address], records[0]!.block + 1, number),
      ).to.deep.equal([]);
    });

    it("finds changes to parties and keys, in the order of the chain", async () => {
      const { number } = await reader.head();
      const ofBroker = await reader.partyFacts([suspended.address], number);
      expect(ofBroker.map(({ name }) => name)).to.deep.equal([
        "PartyAdmitted",
        "KeyEnrolled",
        "PartySuspended",
        "PartyReinstated",
        "PartySuspended",
      ]);
      expect(ofBroker[0]).to.include({ partyName: "Quayside Parts", roles: ROLES.distributor });
      const ofMaker = await reader.partyFacts([world.maker.address], number);
      expect(
        ofMaker.filter((fact) => "key" in fact && fact.key === revokedKey).map(({ name }) => name),
      ).to.deep.equal(["KeyEnrolled", "KeyRevoked"]);
      const both = await reader.partyFacts([world.maker.address, suspended.address], number);
      expect(both).to.have.length(ofBroker.length + ofMaker.length);
      const places = both.map(({ block, logIndex }) => block * 1000 + logIndex);
      expect(places).to.deep.equal(places.toSorted((a, b) => a - b));
    });

    it("finds notices and both words as of one block", async () => {
      const head = await reader.head();
      const notices = await reader.notices([lot, lotOf(world.maker, "unknown")], head.number);
      expect(notices.map(({ kind, issuer }) => [kind, issuer])).to.deep.equal([
        [1, world.maker.address],
        [2, world.broker.address],
      ]);
      const folded = notices.reduce((word, notice) => noticeWord(word, notice.digest), ZERO_HASH);
      expect(await reader.words([lotOf(world.maker, "unknown"), lot], head.hash)).to.deep.equal([
        { word: ZERO_HASH, noticeWord: ZERO_HASH },
        { word: wordOf(world.states.get(lot)!), noticeWord: folded },
      ]);
      const [before] = await reader.blocks([events[2]!.settled!.block - 1]);
      const [then] = await reader.words([lot], before!.hash);
      expect(then!.word).to.equal(events[2]!.event.entries[0]!.previous);
      expect(then!.noticeWord).to.equal(ZERO_HASH);
    });
  });

  describe("ledgerReader, with a node that limits its answers", () => {
    const widthOf = (params: readonly unknown[]) => {
      const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
      return Number(toBlock) - Number(fromBlock) + 1;
    };

    for (const [limit, code] of [
      [1, -32_005],
      [3, -32_602],
      [7, -32_000],
    ] as const)
      it(`splits the range when the node refuses more than ${limit} blocks`, async () => {
        await mine(world.ledger, 5);
        const { number } = await reader.head();
        let refusals = 0;
        const bounded = through(async (method, params, next) => {
          if (method === "eth_getLogs" && widthOf(params) > limit) {
            refusals++;
            throw nodeError(code);
          }
          return next(method, params);
        });
        expect(await bounded.events(events.map(digest), number)).to.deep.equal(
          await reader.events(events.map(digest), number),
        );
        const { block } = events[2]!.settled!;
        expect(await bounded.events([digest(events[2]!)], block)).to.have.length(1);
        expect(refusals).to.be.within(1, 2 * Math.ceil(Math.log2(number + 1)) + 2);
      });

    it("never asks for more blocks than logRange", async () => {
      const { number } = await reader.head();
      const widths: number[] = [];
      const set = through(
        (method, params, next) => {
          if (method === "eth_getLogs") widths.push(widthOf(params));
          return next(method, params);
        },
        { logRange: 4, fromBlock: 2 },
      );
      expect(await set.events(events.map(digest), number)).to.have.length(3);
      expect(Math.max(...widths)).to.equal(4);
      expect(widths.reduce((sum, width) => sum + width)).to.equal(number - 1);
    });

    it("reads 150,000 logs in one answer", async () => {
      const { number, hash } = await reader.head();
      const maker = world.maker.address;
      const log = (i: number) => ({
        address: world.ledger.domain.ledger,
        data: "0x",
        removed: false,
        transactionHash: hash,
        topics: [TOPICS.PartySuspended, `0x${maker.slice(2).padStart(64, "0")}`],
        blockNumber: `0x${number.toString(16)}`,
        blockHash: hash,
        logIndex: `0x${i.toString(16)}`,
      });
      const logs = Array.from({ length: 150_000 }, (_, i) => log(i));
      const busy = through((method, params, next) =>
        method === "eth_getLogs" ? Promise.resolve(logs) : next(method, params),
      );
      expect(await busy.partyFacts([maker], number)).to.have.length(logs.length);
    });

    it("asks for checkpoints in batches of 500, and drops pairs that were not asked for", async () => {
      const { number } = await reader.head();
      const asked: string[][][] = [];
      const anchored = (operator: string, size: string) => ({
        address: world.ledger.domain.ledger,
        removed: false,
        transactionHash: digest(events[0]!),
        topics: [...checkpointTopics(operator), size],
        logIndex: `0x${size.slice(-1)}`,
        data: `0x${"ab".repeat(32)}${"0".repeat(64)}`,
        blockNumber: `0x${number.toString(16)}`,
        blockHash: digest(events[1]!),
      });
      const operators = Array.from(
        { length: 600 },
        (_, i) => `0x${(i + 1).toString(16).padStart(40, "0")}`,
      );
      const size = (i: number) => `0x${(i + 1).toString(16).padStart(64, "0")}`;
      const counted = through((method, params, next) => {
        if (method !== "eth_getLogs") return next(method, params);
        const { topics } = params[0] as { topics: string[][] };
        asked.push(topics);
        // The filter matches the second pair, too: its operator and its size were asked for, but not together.
        return Promise.resolve(
          asked.length > 1
            ? []
            : [anchored(operators[0]!, size(0)), anchored(operators[0]!, size(1))],
        );
      });
      const wanted = operators.map((operator, i) => ({ operator, size: i + 1 }));
      const records = await counted.checkpoints(world.ledger.domain.ledger, wanted, number);
      expect(records.map(({ operator, size: each }) => [operator, each])).to.deep.equal([
        [operators[0], 1],
      ]);
      expect(asked.map((topics) => topics.slice(1).map((list) => list.length))).to.deep.equal([
        [500, 500],
        [100, 100],
      ]);
    });

    it("asks for long lists in batches of 500", async () => {
      const { number } = await reader.head();
      const sizes: number[] = [];
      const counted = through((method, params, next) => {
        if (method === "eth_getLogs")
          sizes.push((params[0] as { topics: string[][] }).topics[1]!.length);
        return next(method, params);
      });
      const many = Array.from({ length: 1200 }, (_, i) => `0x${i.toString(16).padStart(64, "0")}`);
      const records = await counted.events(
        [digest(events[2]!), ...many, ...many, ...events.slice(0, 2).map(digest)],
        number,
      );
      expect(records.map((record) => record.digest)).to.deep.equal(events.map(digest));
      expect(sizes.toSorted((a, b) => a - b)).to.deep.equal([203, 500, 500]);
    });

    it("throws CHAIN_UNREACHABLE when the node refuses a single block", async () => {
      const { number } = await reader.head();
      const bounded = through((method, params, next) =>
        method === "eth_getLogs" ? Promise.reject(nodeError(-32_005)) : next(method, params),
      );
      expect(await refusal(bounded.events(events.map(digest), number))).to.equal(
        "CHAIN_UNREACHABLE",
      );
    });
  });

  describe("ledgerReader, with a node that is down", () => {
    it("throws CHAIN_UNREACHABLE without a retry", async () => {
      let asked = 0;
      const down = through(() => {
        asked++;
        return Promise.reject(Object.assign(new Error("connect"), { code: "ECONNREFUSED" }));
      });
      expect(await refusal(down.events(events.map(digest), 1000))).to.equal("CHAIN_UNREACHABLE");
      expect(asked).to.equal(1);
      expect(await refusal(down.head())).to.equal("CHAIN_UNREACHABLE");
      expect(await refusal(down.blocks([1]))).to.equal("CHAIN_UNREACHABLE");
      expect(await refusal(down.words([lot], ZERO_HASH))).to.equal("CHAIN_UNREACHABLE");
    });
  });

  describe("ledgerReader, with a node that lies", () => {
    /** Changes the logs that a node gives. */
    type Log = Record<string, unknown>;
    const withLogs = (change: (logs: Log[]) => unknown) =>
      through(async (method, params, next) => {
        const answer = await next(method, params);
        return method === "eth_getLogs" ? change(answer as Log[]) : answer;
      });
    const first = (more: Record<string, unknown>) =>
      withLogs((logs) => logs.map((log, i) => (i === 0 ? { ...log, ...more } : log)));
    const answering = (method: string, answer: unknown) =>
      through((asked, params, next) =>
        asked === method ? Promise.resolve(answer) : next(asked, params),
      );

    const cases: Record<string, () => LedgerReader> = {
      "another contract's log": () => first({ address: `0x${"77".repeat(20)}` }),
      "a log that was removed": () => first({ removed: true }),
      "a log of another kind": () => first({ topics: [ZERO_HASH] }),
      "a log beyond the range": () => withLogs(([log]) => [{ ...log, blockNumber: "0xffffff" }]),
      "a log before the range": () =>
        through(
          async (method, params, next) => {
            const [log] = (await next(method, params)) as object[];
            return [{ ...log, blockNumber: "0x1" }];
          },
          { fromBlock: 2 },
        ),
      "logs out of order": () => withLogs((logs) => logs.toReversed()),
      "the same log twice": () => withLogs((logs) => logs.flatMap((log) => [log, log])),
      "one event recorded twice": () =>
        withLogs((logs) => logs.flatMap((log) => [log, { ...log, logIndex: "0xff" }])),
      "a log without a block": () => first({ blockHash: null }),
      "a number that is none": () => first({ blockNumber: "0x" }),
      "a log index beyond 2^53 - 1": () => first({ logIndex: `0x${"f".repeat(16)}` }),
      "data that is not the log's": () => first({ data: "0x00" }),
      "no list": () => withLogs(() => ({})),
      nothing: () => withLogs(() => null),
    };
    for (const [what, lying] of Object.entries(cases))
      it(`refuses ${what}`, async () => {
        const { number } = await reader.head();
        expect(await refusal(lying().events(events.map(digest), number))).to.equal(
          "CHAIN_INCONSISTENT",
        );
      });

    const doublings: Record<string, (log: Log) => Log> = {
      "in the same place": (log) => log,
      "in an earlier place of its block": (log) => ({ ...log, logIndex: "0x0" }),
      "in a block of the same number": (log) => ({
        ...log,
        logIndex: "0xff",
        blockHash: ZERO_HASH,
      }),
    };
    for (const [what, change] of Object.entries(doublings))
      it(`refuses a fact repeated ${what}`, async () => {
        const { number } = await reader.head();
        const moved = (log: Log): Log => ({ ...log, logIndex: "0x1" });
        const twice = (again: (log: Log) => Log) =>
          withLogs((logs) => logs.flatMap((log) => [moved(log), again(moved(log))]));
        const facts = (lying: LedgerReader) => lying.partyFacts([suspended.address], number);
        expect(await refusal(facts(twice(change)))).to.equal("CHAIN_INCONSISTENT");
        expect(await facts(twice((log) => ({ ...log, logIndex: "0x2" })))).to.have.length(10);
      });

    it("refuses a log of another event than asked for", async () => {
      const { number } = await reader.head();
      const lying = through((method, params, next) => {
        const [filter] = params as [{ topics: unknown[] }];
        return method === "eth_getLogs"
          ? next(method, [{ ...filter, topics: filter.topics.slice(0, 1) }])
          : next(method, params);
      });
      expect(await refusal(lying.events([digest(events[0]!)], number))).to.equal(
        "CHAIN_INCONSISTENT",
      );
    });

    it("refuses another chain", async () => {
      expect(await refusal(answering("eth_chainId", "0x1").head())).to.equal("CHAIN_INCONSISTENT");
    });

    it("refuses a ledger address without code", async () => {
      expect(await refusal(answering("eth_getCode", "0x").head())).to.equal("CHAIN_INCONSISTENT");
    });

    it("refuses an answer without the block asked for", async () => {
      expect(await refusal(reader.head(ZERO_HASH))).to.equal("CHAIN_INCONSISTENT");
      expect(await refusal(reader.blocks([1_000_000]))).to.equal("CHAIN_INCONSISTENT");
    });

    it("refuses another block than asked for", async () => {
      const other = await world.ledger.request("eth_getBlockByNumber", ["0x1", false]);
      const lying = answering("eth_getBlockByNumber", other);
      expect(await refusal(lying.blocks([2]))).to.equal("CHAIN_INCONSISTENT");
      const { hash } = await reader.head();
      expect(await refusal(answering("eth_getBlockByHash", other).head(hash))).to.equal(
        "CHAIN_INCONSISTENT",
      );
    });

    it("refuses malformed words", async () => {
      const { hash } = await reader.head();
      for (const answer of ["0x", "0x00", null, 5])
        expect(await refusal(answering("eth_call", answer).words([lot], hash))).to.equal(
          "CHAIN_INCONSISTENT",
        );
    });

    it("throws CHAIN_UNREACHABLE when the node no longer has the block of the words", async () => {
      expect(await refusal(reader.words([lot], ZERO_HASH))).to.equal("CHAIN_UNREACHABLE");
    });
  });

  it("returns only the facts of the party asked for", async () => {
    const laboratory = await admit(world.ledger, "Fjord Test House", ROLES.laboratory);
    const { number } = await reader.head();
    const facts = await reader.partyFacts([laboratory.address], number);
    expect(facts.map((fact) => fact.party)).to.deep.equal([laboratory.address, laboratory.address]);
  });
});
