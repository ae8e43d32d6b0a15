// Measures the gas of a checkpoint by the log's size: the gas paid, the gas without EIP-7623's calldata floor, and the
// floor.
import { fromHex } from "../protocol/base/bytes.ts";
import { type LogScene, createLogScene, gasOf } from "../test/contracts/support/checkpoints.ts";
import { MadeUpLog } from "../test/support/made-up-log.ts";
import { printRow } from "./numbers.ts";

const BITS = [10, 20, 30, 40] as const;

export interface CheckpointGas {
  hashes: number;
  paid: number;
  withoutFloor: number;
  floor: number;
}

/** Each case's old and new size, for a full tree of 2^bits leaves. */
const CASES: Record<string, (top: number) => [number, number]> = {
  "one leaf more, to a full tree: the most expensive": (top) => [top - 1, top],
  "100 leaves more, at two thirds of the full tree": (top) => [
    Math.floor((top * 2) / 3),
    Math.floor((top * 2) / 3) + 100,
  ],
  "from one leaf to a full tree": (top) => [1, top],
  "from a full tree to one twice as large: the cheapest": (top) => [top / 2, top],
};

type Table = Record<string, CheckpointGas[]>;

/** Measures every case at every size, and an operator's first checkpoint, which has no proof. */
export async function measureCheckpoints(): Promise<{ first: number; table: Table }> {
  const scene = await createLogScene();
  const table: Table = {};
  let first = 0;
  for (const [name, sizes] of Object.entries(CASES))
    for (const bits of BITS) {
      const [oldSize, size] = sizes(2 ** bits);
      const log = new MadeUpLog(name, [oldSize]);
      const proof = log.consistency(oldSize, size);
      const gas = await gasOf(scene, log.checkpoint(oldSize), log.checkpoint(size), proof);
      first = Math.max(first, gas.first);
      (table[name] ??= []).push({
        hashes: proof.length,
        paid: gas.next,
        ...(await parts(scene, gas)),
      });
    }
  await scene.connection.close();
  return { first, table };
}

/** Computes the two sums of which a transaction pays the larger (EIP-7623). */
async function parts(
  { connection }: LogScene,
  { transaction, next }: { transaction: string; next: number },
): Promise<{ withoutFloor: number; floor: number }> {
  const { data } = (await connection.ethers.provider.getTransaction(transaction))!;
  const bytes = fromHex(data);
  const tokens = bytes.reduce((sum, byte) => sum + (byte === 0 ? 1 : 4), 0);
  const { structLogs } = (await connection.provider.request({
    method: "debug_traceTransaction",
    params: [transaction, { disableMemory: true, disableStack: true, disableStorage: true }],
  })) as { structLogs: { gas: number; gasCost: number }[] };
  const [start, end] = [structLogs[0]!, structLogs.at(-1)!];
  const withoutFloor =
    21_000 + 4 * tokens + Number(start.gas) - Number(end.gas) + Number(end.gasCost);
  const floor = 21_000 + 10 * tokens;
  if (next !== Math.max(withoutFloor, floor))
    throw new Error(`The receipt says ${next} gas, not ${withoutFloor} or ${floor}.`);
  return { withoutFloor, floor };
}

/** Prints one table, by size. */
export function printCheckpoints({
  first,
  table,
}: Awaited<ReturnType<typeof measureCheckpoints>>): void {
  printRow(
    "\nGas per checkpoint, with its consistency proof checked",
    BITS.map((bits) => `2^${bits} leaves`),
  );
  for (const [name, cells] of Object.entries(table)) {
    printRow(
      `  ${name}`,
      cells.map(({ paid }) => paid),
    );
    printRow(
      "    without the calldata floor",
      cells.map(({ withoutFloor }) => withoutFloor),
    );
    printRow(
      "    the calldata floor",
      cells.map(({ floor }) => floor),
    );
    printRow(
      "    hashes in the proof",
      cells.map(({ hashes }) => hashes),
    );
  }
  printRow("  an operator's first checkpoint, without a proof", [first]);
}
