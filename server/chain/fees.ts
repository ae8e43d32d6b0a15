// What a transaction offers for gas (EIP-1559): enough for now, and enough to take the place of one that is not mined.
import { Transaction } from "ethers";
import type { Request } from "./node.ts";

/** In wei per gas. */
export interface Fees {
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

/** Nodes take a replacement that offers a tenth more of both; some ask for an eighth. */
const RAISE_PER_MILLE = 1_125n;

/** Beyond so many times what is asked now it is not the price that keeps a transaction from being mined. */
const MOST_TIMES_NOW = 10n;

/** Room for the base fee to double before the transaction has to be replaced. */
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
 * What the replacement of a signed transaction offers: as much as is asked now, and more than the one before it.
 * @returns undefined where that would be more than ten times what is asked now
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
