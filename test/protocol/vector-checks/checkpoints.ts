// Checks vectors of checkpoints against protocol/.
import { expect } from "chai";
import {
  type Checkpoint,
  type CheckpointRefusal,
  checkpointRefusal,
} from "../../../protocol/log/checkpoint.ts";

interface CheckpointVector {
  calls: (Checkpoint & {
    operator: string;
    proof: string[];
    log?: { previousSize: number } | null;
    error?: CheckpointRefusal;
  })[];
  newest: Record<string, Checkpoint>;
}

/** Checks the calls one after another. The last call of a vector under `invalid` has an error, and no call of one under `valid`. */
export function checkpoints({ calls, newest }: CheckpointVector): void {
  const kept: Record<string, Checkpoint> = {};
  for (const { operator, size, root, proof, log, error } of calls) {
    const before = kept[operator] ?? null;
    expect(checkpointRefusal(before, { size, root }, proof)).to.deep.equal(error);
    if (error) continue;
    const isAgain = before?.size === size;
    expect(log).to.deep.equal(isAgain ? null : { previousSize: before?.size ?? 0 });
    kept[operator] = { size, root };
  }
  expect(kept).to.deep.equal(newest);
}
