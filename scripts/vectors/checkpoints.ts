// Makes vectors of checkpoints: the calls that the contract CheckpointLog takes, one after another, and the one that it refuses.
import { toHex, utf8 } from "../../protocol/base/bytes.ts";
import { MAX_INTEGER } from "../../protocol/base/limits.ts";
import { consistencyProof, leafHash, rootOf } from "../../protocol/base/merkle.ts";
import {
  type Checkpoint,
  type CheckpointRefusal,
  checkpointRefusal,
} from "../../protocol/log/checkpoint.ts";
import { MadeUpLog } from "../../test/support/made-up-log.ts";
import type { Vector, Vectors } from "./vector.ts";

const [OPERATOR, ANOTHER] = [`0x${"0b".repeat(20)}`, `0x${"0c".repeat(20)}`];
const leaves = Array.from({ length: 20 }, (_, i) => leafHash(utf8(`event ${i}`)));
const forked = leaves.with(2, leafHash(utf8("rewritten")));
const OTHER = toHex(leaves[19]!);

const at = (size: number, log = leaves): Checkpoint => ({
  size,
  root: toHex(rootOf(log.slice(0, size))),
});
const proof = (from: number, to: number, log = leaves) =>
  consistencyProof(from, log.slice(0, to)).map(toHex);

type Call = Checkpoint & { operator: string; proof: string[] };
const call = (checkpoint: Checkpoint, hashes: string[] = [], operator = OPERATOR): Call => ({
  operator,
  ...checkpoint,
  proof: hashes,
});
/** An operator's first checkpoint of seven events, and calls after it. */
const after7 = (...calls: Call[]) => [call(at(7)), ...calls];
const huge = new MadeUpLog("huge", [MAX_INTEGER - 1]);

const valid: Record<string, [about: string, calls: Call[]]> = {
  first: ["An operator's first checkpoint may have any size, and no proof.", [call(at(7))]],
  extensions: [
    "Each proof leads from the newest checkpoint to the next.",
    after7(
      call(at(9), proof(7, 9)),
      call(at(16), proof(9, 16)),
      call(at(17), proof(16, 17)),
      call(at(20), proof(17, 20)),
    ),
  ],
  "from-a-complete-tree": [
    "A complete tree is itself a node of the newer one: the proof leaves its root out.",
    [call(at(8)), call(at(9), proof(8, 9)), call(at(10), proof(9, 10))],
  ],
  "newest-again": [
    "The newest one again changes nothing and writes no log.",
    after7(call(at(7)), call(at(9), proof(7, 9)), call(at(9))),
  ],
  "two-operators": [
    "Each account has a log of its own.",
    [
      call(at(7)),
      call(at(5, forked), [], ANOTHER),
      call(at(9), proof(7, 9)),
      call(at(6, forked), proof(5, 6, forked), ANOTHER),
    ],
  ],
  "largest-size": [
    "2^53 - 1 is the largest size.",
    [
      call(huge.checkpoint(MAX_INTEGER - 1)),
      call(huge.checkpoint(MAX_INTEGER), huge.consistency(MAX_INTEGER - 1, MAX_INTEGER)),
    ],
  ],
};

const invalid: Record<
  string,
  [about: string, calls: Call[], error: CheckpointRefusal["name"], ...args: (string | number)[]]
