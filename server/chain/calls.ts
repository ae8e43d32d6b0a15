// Calls to the ledger by an account of its own (owner, or a party's): signed, sent, and waited for. The relay is for events.
import { setTimeout as wait } from "node:timers/promises";
import { Wallet } from "ethers/wallet";
import { codeOf, isRefusalCode } from "../../api/refusals.ts";
import { decodeError } from "../../protocol/chain/chain.ts";
import { NodeError } from "../../protocol/chain/json-rpc.ts";
import type { Request } from "./node.ts";
import { feesNow } from "./fees.ts";
import { Refusal } from "../refusal.ts";

/** A node that mines at once has the receipt within milliseconds; others are asked less and less often. */
const FIRST_POLL_MS = 2;
const POLL_MS = 50;
const TIMEOUT_MS = 120_000;

export interface Call {
  /** Undefined: the call data is a contract's creation. */
  to: string | undefined;
  data: string;
  value?: bigint;
}

export interface Receipt {
  block: number;
  contract: string | undefined;
}

/**
 * Sends a transaction from an account and waits until it is mined.
 * @throws Refusal with the ledger's error as code where the call would revert; CONFLICT where it failed when mined
 */
export async function sendFrom(
  request: Request,
  chainId: number,
  privateKey: string,
  call: Call,
): Promise<Receipt> {
  const wallet = new Wallet(privateKey);
  const draft = {
    from: wallet.address,
    ...(call.to && { to: call.to }),
    data: call.data,
    value: hex(call.value ?? 0n),
  };
  const gas = BigInt(await foretold(request, draft));
  const nonce = Number(await request("eth_getTransactionCount", [wallet.address, "pending"]));
  const raw = await wallet.signTransaction({
    type: 2,
    chainId,
    nonce,
    to: call.to ?? null,
    data: call.data,
    value: call.value ?? 0n,
    gasLimit: (gas * 6n) / 5n,
    ...(await feesNow(request)),
  });
  const hash = (await request("eth_sendRawTransaction", [raw])) as string;
  return mined(request, hash);
}

const hex = (value: bigint) => `0x${value.toString(16)}`;

async function foretold(request: Request, draft: object): Promise<string> {
  try {
    return (await request("eth_estimateGas", [draft])) as string;
  } catch (error) {
    const data = error instanceof NodeError ? revertData(error.data) : undefined;
    const reason = data === undefined ? undefined : decodeError(data);
    const code = codeOf(reason?.name ?? "");
    if (!reason || !isRefusalCode(code)) throw error;
    throw new Refusal(code, 422, `the ledger refuses: ${reason.name}(${reason.args.join(", ")})`, {
      cause: error,
    });
  }
}

/** Nodes wrap a revert's data in different ways. */
function revertData(data: unknown): string | undefined {
  if (typeof data === "string") return data;
  if (typeof data === "object" && data !== null && "data" in data) return revertData(data.data);
  return undefined;
}

async function mined(request: Request, hash: string): Promise<Receipt> {
  let pause = FIRST_POLL_MS;
  for (let waited = 0; waited < TIMEOUT_MS; waited += pause) {
    const receipt = (await request("eth_getTransactionReceipt", [hash])) as {
      blockNumber: string;
      status: string;
      contractAddress: string | null;
    } | null;
    if (receipt) {
      if (Number(receipt.status) !== 1)
        throw new Refusal("CONFLICT", 409, `transaction ${hash} failed`);
      return {
        block: Number(receipt.blockNumber),
        contract: receipt.contractAddress?.toLowerCase(),
      };
    }
    pause = Math.min(2 * pause, POLL_MS);
    await wait(pause);
  }
  throw new Refusal(
    "TIMEOUT",
    504,
    `transaction ${hash} was not mined within ${TIMEOUT_MS / 1000} seconds`,
  );
}
