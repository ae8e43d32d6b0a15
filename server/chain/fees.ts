// Sets what a transaction offers for gas (EIP-1559): enough to be mined now, or enough to replace one that is stuck.
import { Transaction } from "ethers";
import type { Request } from "./node.ts";

/** In wei per gas. */
export interface Fees {
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

/** Most nodes accept a replacement that offers a tenth more of both fees; some require an eighth. */
const RAISE_PER_MILLE = 1_125n;

/** Above this multiple of current fees, the price is not the reason why a transaction is not mined. */
const MOST_TIMES_NOW = 10n;

/** Fees that leave room for the base fee to double before the transaction has to be replaced. */
export async function feesNow(request: Request): Promise<Fees> {
  const latest = (await request("eth_getBlockByNumber", ["latest", false])) as {
    baseFeePerGas?: string;
  };
  const tip = BigInt((await request("eth_maxPriorityFeePerGas", [])) as string);
  return {
    maxFeePerGas: 2n * BigInt(latest.baseFeePerGas ?? "0x0") + tip,
    maxPriorityFeePerGas: tip,
  };
}

/**
 * Fees for the replacement of a signed transaction: at least current ones, and higher than those of the transaction.
 * @returns undefined if that would exceed ten times current fees
 */
export function feesToReplace(raw: string, now: Fees): Fees | undefined {
  const before = Transaction.from(raw);
  const tip = larger(now.maxPriorityFeePerGas, raised(before.maxPriorityFeePerGas!));
  const fee = larger(now.maxFeePerGas, raised(before.maxFeePerGas!));
  const maxFeePerGas = larger(fee, tip);
  if (maxFeePerGas > MOST_TIMES_NOW * now.maxFeePerGas) return undefined;
  return { maxFeePerGas, maxPriorityFeePerGas: tip };
}

const raised = (wei: bigint) => (wei * RAISE_PER_MILLE) / 1_000n + 1n;
const larger = (one: bigint, other: bigint) => (one > other ? one : other);
