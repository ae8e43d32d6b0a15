// Compares the calls and logs of the checkpoint contract with ethers and the compiled contract.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { Interface } from "ethers";
import {
  checkpointTopics,
  decodeCheckpointAnchored,
  decodeNewest,
  encodeCheckpoint,
  encodeNewest,
} from "../../../protocol/chain/checkpoint.ts";
import { CHECKPOINT_ABI } from "../../../protocol/chain/checkpoint-abi.ts";
import { CHECKPOINT_ERRORS } from "../../../protocol/log/checkpoint.ts";
import type { RawLog } from "../../../protocol/chain/ledger-log.ts";
import { refused } from "../../support/refused.ts";
import { decodeCheckpointError } from "../../support/checkpoint-error.ts";

const artifact = new URL(
  "../../../artifacts/contracts/CheckpointLog.sol/CheckpointLog.json",
  import.meta.url,
);
const { abi } = JSON.parse(readFileSync(artifact, "utf8")) as {
  abi: ConstructorParameters<typeof Interface>[0];
};
const compiled = new Interface(abi);

const LARGEST = Number.MAX_SAFE_INTEGER;
const hash = (byte: string) => `0x${byte.repeat(32)}`;
const operator = `0x${"0f".repeat(20)}`;
const position = { block: 7, blockHash: hash("b1"), transaction: hash("c1"), logIndex: 3 };

function rawLog(size: number, previousSize: number): RawLog {
  const { topics, data } = compiled.encodeEventLog("CheckpointAnchored", [
    operator,
    size,
    hash("ab"),
    previousSize,
  ]);
  return {
    address: `0x${"aa".repeat(20)}`,
    topics: topics as string[],
    data,
    removed: false,
    blockNumber: 7,
    blockHash: position.blockHash,
    transactionHash: position.transaction,
    logIndex: 3,
  };
}

describe("the checkpoint codec", () => {
  it("has exactly the interface of the compiled contract", () => {
    const fragmentsOf = (one: Interface) =>
      one.fragments.map((fragment) => fragment.format("full"));
    expect(fragmentsOf(new Interface(CHECKPOINT_ABI))).to.have.members(fragmentsOf(compiled));
  });

  it("lists the errors in the contract's order", () => {
    const source = readFileSync(
      new URL("../../../contracts/interfaces/ICheckpointLog.sol", import.meta.url),
      "utf8",
    );
    const found = [...source.matchAll(/^ {4}error (\w+)\(([^)]*)\);$/gm)].map(
      ([, name, args]) => `${name}(${args})`,
    );
    expect(found).to.deep.equal(
      Object.entries(CHECKPOINT_ERRORS).map(([name, args]) => `${name}(${args.join(", ")})`),
    );
  });

  it("encodes calls as ethers does", () => {
    for (const proof of [
      [],
      [hash("01")],
      Array.from({ length: 54 }, (_, i) => hash(String(i + 10))),
    ])
      for (const size of [0, 1, 2 ** 40, LARGEST])
        expect(encodeCheckpoint(size, hash("cd"), proof)).to.equal(
          compiled.encodeFunctionData("checkpoint", [size, hash("cd"), proof]),
        );
    expect(encodeNewest(operator)).to.equal(compiled.encodeFunctionData("newest", [operator]));
  });

  it("refuses sizes, hashes and addresses that the contract does not accept", () => {
    for (const size of [-1, 0.5, NaN, LARGEST + 1])
      refused(() => encodeCheckpoint(size, hash("cd"), []), "BAD_FIELD", "size");
    for (const bad of ["", "0x", `${hash("cd")}00`, hash("CD"), hash("cd").slice(0, -2)]) {
      refused(() => encodeCheckpoint(1, bad, []), "BAD_FIELD", "root");
      refused(() => encodeCheckpoint(1, hash("cd"), [hash("cd"), bad]), "BAD_FIELD", "proof.1");
    }
    for (const bad of ["", hash("cd"), operator.toUpperCase()])
      refused(() => encodeNewest(bad), "BAD_FIELD", "operator");
  });

  it("filters an operator's logs as ethers does", () => {
    const filter = (...values: unknown[]) =>
      compiled.encodeFilterTopics("CheckpointAnchored", values);
    expect(checkpointTopics(operator)).to.deep.equal(filter(operator));
    expect(checkpointTopics(operator, LARGEST)).to.deep.equal(filter(operator, LARGEST));
  });

  it("decodes an anchored checkpoint", () => {
    for (const [size, previousSize] of [
      [1, 0],
      [LARGEST, LARGEST - 1],
    ] as const)
      expect(decodeCheckpointAnchored(rawLog(size, previousSize))).to.deep.equal({
        operator,
        size,
        root: hash("ab"),
        previousSize,
        ...position,
      });
  });

  it("refuses logs that the contract cannot have written", () => {
    const good = rawLog(9, 7);
    const [topic, who, size] = good.topics as [string, string, string];
    const cases: Record<string, RawLog> = {
      "another topic": { ...good, topics: [hash("77"), who, size] },
      "a topic too few": { ...good, topics: [topic, who] },
      "a topic too many": { ...good, topics: [topic, who, size, size] },
      "no address": { ...good, topics: [topic, hash("01"), size] },
      "a size beyond 2^53 - 1": { ...good, topics: [topic, who, hash("01")] },
      "data too short": { ...good, data: good.data.slice(0, -64) },
      "data too long": { ...good, data: `${good.data}00` },
      "the same size as before": rawLog(7, 7),
      "a smaller size than before": rawLog(7, 9),
    };
    for (const raw of Object.values(cases))
      refused(() => decodeCheckpointAnchored(raw), "CHAIN_INCONSISTENT");
  });

  it("decodes the newest checkpoint, and null when there is none", () => {
    const answer = (size: number | bigint, root: string) =>
      compiled.encodeFunctionResult("newest", [size, root]);
    expect(decodeNewest(answer(LARGEST, hash("ab")))).to.deep.equal({
      size: LARGEST,
      root: hash("ab"),
    });
    expect(decodeNewest(answer(0, hash("00")))).to.equal(null);
    for (const bad of ["0x", answer(2n ** 53n, hash("ab")), `${answer(1, hash("ab"))}00`, "no hex"])
      refused(() => decodeNewest(bad), "CHAIN_INCONSISTENT");
  });

  it("decodes every error of the contract, and no other data", () => {
    const samples: Record<string, [unknown, string | number][]> = {
      uint64: [
        [LARGEST, LARGEST],
        [2n ** 64n - 1n, String(2n ** 64n - 1n)],
      ],
      uint256: [[2n ** 200n, String(2n ** 200n)]],
      bytes32: [[hash("cd"), hash("cd")]],
    };
    for (const [name, parameters] of Object.entries(CHECKPOINT_ERRORS)) {
      const values = parameters.map((parameter, i) => {
        const list = samples[parameter.split(" ")[0]!]!;
        return list[i % list.length]!;
      });
      const data = compiled.encodeErrorResult(
        name,
        values.map(([value]) => value),
      );
      expect(decodeCheckpointError(data)).to.deep.equal({
        name,
        args: values.map(([, plain]) => plain),
      });
      expect(decodeCheckpointError(data.slice(0, -2))).to.equal(undefined);
      expect(decodeCheckpointError(`${data}00`)).to.equal(undefined);
    }
    for (const data of ["0x", "no hex", "0x12345678"])
      expect(decodeCheckpointError(data)).to.equal(undefined);
  });
});
