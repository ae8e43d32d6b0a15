// Sends calls to the ledger from one account (the owner's or a party's), and waits until each is mined. Events do not come
// here: the relay sends them.
import { setTimeout as wait } from "node:timers/promises";
import { Transaction } from "ethers";
import { Wallet } from "ethers/wallet";
import { codeOf, isRefusalCode } from "../../api/refusals.ts";
import { decodeError } from "../../protocol/chain/codec.ts";
import { NodeError } from "../../protocol/chain/json-rpc.ts";
import { feesNow } from "./fees.ts";
import type { Request } from "./node.ts";
import { Refusal } from "../refusal.ts";

/** A node that mines at once has the receipt within milliseconds. The pauses grow for the others. */
const FIRST_POLL_MS = 2;
const POLL_MS = 50;
const TIMEOUT_MS = 120_000;

/** A call to a contract, or the creation of one. */
export interface Call {
  /** Undefined if the call data creates a contract. */
  to: string | undefined;
  data: string;
  value?: bigint;
}

/** The block of a mined call, and the contract that it created. */
export interface Receipt {
  block: number;
  contract: string | undefined;
}

/**
 * Sends a transaction from an account and waits until it is mined.
 * @throws Refusal with the ledger's error as code if the call would revert; CONFLICT if it reverted when mined; TIMEOUT
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
  const gas = BigInt(await estimateGas(request, draft));
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
  await broadcast(request, raw);
  return waitUntilMined(request, Transaction.from(raw).hash!);
}

const hex = (value: bigint) => `0x${value.toString(16)}`;

/** Sends a transaction. A node may refuse one that it has already, whose answer was lost: then it is pending. */
async function broadcast(request: Request, raw: string): Promise<void> {
  try {
    await request("eth_sendRawTransaction", [raw]);
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    const pending = await request("eth_getTransactionByHash", [Transaction.from(raw).hash]);
    if (pending === null) throw error;
  }
}

async function estimateGas(request: Request, draft: object): Promise<string> {
  try {
    return (await request("eth_estimateGas", [draft])) as string;
  } catch (error) {
    const data = error instanceof NodeError ? revertData(error.data) : undefined;
    const reason = data === undefined ? undefined : decodeError(data);
    const code = codeOf(reason?.name ?? "");
    if (!reason || !isRefusalCode(code)) throw error;
    const why = `The ledger refuses this call: ${reason.name}(${reason.args.join(", ")}).`;
    throw new Refusal(code, 422, why, { cause: error });
  }
}

/** The data of a revert. Nodes wrap it in different ways. */
function revertData(data: unknown): string | undefined {
  if (typeof data === "string") return data;
  if (typeof data === "object" && data !== null && "data" in data) return revertData(data.data);
  return undefined;
}

async function waitUntilMined(request: Request, hash: string): Promise<Receipt> {
  let pause = FIRST_POLL_MS;
  for (let waited = 0; waited < TIMEOUT_MS; waited += pause) {
    const receipt = (await request("eth_getTransactionReceipt", [hash])) as {
      blockNumber: string;
      status: string;
      contractAddress: string | null;
    } | null;
    if (receipt) {
      if (Number(receipt.status) !== 1)
        throw new Refusal(
          "CONFLICT",
          409,
          `Transaction ${hash} was mined and reverted. Look at the ledger's state, then try again.`,
        );
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
    `Transaction ${hash} was sent, but not mined within ${TIMEOUT_MS / 1000} seconds. It may still be mined: check before sending it again.`,
  );
}
