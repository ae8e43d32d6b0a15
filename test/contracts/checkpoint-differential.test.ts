// Anchors right and wrong checkpoints of several operators in random order. The contract accepts
// what protocol/ accepts, refuses the rest with the same error, and has the right checkpoint
// after every step.
import { expect } from "chai";
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import {
  type Checkpoint,
  CHECKPOINT_ERRORS,
  checkpointRefusal,
} from "../../protocol/log/checkpoint.ts";
import { consistencyProof, leafHash, rootOf } from "../../protocol/base/merkle.ts";
import { type LogScene, createLogScene, newestOf, refusalOf } from "./support/checkpoints.ts";
import { Random, SEED, runsOf } from "../support/random.ts";

const STEPS = runsOf(2_000);
/** A run continues until it has met enough of every answer, up to this limit. */
const MOST_STEPS = 5 * STEPS;
/** How often each answer of the contract must occur. */
const AT_LEAST: Readonly<Record<string, number>> = {
  taken: STEPS / 20,
  "taken again": STEPS / 200,
  ...Object.fromEntries(
    Object.keys(CHECKPOINT_ERRORS)
      .filter((name) => name !== "IndexNotAllowed")
      .map((name) => [name, STEPS / 200]),
  ),
};

type Leaves = Uint8Array[];
interface Operator {
  account: LogScene["operators"][number];
  /** The log: the anchored leaves and later ones. */
  leaves: Leaves;
  newest: Checkpoint | null;
  /** All anchored checkpoints. */
  history: Checkpoint[];
}
interface Move {
  next: Checkpoint;
  proof: string[];
  /** The log of the checkpoint, if it may differ from the operator's own. */
  of?: Leaves;
}

const at = (leaves: Leaves, size: number): Checkpoint => ({
  size,
  root: toHex(rootOf(leaves.slice(0, size))),
});
const between = (leaves: Leaves, oldSize: number, size: number) =>
  oldSize === 0 || oldSize > size || size > leaves.length
    ? []
    : consistencyProof(oldSize, leaves.slice(0, size)).map(toHex);

describe("CheckpointLog and protocol/checkpointRefusal, on random checkpoints", function () {
  this.timeout(600_000);

  it(`give the same checkpoint or error in each of ${STEPS} steps`, async () => {
    const scene = await createLogScene();
    const random = new Random(SEED);
    const operators: Operator[] = scene.operators.map((account) => ({
      account,
      leaves: [],
      newest: null,
      history: [],
    }));
    const counts = new Map<string, number>();

    const rare = () =>
      Object.keys(AT_LEAST).filter((name) => (counts.get(name) ?? 0) < AT_LEAST[name]!);

    for (let step = 0; step < STEPS || (rare().length > 0 && step < MOST_STEPS); step++) {
      const operator = random.pick(operators);
      const name = random.pick(MOVE_NAMES);
      const { next, proof, of }: Move = MOVES[name](operator, random, random.pick(operators));
      const { account, newest } = operator;
      const where = `SEED=${SEED}, step ${step}, ${name}: ${JSON.stringify({ newest, next, proof })}`;
      const expected = checkpointRefusal(newest, next, proof);
      const found = await refusalOf(scene, scene.log, account, "checkpoint", [
        next.size,
        next.root,
        proof,
      ]);
      expect(found, where).to.deep.equal(expected);
      count(counts, expected?.name ?? (next.size === newest?.size ? "taken again" : "taken"));
      if (!expected) {
        const sent = await scene.log.connect(account).checkpoint(next.size, next.root, proof);
        const isNew = next.size !== newest?.size;
        expect((await sent.wait())!.logs.length, where).to.equal(isNew ? 1 : 0);
        operator.newest = next;
        if (isNew) operator.history.push(next);
        if (of) operator.leaves = [...of];
      }
      expect(await newestOf(scene.log, account), where).to.deep.equal(operator.newest);
    }

    for (const { account, newest, history } of operators) {
      expect(await newestOf(scene.log, account)).to.deep.equal(newest);
      const logs = await scene.log.queryFilter(
        scene.log.filters.CheckpointAnchored(account.address),
      );
      const anchored = logs.map(({ args }) => ({ size: Number(args.size), root: args.root }));
      expect(anchored).to.deep.equal(history);
      expect(logs.map(({ args }) => Number(args.previousSize))).to.deep.equal(
        history.map((_, i) => history[i - 1]?.size ?? 0),
      );
    }
    expect(rare(), `SEED=${SEED}: seen too seldom`).to.deep.equal([]);
    await scene.connection.close();
  });
});

const count = (counts: Map<string, number>, name: string) =>
  counts.set(name, (counts.get(name) ?? 0) + 1);

/** The operator's log, some leaves longer than its anchored part. */
function grown({ leaves, newest }: Operator, random: Random): Leaves {
  while (leaves.length < (newest?.size ?? 0) + 6) leaves.push(leafHash(fromHex(random.hex(32))));
  return leaves;
}

function honest(operator: Operator, random: Random): Move {
  const [leaves, from] = [grown(operator, random), operator.newest?.size ?? 0];
  const size = from + random.int(1, 6);
  return { next: at(leaves, size), proof: between(leaves, from, size) };
}

/** The attempts of operators: from the present state to the call. */
const MOVES = {
  honest,
  again({ newest, leaves }, random) {
    const next = newest ?? at(leaves, 0);
    return { next, proof: random.chance(0.8) ? [] : [next.root] };
  },
  shrunk(operator, random) {
    const size = random.chance(0.2) ? 0 : random.int(0, operator.newest?.size ?? 0);
    return { next: at(operator.leaves, size), proof: [] };
  },
  replayed({ history, leaves, newest }, random) {
    const next = history.length === 0 ? at(leaves, 0) : random.pick(history);
    const before = history[history.indexOf(next) - 1];
    return { next, proof: between(leaves, before?.size ?? newest?.size ?? 0, next.size) };
  },
  forked(operator, random) {
    const [leaves, from] = [[...grown(operator, random)], operator.newest?.size ?? 0];
    leaves[random.int(0, Math.max(0, from - 1))] = leafHash(fromHex(random.hex(32)));
    const size = from + random.int(from === 0 ? 1 : 0, 6);
    return { next: at(leaves, size), proof: between(leaves, from, size), of: leaves };
  },
  stale(operator, random) {
    const [leaves, from] = [grown(operator, random), operator.newest?.size ?? 0];
    const size = from + random.int(1, 6);
    return { next: at(leaves, size), proof: between(leaves, random.int(1, size), size) };
  },
  ofAnother({ newest }, random, other) {
    const [leaves, from] = [grown(other, random), newest?.size ?? 0];
    const size = Math.min(leaves.length, Math.max(1, from + random.int(0, 6)));
    return { next: at(leaves, size), proof: between(leaves, from, size), of: leaves };
  },
  spoilt(operator, random) {
    const { next, proof } = honest(operator, random);
    const place = random.int(0, Math.max(0, proof.length - 1));
    const hash = random.hex(32);
    if (!operator.newest) return { next, proof: [hash] }; // a first one of any root is taken, and nothing can extend it
    return random.pick([
      { next: { ...next, root: hash }, proof },
      { next, proof: proof.length === 0 ? [hash] : proof.with(place, hash) },
      { next, proof: proof.toSpliced(place, 0, hash) },
      { next, proof: proof.toSpliced(place, 1) },
      { next: { ...next, size: next.size * 2 }, proof },
    ]);
  },
} satisfies Record<string, (operator: Operator, random: Random, other: Operator) => Move>;
const MOVE_NAMES = Object.keys(MOVES) as (keyof typeof MOVES)[];
