// Measures the gas per event of an anchored log: a sequence of checkpoints, each a number of events larger than the last,
// with every proof checked by the contract. From receipts, with the base of 21,000. The hashes below the checkpoints are
// invented, because the contract does the same work for them.
import { type LogScene, createLogScene, freshLog } from "../test/contracts/support/checkpoints.ts";
import { MadeUpLog } from "../test/support/made-up-log.ts";

/** The checkpoints that are anchored for each number of events. */
export const CHECKPOINTS = 32;
/** The log's size at the end: proofs are longest just before a full tree. Zero: a new log, with its first checkpoint. */
const STRETCHES: Record<string, number> = {
  "a new log, with its expensive first checkpoint": 0,
  "up to 2^20 events": 2 ** 20,
  "up to 2^40 events": 2 ** 40,
};

/** The gas of checkpoints that each add the same number of events. */
export interface AnchoringGas {
  gasPerEvent: number;
  gasPerCheckpoint: number;
  dearestCheckpoint: number;
}

/** Measures by stretch of the log, then by events per checkpoint. */
export async function measureAnchoring(
  perCheckpoint: readonly number[],
): Promise<Record<string, Record<number, AnchoringGas>>> {
  const scene = await createLogScene();
  const measured: Record<string, Record<number, AnchoringGas>> = {};
  for (const [name, top] of Object.entries(STRETCHES)) {
    measured[name] = {};
    for (const events of perCheckpoint) {
      const start = top === 0 ? 0 : top - CHECKPOINTS * events;
      const gas = await anchor(scene, `${name}, ${events}`, start, events);
      const total = gas.reduce((sum, each) => sum + each, 0);
      measured[name][events] = {
        gasPerEvent: total / (CHECKPOINTS * events),
        gasPerCheckpoint: total / CHECKPOINTS,
        dearestCheckpoint: Math.max(...gas),
      };
    }
  }
  await scene.connection.close();
  return measured;
}

/** Anchors one checkpoint after another, and returns the gas of each. Does not count the one at the start itself. */
async function anchor(
  scene: LogScene,
  name: string,
  start: number,
  events: number,
): Promise<number[]> {
  const contract = (await freshLog(scene)).connect(scene.operators[1]!);
  const sizes = Array.from({ length: CHECKPOINTS + 1 }, (_, i) => start + i * events).filter(
    (size) => size > 0,
  );
  const log = new MadeUpLog(name, sizes);
  const gas: number[] = [];
  for (const [i, size] of sizes.entries()) {
    const proof = i === 0 ? [] : log.consistency(sizes[i - 1]!, size);
    const receipt = (await (
      await contract.checkpoint(size, log.checkpoint(size).root, proof)
    ).wait())!;
    gas.push(Number(receipt.gasUsed));
  }
  return gas.slice(-CHECKPOINTS);
}
