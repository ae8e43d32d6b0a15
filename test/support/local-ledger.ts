// Runs a test ledger on the embedded chain, where any program can ask it over HTTP. Its accounts
// are made up and need no keys.
import { toHex, utf8 } from "../../protocol/base/bytes.ts";
import { keccak256 } from "../../protocol/base/crypto.ts";
import type { Request } from "../../protocol/chain/node.ts";
import type { LocalChain } from "../../server/chain/local-chain.ts";
import { deployLedger, type TestLedger } from "./ledger.ts";

const ACCOUNTS = 8;

/** Deploys a ledger, with accounts for its owner, a payer, and six parties. What is sent is mined when it is answered. */
export async function deployOnLocalChain(chain: LocalChain): Promise<TestLedger> {
  const accounts = Array.from({ length: ACCOUNTS }, (_, i) =>
    toHex(keccak256(utf8(`account ${i}`)).subarray(12)),
  );
  const own = (await chain.request("web3_clientVersion")) as string;
  const prefix = own.startsWith("anvil") ? "anvil" : "hardhat"; // without anvil, the embedded chain is Hardhat's
  for (const account of accounts) {
    await chain.request(`${prefix}_impersonateAccount`, [account]);
    await chain.request(`${prefix}_setBalance`, [account, "0x56bc75e2d63100000"]);
  }
  const request: Request = async (method, params) => {
    if (method === "eth_accounts") return accounts;
    const answer = await chain.request(method, params);
    if (method === "eth_sendTransaction")
      while (!(await chain.request("eth_getTransactionReceipt", [answer])));
    return answer;
  };
  return deployLedger(request);
}