> = {
  "size-zero": [
    "An empty log is not anchored.",
    [call({ size: 0, root: toHex(rootOf([])) })],
    "SizeNotAllowed",
    0,
  ],
  "size-zero-later": [
    "The size is looked at before the newest checkpoint is.",
    after7(call({ size: 0, root: toHex(rootOf([])) }, [OTHER])),
    "SizeNotAllowed",
    0,
  ],
  "size-beyond": [
    "2^53 leaves.",
    [call({ size: MAX_INTEGER + 1, root: OTHER })],
    "SizeNotAllowed",
    MAX_INTEGER + 1,
  ],
  "below-newest": [
    "A log does not shrink, even with a proof that goes backwards.",
    after7(call(at(6), proof(6, 7))),
    "SizeBelowNewest",
    6,
    7,
  ],
  "first-with-a-proof": [
    "A first checkpoint has nothing to prove.",
    [call(at(7), [OTHER])],
    "ProofLengthMismatch",
    1,
    0,
  ],
  "proof-missing": ["No proof.", after7(call(at(9))), "ProofLengthMismatch", 0, 5],
  "proof-too-short": [
    "A hash is missing.",
    after7(call(at(9), proof(7, 9).slice(1))),
    "ProofLengthMismatch",
    4,
    5,
  ],
  "proof-too-long": [
    "A hash too many.",
    after7(call(at(9), [...proof(7, 9), OTHER])),
    "ProofLengthMismatch",
    6,
    5,
  ],
  "proof-with-the-older-root": [
    "The root of a complete older tree stands in no proof.",
    [call(at(8)), call(at(9), [at(8).root, ...proof(8, 9)])],
    "ProofLengthMismatch",
    2,
    1,
  ],
  "newest-again-with-a-proof": [
    "The newest one again has nothing to prove.",
    after7(call(at(7), [OTHER])),
    "ProofLengthMismatch",
    1,
    0,
  ],
  "length-before-roots": [
    "The length is looked at before the roots are.",
    after7(call(at(9, forked), proof(7, 9, forked).slice(1))),
    "ProofLengthMismatch",
    4,
    5,
  ],
  rewritten: [
    "The proof is of a log that has another leaf where this one had its third.",
    after7(call(at(9, forked), proof(7, 9, forked))),
    "OldRootMismatch",
    at(7, forked).root,
    at(7).root,
  ],
  "old-root-before-the-new": [
    "Neither root is the proof's: the older one is looked at first.",
    after7(call({ size: 9, root: OTHER }, proof(7, 9, forked))),
    "OldRootMismatch",
    at(7, forked).root,
    at(7).root,
  ],
  "another-root": [
    "The proof leads to another root.",
    after7(call({ size: 9, root: OTHER }, proof(7, 9))),
    "RootMismatch",
    at(9).root,
    OTHER,
  ],
  "another-root-at-the-same-size": [
    "Two roots of one size.",
    after7(call(at(7, forked))),
    "RootMismatch",
    at(7).root,
    at(7, forked).root,
  ],
  "of-another-operator": [
    "The second operator has no checkpoint yet, so it has nothing to extend.",
    after7(call(at(9), proof(7, 9), ANOTHER)),
    "ProofLengthMismatch",
    5,
    0,
  ],
  "refused-changes-nothing": [
    "What is refused leaves the newest checkpoint as it was, which the last call is measured by.",
    after7(call(at(9), []), call(at(8), []), call(at(6), [])),
    "SizeBelowNewest",
    6,
    7,
  ],
};

/** Makes calls, one after another: each with what the contract then has, and its log or its error. */
function play(about: string, calls: readonly Call[]): Vector {
  const newest = new Map<string, Checkpoint>();
  return {
    about,
    calls: calls.map((each) => {
      const { operator, size, root } = each;
      const before = newest.get(operator) ?? null;
      const error = checkpointRefusal(before, { size, root }, each.proof);
      if (error) return { ...each, error };
      newest.set(operator, { size, root });
      const isNew = before?.size !== size;
      return { ...each, log: isNew ? { previousSize: before?.size ?? 0 } : null };
    }),
    newest: Object.fromEntries(newest),
  };
}

const errorsOf = (vector: Vector) =>
  (vector["calls"] as { error?: CheckpointRefusal }[]).map(({ error }) => error);

export function checkpointVectors(): Vectors {
  const vectors: Vectors = {};
  for (const [name, [about, calls]] of Object.entries(valid)) {
    const vector = play(about, calls);
    if (errorsOf(vector).some((error) => error)) throw new Error(`${name} is refused`);
    vectors[`valid/${name}`] = vector;
  }
  for (const [name, [about, calls, error, ...args]] of Object.entries(invalid)) {
    const vector = play(about, calls);
    const last = errorsOf(vector).at(-1);
    if (JSON.stringify(last) !== JSON.stringify({ name: error, args }))
      throw new Error(`${name} gives ${JSON.stringify(last)}`);
    vectors[`invalid/${name}`] = vector;
  }
  return vectors;
}
