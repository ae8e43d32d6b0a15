// Tests the checkpoint contract: what it accepts and keeps, every error with its arguments, and its
// cost.
import { expect } from "chai";
import hre from "hardhat";
import { toHex, utf8 } from "../../protocol/base/bytes.ts";
import {
  checkpointTopics,
  decodeCheckpointAnchored,
  decodeNewest,
  encodeCheckpoint,
  encodeNewest,
} from "../../protocol/chain/checkpoint.ts";
import {
  CHECKPOINT_ERRORS,
  type Checkpoint,
  checkpointRefusal,
} from "../../protocol/log/checkpoint.ts";
import { RawLog } from "../../protocol/chain/ledger-log.ts";
import { consistencyProof, inclusionProof, leafHash, rootOf } from "../../protocol/base/merkle.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import CheckpointLogModule from "../../ignition/modules/CheckpointLog.ts";
import { MadeUpLog } from "../support/made-up-log.ts";
import { Random } from "../support/random.ts";
import {
  type LogScene,
  createLogScene,
  freshLog,
  gasOf,
  newestOf,
  refusalOf,
} from "./support/checkpoints.ts";

const leaves = Array.from({ length: 40 }, (_, i) => leafHash(utf8(`event ${i}`)));
const forked = leaves.with(2, leafHash(utf8("another")));
const at = (size: number, log = leaves): Checkpoint => ({
  size,
  root: toHex(rootOf(log.slice(0, size))),
});
const proof = (oldSize: number, size: number, log = leaves) =>
  consistencyProof(oldSize, log.slice(0, size)).map(toHex);
const inclusion = (index: number, size: number) =>
  inclusionProof(index, leaves.slice(0, size)).map(toHex);
const LARGEST = Number.MAX_SAFE_INTEGER;

