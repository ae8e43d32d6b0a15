// Compares the reader of call data with ethers and the compiled contract, and gives it hostile call data.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { AbiCoder, Interface } from "ethers";
import { CallWords, readCalls } from "../../../protocol/chain/call-data.ts";
import {
  encodeNotify,
  encodeNotifyBatch,
  encodeRecordBatch,
  encodeRevoke,
} from "../../../protocol/chain/codec.ts";
import { ACTIONS, type CustodyEvent, eventDigest } from "../../../protocol/event/event.ts";
import { type LotState, wordOf } from "../../../protocol/event/lot.ts";
import { type Notice, noticeDigest } from "../../../protocol/event/notice.ts";
import { type Submission, submissionOf } from "../../../protocol/event/submission.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { hostileCallData } from "../../support/hostile.ts";

const artifact = new URL(
  "../../../artifacts/contracts/CustodyLedger.sol/CustodyLedger.json",
  import.meta.url,
);
const { abi } = JSON.parse(readFileSync(artifact, "utf8")) as {
  abi: ConstructorParameters<typeof Interface>[0];
};
const compiled = new Interface(abi);

const hash = (byte: string) => `0x${byte.repeat(32)}`;
const address = (byte: string) => `0x${byte.repeat(20)}`;
const domain = { chainId: 31337, ledger: address("ca") };
const signatureOf = (v: string) => `0x${"12".repeat(32)}${"34".repeat(32)}${v}`;

const state = (quantity: number, lastEvent = hash("d0")): LotState => ({
  lastEvent,
  holder: address("a1"),
  consignee: ZERO_ADDRESS,
  quantity,
  held: true,
});

/** An event over some lots: the first is new, every other comes from one of two origins. */
function eventOf(lots: number, time: number) {
  const before = Array.from({ length: lots }, (_, i) =>
    i === 0 ? null : state(1000 + i, hash(i % 2 === 0 ? "d0" : "d1")),
  );
  const entries = before.map((each, i) => ({
    lot: `0x${(i + 1).toString(16).padStart(64, "0")}`,
    previous: each ? wordOf(each) : ZERO_HASH,
    quantity: 600 + i,
  }));
  const event: CustodyEvent = {
    action: ACTIONS.split,
    actor: address("a1"),
    holder: address("a1"),
    consignee: address("a2"),
    entries,
    time,
    details: hash("e1"),
  };
  return { event, before };
}

const submit = ({ event, before }: ReturnType<typeof eventOf>, v = "1c"): Submission =>
  submissionOf(event, before, signatureOf(v));
const record = (submission: Submission) => compiled.encodeFunctionData("record", [submission]);
const recordBatch = (submissions: readonly Submission[]) =>
  compiled.encodeFunctionData("recordBatch", [submissions]);

/** Call data with one of its words replaced. */
const withWord = (data: string, index: number, word: string) =>
  data.slice(0, 10 + 64 * index) + word + data.slice(10 + 64 * (index + 1));
const wordAt = (data: string, index: number) => data.slice(10 + 64 * index, 74 + 64 * index);
const wordsOf = (data: string) => (data.length - 10) / 64;

