// Deploys a checkpoint contract on a chain of its own, for accounts that are operators.
import { network } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { decodeCheckpointError } from "../../support/checkpoint-error.ts";
import type { Checkpoint, CheckpointRefusal } from "../../../protocol/log/checkpoint.ts";
import type { CheckpointLog } from "../../../types/ethers-contracts/index.ts";

export interface LogScene {
  connection: NetworkConnection<"l1">;
  log: CheckpointLog;
  operators: HardhatEthersSigner[];
}

/** A fresh chain with the contract on it. */
export async function createLogScene(): Promise<LogScene> {
  const connection = await network.create({ network: "default", chainType: "l1" });
  const operators = await connection.ethers.getSigners();
  return { connection, log: await freshLog({ connection }), operators };
}

/** A new checkpoint contract without any checkpoint. */
export async function freshLog({
  connection,
}: Pick<LogScene, "connection">): Promise<CheckpointLog> {
  return connection.ethers.deployContract("CheckpointLog");
}

/** The reason why a call reverts; undefined if it succeeds. */
export async function refusalOf(
  { connection }: Pick<LogScene, "connection">,
  log: CheckpointLog,
  from: { address: string },
  name: "checkpoint" | "checkConsistency" | "checkInclusion",
  args: readonly unknown[],
): Promise<CheckpointRefusal | undefined> {
  const data = log.interface.encodeFunctionData(name as "checkpoint", args as never);
  const request = { from: from.address, to: log.target, data };
  try {
    await connection.provider.request({ method: "eth_call", params: [request, "latest"] });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && "data" in error && typeof error.data === "string")) throw error;
    const refusal = decodeCheckpointError(error.data);
    if (refusal === undefined) throw error;
    return refusal;
  }
}

/** An operator's newest checkpoint. */
export async function newestOf(
  log: CheckpointLog,
  { address }: { address: string },
): Promise<Checkpoint | null> {
  const { size, root } = await log.newest(address);
  return size === 0n ? null : { size: Number(size), root };
}

/** The gas of two successive checkpoints on a new contract, from their receipts. */
export async function gasOf(
  scene: Pick<LogScene, "connection" | "operators">,
  older: Checkpoint,
  newer: Checkpoint,
  proof: readonly string[],
): Promise<{ first: number; next: number; transaction: string }> {
  const log = (await freshLog(scene)).connect(scene.operators[1]!);
  const first = (await (await log.checkpoint(older.size, older.root, [])).wait())!;
  const next = (await (await log.checkpoint(newer.size, newer.root, [...proof])).wait())!;
  return { first: Number(first.gasUsed), next: Number(next.gasUsed), transaction: next.hash };
}