describe("CheckpointLog", () => {
  let scene: LogScene;

  before(async () => {
    scene = await createLogScene();
  });

  after(() => scene.connection.close());

  beforeEach(async () => {
    scene.log = await freshLog(scene);
  });

  /** Sends a call encoded by protocol/, and returns the contract's logs decoded by protocol/. */
  async function anchor(
    { size, root }: Checkpoint,
    path: string[] = [],
    operator = scene.operators[1]!,
  ) {
    const to = await scene.log.getAddress();
    const sent = await operator.sendTransaction({ to, data: encodeCheckpoint(size, root, path) });
    const { hash } = (await sent.wait())!;
    const receipt = (await scene.connection.provider.request({
      method: "eth_getTransactionReceipt",
      params: [hash],
    })) as { logs: unknown[] };
    return receipt.logs.map((log) => decodeCheckpointAnchored(RawLog.parse(log)));
  }

  const facts = (logs: Awaited<ReturnType<typeof anchor>>) =>
    logs.map(({ operator, size, root, previousSize }) => ({ operator, size, root, previousSize }));
  const newest = (operator = scene.operators[1]!) => newestOf(scene.log, operator);

  it("is deployed without an owner or parameters", async () => {
    const { log } = await scene.connection.ignition.deploy(CheckpointLogModule);
    expect(await log.getFunction("newest")(scene.operators[0]!.address)).to.deep.equal([
      0n,
      ZERO_HASH,
    ]);
  });

  it("accepts an operator's first checkpoint of any size without a proof", async () => {
    expect(await newest()).to.equal(null);
    const operator = scene.operators[1]!.address.toLowerCase();
    expect(facts(await anchor(at(7)))).to.deep.equal([{ operator, ...at(7), previousSize: 0 }]);
    expect(await newest()).to.deep.equal(at(7));
  });

  it("accepts an extension of every size up to 17", async () => {
    const operator = scene.operators[1]!.address.toLowerCase();
    for (let oldSize = 1; oldSize < 18; oldSize++) {
      scene.log = await freshLog(scene);
      await anchor(at(oldSize));
      let previousSize = oldSize;
      for (let size = oldSize + 1; size <= 20; size += oldSize) {
        const logs = facts(await anchor(at(size), proof(previousSize, size)));
        expect(logs).to.deep.equal([{ operator, ...at(size), previousSize }]);
        expect(await newest()).to.deep.equal(at(size));
        previousSize = size;
      }
    }
  });

  it("accepts the newest checkpoint again without a change or a log", async () => {
    await anchor(at(7));
    expect(await anchor(at(7))).to.deep.equal([]);
    await anchor(at(9), proof(7, 9));
    expect(await anchor(at(9))).to.deep.equal([]);
    expect(await newest()).to.deep.equal(at(9));
  });

  it("keeps the logs of operators apart", async () => {
    const [, one, other] = scene.operators;
    await anchor(at(7), [], one);
    expect(await newest(other)).to.equal(null);
    await anchor(at(5, forked), [], other);
    await anchor(at(9), proof(7, 9), one);
    await anchor(at(6, forked), proof(5, 6, forked), other);
    expect(await newest(one)).to.deep.equal(at(9));
    expect(await newest(other)).to.deep.equal(at(6, forked));
    const { size, root } = at(9);
    expect(
      (await refusalOf(scene, scene.log, other!, "checkpoint", [size, root, proof(7, 9)]))?.name,
    ).to.equal("ProofLengthMismatch");
  });

  it("returns the newest checkpoint, and finds checkpoints by operator and size", async () => {
    const operator = scene.operators[1]!.address.toLowerCase();
    const address = await scene.log.getAddress();
    const ask = (method: string, ...params: unknown[]) =>
      scene.connection.provider.request({ method, params });
    const newestOnChain = async () =>
      decodeNewest(
        (await ask("eth_call", { to: address, data: encodeNewest(operator) }, "latest")) as string,
      );
    expect(await newestOnChain()).to.equal(null);
    await anchor(at(3));
    await anchor(at(8), proof(3, 8));
    await anchor(at(20), proof(8, 20));
    expect(await newestOnChain()).to.deep.equal(at(20));
    const found = async (size?: number) => {
      const topics = checkpointTopics(operator, size);
      const logs = (await ask("eth_getLogs", { address, topics, fromBlock: "0x0" })) as unknown[];
      return logs.map((log) => decodeCheckpointAnchored(RawLog.parse(log)).size);
    };
    expect(await found()).to.deep.equal([3, 8, 20]);
    expect(await found(8)).to.deep.equal([8]);
    expect(await found(9)).to.deep.equal([]);
  });

  it("accepts up to 2^53 - 1 leaves", async () => {
    const huge = new MadeUpLog("huge", [LARGEST - 1, LARGEST - 2]);
    await anchor(huge.checkpoint(LARGEST - 2));
    await anchor(huge.checkpoint(LARGEST - 1), huge.consistency(LARGEST - 2, LARGEST - 1));
    await anchor(huge.checkpoint(LARGEST), huge.consistency(LARGEST - 1, LARGEST));
    expect(await newest()).to.deep.equal(huge.checkpoint(LARGEST));
  });

  describe("CheckpointLog, on a refused checkpoint or proof", () => {
    const empty = toHex(rootOf([]));
    const beyond = BigInt(LARGEST) + 1n;
    const nothing = { size: 0, root: empty };
    const other = toHex(leaves[30]!);

    /** The newest checkpoint, the next one, its proof, and the arguments of the error. */
    const refused: Record<string, [Checkpoint | null, Checkpoint, string[], unknown]> = {
      "SizeNotAllowed: an empty log first": [null, nothing, [], [0]],
      "SizeNotAllowed: an empty log later": [at(7), nothing, [], [0]],
      "SizeBelowNewest: one leaf less": [at(7), at(6), [], [6, 7]],
      "SizeBelowNewest: even with a proof of the reverse": [at(7), at(6), proof(6, 7), [6, 7]],
      "ProofLengthMismatch: a first one with a proof": [null, at(7), [other], [1, 0]],
      "ProofLengthMismatch: no proof": [at(7), at(9), [], [0, 5]],
      "ProofLengthMismatch: one hash too few": [at(7), at(9), proof(7, 9).slice(1), [4, 5]],
      "ProofLengthMismatch: one hash too many": [at(7), at(9), [...proof(7, 9), other], [6, 5]],
      "ProofLengthMismatch: one too many before": [
        at(8),
        at(9),
        [at(8).root, ...proof(8, 9)],
        [2, 1],
      ],
      "ProofLengthMismatch: the newest again, with a proof": [at(7), at(7), [other], [1, 0]],
      "OldRootMismatch: history rewritten": [
        at(7),
        at(9, forked),
        proof(7, 9, forked),
        [at(7, forked).root, at(7).root],
      ],
      "RootMismatch: another root at the same size": [
        at(7),
        at(7, forked),
        [],
        [at(7).root, at(7, forked).root],
      ],
      "RootMismatch: another root than the proof's": [
        at(7),
        { size: 9, root: other },
        proof(7, 9),
        [at(9).root, other],
      ],
      "RootMismatch: history rewritten over a complete tree": [
        at(4),
        at(5, forked),
        proof(4, 5),
        [at(5).root, at(5, forked).root],
      ],
    };
    for (const [what, [before, next, path, args]] of Object.entries(refused))
      it(`reverts with ${what}`, async () => {
        const expected = { name: what.split(":")[0], args };
        if (before) await anchor(before);
        const found = await refusalOf(scene, scene.log, scene.operators[1]!, "checkpoint", [
          next.size,
          next.root,
          path,
        ]);
        expect(found).to.deep.equal(expected);
        expect(checkpointRefusal(before, next, path)).to.deep.equal(expected);
        expect(await newest()).to.deep.equal(before);
      });

    const root = at(11).root;
    const leaf = toHex(leaves[5]!);
    /** The views that check a proof and nothing else. */
    const asked: Record<string, ["checkConsistency" | "checkInclusion", unknown[], unknown]> = {
      "SizeNotAllowed: from no leaves": ["checkConsistency", [0, empty, 7, at(7).root, []], [0]],
      "SizeNotAllowed: from more than all": [
        "checkConsistency",
        [beyond, root, beyond, root, []],
        [String(beyond)],
      ],
      "SizeNotAllowed: to more than all": [
        "checkConsistency",
        [LARGEST, root, beyond, root, []],
        [String(beyond)],
      ],
      "SizeBelowNewest: backwards": [
        "checkConsistency",
        [7, at(7).root, 6, at(6).root, []],
        [6, 7],
      ],
      "SizeNotAllowed: a leaf of no leaves": ["checkInclusion", [leaf, 0, 0, empty, []], [0]],
      "SizeNotAllowed: a leaf of more than all": [
        "checkInclusion",
        [leaf, 5, beyond, root, []],
        [String(beyond)],
      ],
      "IndexNotAllowed: a leaf beyond": [
        "checkInclusion",
        [leaf, 11, 11, root, inclusion(10, 11)],
        [11, 11],
      ],
      "ProofLengthMismatch: a leaf's proof too long": [
        "checkInclusion",
        [leaf, 5, 11, root, [...inclusion(5, 11), root]],
        [5, 4],
      ],
      "ProofLengthMismatch: and too short": [
        "checkInclusion",
        [leaf, 5, 11, root, inclusion(5, 11).slice(1)],
        [3, 4],
      ],
      "RootMismatch: a leaf of another tree": [
        "checkInclusion",
        [leaf, 5, 11, other, inclusion(5, 11)],
        [root, other],
      ],
    };
    for (const [what, [name, args, expected]] of Object.entries(asked))
      it(`reverts with ${what}`, async () => {
        const found = await refusalOf(scene, scene.log, scene.operators[1]!, name, args);
        expect(found).to.deep.equal({ name: what.split(":")[0], args: expected });
      });

    it("has a test for every error of the contract", () => {
      const names = new Set(
        [...Object.keys(refused), ...Object.keys(asked)].map((what) => what.split(":")[0]!),
      );
      expect([...names]).to.have.members(Object.keys(CHECKPOINT_ERRORS));
    });

    it("reverts without an error of the contract when the gas runs out", async () => {
      const huge = new MadeUpLog("gas", [2 ** 40 - 1]);
      const [older, newer] = [huge.checkpoint(2 ** 40 - 1), huge.checkpoint(2 ** 40)];
      const path = huge.consistency(older.size, newer.size);
      const args: [number, string, number, string, string[]] = [
        older.size,
        older.root,
        newer.size,
        newer.root,
        path,
      ];
      const data = scene.log.interface.encodeFunctionData("checkConsistency", args);
      const answers = new Map<string, number>();
      for (let gas = 50_000; gas < 120_000; gas += 173) {
        const request = { to: scene.log.target, data, gas: `0x${gas.toString(16)}` };
        const answer = await scene.connection.provider
          .request({ method: "eth_call", params: [request, "latest"] })
          .then(
            () => "goes through",
            (error: { data?: string }) => error.data ?? "0x",
          );
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
      expect([...answers.keys()]).to.have.members(["goes through", "0x"]);
    });
  });

  describe("CheckpointLog, on gas", function () {
    this.timeout(600_000);

    /** Sizes up to 2^bits: the longest proofs, with the most siblings on the left, and others. */
    function pairsUpTo(bits: number): [number, number][] {
      const random = new Random(bits);
      const top = 2 ** bits;
      const pairs: [number, number][] = [1, 2, 3, 5, 2 ** (bits / 2) - 1].map((less) => [
        top - less,
        top,
      ]);
      pairs.push(
        [top - 3, top - 1],
        [top / 2 - 1, top - 1],
        [top / 2 - 1, top],
        [1, top],
        [1, top - 1],
        [top / 2, top],
      );
      while (pairs.length < 30) {
        const sizes = [
          Math.ceil((random.int(1, 2 ** 30) / 2 ** 30) * top),
          Math.ceil((random.int(1, 2 ** 30) / 2 ** 30) * top),
        ];
        if (sizes[0] !== sizes[1]) pairs.push([Math.min(...sizes), Math.max(...sizes)]);
      }
      return pairs;
    }

    for (const [bits, most] of [
      [10, 60_000],
      [20, 60_000],
      [40, 90_000],
    ] as const)
      it(`uses at most ${most} gas up to 2^${bits} leaves, and 75,000 for an operator's first checkpoint`, async function () {
        if (hre.globalOptions.coverage) this.skip(); // its instruments cost gas
        for (const [oldSize, size] of pairsUpTo(bits)) {
          const log = new MadeUpLog("gas", [oldSize]);
          const older = log.checkpoint(oldSize);
          const { first, next } = await gasOf(
            scene,
            older,
            log.checkpoint(size),
            log.consistency(oldSize, size),
          );
          expect(next, `from ${oldSize} to ${size}`).to.be.at.most(most);
          expect(first).to.be.at.most(75_000);
        }
      });
  });
});
