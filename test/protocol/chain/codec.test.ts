// Compares the calls and logs of the ledger with ethers and the compiled contract.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { Interface } from "ethers";
import {
  decodeError,
  encodeAdmit,
  encodeEnrol,
  encodeNotify,
  encodeNotifyBatch,
  encodeRecordBatch,
  encodeReinstate,
  encodeRevoke,
  encodeSuspend,
} from "../../../protocol/chain/codec.ts";
import { decodeLog } from "../../../protocol/chain/ledger-log.ts";
import { type CustodyEvent, ACTIONS } from "../../../protocol/event/event.ts";
import { LEDGER_ABI, LEDGER_ERRORS, LEDGER_LOGS } from "../../../protocol/chain/ledger-abi.ts";
import type { RawLog } from "../../../protocol/chain/ledger-log.ts";
import { type LotState, wordOf } from "../../../protocol/event/lot.ts";
import { type Submission, submissionOf } from "../../../protocol/event/submission.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { VIOLATIONS } from "../../../protocol/event/violation.ts";
import { refused } from "../../support/refused.ts";

const abiOf = (path: string) =>
  new Interface(
    (
      JSON.parse(
        readFileSync(new URL(`../../../artifacts/contracts/${path}`, import.meta.url), "utf8"),
      ) as {
        abi: ConstructorParameters<typeof Interface>[0];
      }
    ).abi,
  );
const compiled = abiOf("CustodyLedger.sol/CustodyLedger.json");
const declared = abiOf("interfaces/ICustodyLedger.sol/ICustodyLedger.json");
const ours = new Interface(LEDGER_ABI);
/** Call data of one event. The service sends only batches, but others may send single events. */
const encodeRecord = (submission: Submission) => ours.encodeFunctionData("record", [submission]);

const hash = (byte: string) => `0x${byte.repeat(32)}`;
const address = (byte: string) => `0x${byte.repeat(20)}`;
const position = { block: 7, blockHash: hash("b1"), transaction: hash("c1"), logIndex: 3 };

/** A log as a node gives it, encoded by ethers from the compiled contract's interface. */
function rawLog(name: string, values: unknown[]): RawLog {
  const { topics, data } = compiled.encodeEventLog(name, values);
  return {
    address: address("aa"),
    topics: topics as string[],
    data,
    removed: false,
    blockNumber: 7,
    blockHash: position.blockHash,
    transactionHash: position.transaction,
    logIndex: 3,
  };
}