describe("readCalls", () => {
  const [small, large] = [eventOf(3, 1_790_000_000), eventOf(250, 1_790_000_001)];
  const single = record(submit(small));
  const batch = recordBatch([submit(small), submit(large, "1b"), submit(small, "1b")]);

  it("reads what the compiled contract's interface and our relay encode", () => {
    const digest = eventDigest(domain, small.event);
    expect(readCalls(domain, single)).to.deep.equal([[digest, signatureOf("1c")]]);
    const three = [
      [digest, signatureOf("1c")],
      [eventDigest(domain, large.event), signatureOf("1b")],
      [digest, signatureOf("1b")],
    ];
    expect(readCalls(domain, batch)).to.deep.equal(three);
    const relayed = encodeRecordBatch([submit(small), submit(large, "1b"), submit(small, "1b")]);
    expect(readCalls(domain, relayed.toUpperCase().replace("0X", "0x"))).to.deep.equal(three);
    expect(readCalls(domain, encodeRecordBatch([]))).to.deep.equal([]);
  });

  it("reads a notice", () => {
    const notice: Notice = {
      lot: hash("01"),
      kind: 3,
      issuer: address("a1"),
      time: 77,
      withdraws: hash("d1"),
      details: hash("e1"),
    };
    const data = encodeNotify(notice, signatureOf("1c"));
    expect(readCalls(domain, data)).to.deep.equal([
      [noticeDigest(domain, notice), signatureOf("1c")],
    ]);
  });

  it("reads the notices of a batch, and nothing if the batch says that it is longer", () => {
    const notices = [1, 2].map((kind): Notice => ({
      lot: hash("01"),
      kind: kind as Notice["kind"],
      issuer: address("a1"),
      time: 77,
      withdraws: ZERO_HASH,
      details: hash("e1"),
    }));
    const data = encodeNotifyBatch(
      notices.map((notice, i) => ({ notice, signature: signatureOf(i === 0 ? "1b" : "1c") })),
    );
    expect(readCalls(domain, data)).to.deep.equal([
      [noticeDigest(domain, notices[0]!), signatureOf("1b")],
      [noticeDigest(domain, notices[1]!), signatureOf("1c")],
    ]);
    expect(readCalls(domain, encodeNotifyBatch([]))).to.deep.equal([]);
    for (const length of [1n, 3n, 2n ** 40n]) {
      const word = length.toString(16).padStart(64, "0");
      expect(readCalls(domain, withWord(data, 1, word))).to.equal(undefined);
    }
  });

  it("reads the same digests as ethers from a call with any word replaced, or nothing", () => {
    const at = (data: string) => {
      const call = compiled.parseTransaction({ data })!;
      return recordBatch(call.args[0] as Submission[]);
    };
    const data = recordBatch([submit(small), submit(eventOf(1, 5))]);
    let read = 0;
    for (let index = 0; index < wordsOf(data); index++) {
      const old = BigInt(`0x${wordAt(data, index)}`);
      for (const value of [
        0n,
        1n,
        32n,
        2n ** 53n,
        2n ** 256n - 1n,
        old + 32n,
        old - 32n,
        old + 1n,
      ]) {
        const word = BigInt.asUintN(256, value).toString(16).padStart(64, "0");
        const altered = withWord(data, index, word);
        const found = readCalls(domain, altered);
        if (found === undefined) continue;
        read++;
        expect(at(altered), `word ${index} as ${word}`).to.equal(altered);
      }
    }
    expect(read).to.be.above(100);
  });

  it("reads nothing from offsets that point backwards, share a tail or leave a gap", () => {
    const structAt = 1;
    const lists = [6, 7, 8].map((field) => structAt + field);
    for (const list of lists)
      for (const offset of [0n, 32n, BigInt(`0x${wordAt(single, lists[0]!)}`), 2n ** 64n]) {
        const word = offset.toString(16).padStart(64, "0");
        if (word === wordAt(single, list)) continue;
        expect(readCalls(domain, withWord(single, list, word)), `offset ${offset}`).to.equal(
          undefined,
        );
      }
    expect(readCalls(domain, `${single}${"0".repeat(64)}`), "trailing word").to.equal(undefined);
    expect(readCalls(domain, single.slice(0, -64)), "missing word").to.equal(undefined);
    expect(readCalls(domain, single.slice(0, -2)), "missing byte").to.equal(undefined);
  });

  it("reads each word of hostile call data at most once, whatever its size", () => {
    for (const bytes of [4, 16, 128].map((size) => size * 1024)) {
      const words = new CallWords(hostileCallData(bytes));
      expect(words.count).to.be.within(bytes / 32 - 32, bytes / 32);
      expect(readCalls(domain, words)).to.equal(undefined);
      expect(words.read).to.be.at.most(words.count);
    }
  });

  it("leaves out what the ledger cannot record, and reads the rest of a batch", () => {
    const good = submit(small);
    const bad: Submission[] = [
      { ...good, lots: [], lines: [], origins: [] },
      { ...good, lines: good.lines.slice(1) },
      { ...good, lines: [...good.lines.slice(1), 1n << 136n] },
      { ...good, lines: [2n ** 53n, ...good.lines.slice(1)] },
      { ...good, origins: [] },
      { ...good, lots: Array<string>(300).fill(hash("01")), lines: Array<bigint>(300).fill(1n) },
    ];
    const digest = eventDigest(domain, small.event);
    expect(readCalls(domain, recordBatch([...bad, good]))).to.deep.equal([
      [digest, signatureOf("1c")],
    ]);
  });

  it("reads nothing from other calls and other data", () => {
    const wrapped = AbiCoder.defaultAbiCoder().encode(["bytes"], [single]);
    for (const data of [
      encodeRevoke(address("b1")),
      "0x",
      "0x12345678",
      `0x12345678${wrapped.slice(2)}`,
      "no hex",
      `${single.slice(0, -1)}g`,
    ])
      expect(readCalls(domain, data)).to.equal(undefined);
  });
});