describe("the chain codec", () => {
  describe("the ledger's ABI", () => {
    it("has nothing that the contract or its interface lacks", () => {
      const there = new Set(
        [...compiled.fragments, ...declared.fragments].map((fragment) => fragment.format("full")),
      );
      const missing = ours.fragments
        .map((fragment) => fragment.format("full"))
        .filter((text) => !there.has(text));
      expect(missing).to.deep.equal([]);
    });

    it("has every function, log and error of the declared interface", () => {
      const here = new Set(ours.fragments.map((fragment) => fragment.format("full")));
      const missing = declared.fragments
        .map((fragment) => fragment.format("full"))
        .filter((text) => !here.has(text));
      expect(missing).to.deep.equal([]);
    });

    it("has every log of the compiled contract except EIP712DomainChanged, which it never writes", () => {
      const logs = compiled.fragments
        .filter(({ type }) => type === "event")
        .map((fragment) => fragment.format("full"));
      const unknown = logs.filter((text) => !(LEDGER_LOGS as readonly string[]).includes(text));
      expect(unknown).to.deep.equal(["event EIP712DomainChanged()"]);
    });
  });

  describe("decodeLog", () => {
    const line = (after: number, before: number, origin: number) =>
      BigInt(after) | (BigInt(before) << 64n) | (BigInt(origin) << 128n);

    it("decodes a recorded event", () => {
      const raw = rawLog("EventRecorded", [
        hash("d1"),
        address("a1"),
        address("a2"),
        ACTIONS.split,
        address("a3"),
        1_790_000_000,
        hash("e1"),
        [hash("01"), hash("02"), hash("03")],
        [
          line(400, 0, 0),
          line(600, 1000, 1),
          line(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 255),
        ],
      ]);
      expect(decodeLog(raw)).to.deep.equal({
        name: "EventRecorded",
        ...position,
        digest: hash("d1"),
        action: ACTIONS.split,
        time: 1_790_000_000,
        actor: address("a1"),
        consignee: address("a2"),
        holder: address("a3"),
        details: hash("e1"),
        lots: [
          { lot: hash("01"), quantity: 400, quantityBefore: 0, isNew: true },
          { lot: hash("02"), quantity: 600, quantityBefore: 1000, isNew: false },
          {
            lot: hash("03"),
            isNew: false,
            quantity: Number.MAX_SAFE_INTEGER,
            quantityBefore: Number.MAX_SAFE_INTEGER,
          },
        ],
      });
    });

    it("decodes a recorded event of 250 lots", () => {
      const lots = Array.from(
        { length: 250 },
        (_, i) => `0x${(i + 1).toString(16).padStart(64, "0")}`,
      );
      const raw = rawLog("EventRecorded", [
        hash("d1"),
        address("a1"),
        ZERO_ADDRESS,
        ACTIONS.commission,
        address("a1"),
        5,
        ZERO_HASH,
        lots,
        lots.map((_, i) => BigInt(i + 1)),
      ]);
      const log = decodeLog(raw);
      if (log.name !== "EventRecorded") throw new Error(log.name);
      expect(log.lots.map(({ lot }) => lot)).to.deep.equal(lots);
      expect(log.lots.map(({ quantity }) => quantity)).to.deep.equal(lots.map((_, i) => i + 1));
    });

    it("decodes a notice", () => {
      const raw = rawLog("NoticeTaken", [
        hash("01"),
        address("a1"),
        hash("d1"),
        3,
        Number.MAX_SAFE_INTEGER,
        hash("d0"),
        hash("e1"),
      ]);
      expect(decodeLog(raw)).to.deep.equal({
        name: "NoticeTaken",
        ...position,
        lot: hash("01"),
        issuer: address("a1"),
        digest: hash("d1"),
        kind: 3,
        time: Number.MAX_SAFE_INTEGER,
        withdraws: hash("d0"),
        details: hash("e1"),
      });
    });

    it("decodes logs about parties, keys and owners", () => {
      const text = "Ünïted 部品 GmbH & Söhne, with a name longer than 32 bytes";
      const cases: [string, unknown[], object][] = [
        [
          "PartyAdmitted",
          [address("a1"), 5, text, hash("1d")],
          { party: address("a1"), roles: 5, partyName: text, identity: hash("1d") },
        ],
        ["PartySuspended", [address("a1")], { party: address("a1") }],
        ["PartyReinstated", [address("a1")], { party: address("a1") }],
        [
          "KeyEnrolled",
          [address("a1"), address("b1")],
          { party: address("a1"), key: address("b1") },
        ],
        [
          "KeyRevoked",
          [address("a1"), address("b1")],
          { party: address("a1"), key: address("b1") },
        ],
        [
          "OwnershipTransferStarted",
          [address("a1"), address("b1")],
          { previousOwner: address("a1"), newOwner: address("b1") },
        ],
        [
          "OwnershipTransferred",
          [address("a1"), address("b1")],
          { previousOwner: address("a1"), newOwner: address("b1") },
        ],
        ["EventSkipped", [hash("d1"), "0x"], { digest: hash("d1"), reason: "0x" }],
      ];
      for (const [name, values, facts] of cases)
        expect(decodeLog(rawLog(name, values))).to.deep.equal({ name, ...position, ...facts });
    });

    it("decodes the reason why an event was skipped", () => {
      const reason = compiled.encodeErrorResult("NotHolder", [hash("01"), address("a9")]);
      const log = decodeLog(rawLog("EventSkipped", [hash("d1"), reason]));
      if (log.name !== "EventSkipped") throw new Error(log.name);
      expect(decodeError(log.reason)).to.deep.equal({
        name: "NotHolder",
        args: [hash("01"), address("a9")],
      });
    });

    describe("decodeLog, on a malformed log", () => {
      const good = rawLog("EventRecorded", [
        hash("d1"),
        address("a1"),
        ZERO_ADDRESS,
        1,
        address("a1"),
        5,
        ZERO_HASH,
        [hash("01")],
        [line(4, 0, 0)],
      ]);
      const slots = good.data.slice(2).match(/.{64}/g)!;
      const withSlot = (index: number, slot: string): RawLog => ({
        ...good,
        data: `0x${slots.map((was, i) => (i === index ? slot : was)).join("")}`,
      });
      const full = "f".repeat(64);
      const cases: Record<string, RawLog> = {
        "an unknown topic": { ...good, topics: [hash("77"), ...good.topics.slice(1)] },
        "too few topics": { ...good, topics: good.topics.slice(0, 3) },
        "an address with more than 20 bytes in a topic": {
          ...good,
          topics: [...good.topics.slice(0, 2), hash("01"), hash("00")],
        },
        "an address with more than 20 bytes in its data": withSlot(1, full),
        "a number beyond 2^53 - 1": withSlot(2, full),
        "an offset beyond its data": withSlot(4, full),
        "a length beyond its data": withSlot(6, "f".padStart(64, "0")),
        "more lots than an event may have": withSlot(6, "fb".padStart(64, "0")),
        "a line with bits that mean nothing": withSlot(9, full),
        "data cut short": { ...good, data: good.data.slice(0, -64) },
        "no data": { ...good, data: "0x" },
        "another number of lines than lots": withSlot(8, "0".repeat(64)),
      };
      for (const [what, raw] of Object.entries(cases))
        it(`refuses ${what}`, () => {
          refused(() => decodeLog(raw), "CHAIN_INCONSISTENT");
        });
    });
  });

  describe("decodeError", () => {
    const sample: Record<string, [unknown, string | number]> = {
      address: [address("ab"), address("ab")],
      bytes32: [hash("cd"), hash("cd")],
      uint8: [7, 7],
      uint64: [2n ** 53n - 1n, Number.MAX_SAFE_INTEGER],
      uint256: [2n ** 60n, (2n ** 60n).toString()],
    };

    it("decodes every rule violation with its arguments", () => {
      for (const [name, parameters] of Object.entries(VIOLATIONS)) {
        const values = parameters.map((parameter) => sample[parameter.split(" ")[0]!]!);
        const data = compiled.encodeErrorResult(
          name,
          values.map(([value]) => value),
        );
        expect(decodeError(data)).to.deep.equal({ name, args: values.map(([, plain]) => plain) });
      }
    });

    it("decodes every other error of the ledger", () => {
      for (const text of LEDGER_ERRORS) {
        const [, name, parameter] = /^error (\w+)\((\w*)/.exec(text)!;
        const values = parameter === "" ? [] : [sample[parameter!]!];
        const data = compiled.encodeErrorResult(
          name!,
          values.map(([value]) => value),
        );
        expect(decodeError(data)).to.deep.equal({ name, args: values.map(([, plain]) => plain) });
      }
    });

    it("returns undefined for any other data", () => {
      for (const data of [
        "0x",
        "0x12345678",
        `0x${"00".repeat(100)}`,
        "0x82b42900",
        "no hex",
        compiled.getError("NotHolder")!.selector,
      ])
        expect(decodeError(data)).to.equal(undefined);
    });
  });

  describe("the encoders of the ledger's calls", () => {
    const state: LotState = {
      lastEvent: hash("d0"),
      holder: address("a1"),
      consignee: ZERO_ADDRESS,
      quantity: 1000,
      held: true,
    };
    const event: CustodyEvent = {
      action: ACTIONS.split,
      actor: address("a1"),
      holder: address("a1"),
      consignee: ZERO_ADDRESS,
      entries: [
        { lot: hash("01"), previous: wordOf(state), quantity: 600 },
        { lot: hash("02"), previous: ZERO_HASH, quantity: 400 },
      ],
      time: 1_790_000_000,
      details: hash("e1"),
    };
    const signature = `0x${"12".repeat(32)}${"34".repeat(32)}1c`;
    const parts = [`0x${"12".repeat(32)}`, `0x${"34".repeat(32)}`, 28n];
    const plain = (value: unknown): unknown =>
      Array.isArray(value)
        ? Array.from(value, plain)
        : typeof value === "string"
          ? value.toLowerCase()
          : value;
    const decoded = (name: string, data: string) =>
      plain(compiled.decodeFunctionData(name, data).toArray(true));

    it("encode signed events for record and recordBatch", () => {
      const submission = submissionOf(event, [state, null], signature);
      const expected = [
        7n,
        address("a1"),
        address("a1"),
        ZERO_ADDRESS,
        1_790_000_000n,
        hash("e1"),
        [hash("01"), hash("02")],
        [600n | (1000n << 64n) | (1n << 128n), 400n],
        [[hash("d0"), address("a1"), ZERO_ADDRESS, true]],
        parts,
      ];
      expect(decoded("record", encodeRecord(submission))).to.deep.equal([expected]);
      expect(decoded("recordBatch", encodeRecordBatch([submission, submission]))).to.deep.equal([
        [expected, expected],
      ]);
    });

    it("encode a notice", () => {
      const notice = {
        lot: hash("01"),
        kind: 3 as const,
        issuer: address("a1"),
        time: 77,
        withdraws: hash("d1"),
        details: hash("e1"),
      };
      expect(decoded("notify", encodeNotify(notice, signature))).to.deep.equal([
        [hash("01"), 3n, address("a1"), 77n, hash("d1"), hash("e1")],
        parts,
      ]);
      const signed = { notice, signature };
      expect(decoded("notifyBatch", encodeNotifyBatch([signed, signed]))).to.deep.equal([
        Array.from({ length: 2 }, () => [
          [hash("01"), 3n, address("a1"), 77n, hash("d1"), hash("e1")],
          parts,
        ]),
      ]);
    });

    it("encode changes to parties and keys", () => {
      expect(decoded("admit", encodeAdmit(address("a1"), 5, "Söhne", hash("1d")))).to.deep.equal([
        address("a1"),
        5n,
        "söhne",
        hash("1d"),
      ]);
      expect(decoded("suspend", encodeSuspend(address("a1")))).to.deep.equal([address("a1")]);
      expect(decoded("reinstate", encodeReinstate(address("a1")))).to.deep.equal([address("a1")]);
      expect(decoded("enrol", encodeEnrol(address("b1"), signature))).to.deep.equal([
        address("b1"),
        parts,
      ]);
      expect(decoded("revoke", encodeRevoke(address("b1")))).to.deep.equal([address("b1")]);
    });

    it("refuse a signature that is not 65 bytes", () => {
      refused(
        () => encodeEnrol(address("b1"), signature.slice(0, -2)),
        "BAD_SIGNATURE",
        "signature",
      );
    });
  });
});
