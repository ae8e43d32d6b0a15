// Makes the accounts of the service and the key of its log: the same at every start, and secret from everyone else. Funds
// the accounts of the embedded chain.
import { getCreateAddress } from "ethers";
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../protocol/base/crypto.ts";
import type { Config, Secrets } from "../config.ts";
import type { KeyOf } from "./keys.ts";
import type { Request } from "./node.ts";

/** Private keys. `owner` and `log` are used on the embedded chain only. */
export interface Accounts {
  /** Owns the ledger. */
  owner: string;
  /** Pays for transactions, and operates the log. */
  relayer: string;
  /** Deploys the checkpoint contract, and does nothing else. */
  log: string;
}

/** The Merkle log of all accepted events: its operator, when it makes checkpoints, and where it anchors them. */
export interface MerkleLog {
  /** The account that operates the log: the relayer. */
  operator: string;
  /** 32 bytes: the Ed25519 key that signs its checkpoints. */
  seed: Uint8Array;
  /** A checkpoint is made after so many events, or so many seconds after the one before. */
  events: number;
  seconds: number;
  /** The checkpoint contract; undefined if checkpoints are made but not anchored. */
  contract: string | undefined;
}

/** The accounts of the service. The configuration may name the relayer; the others are derived. */
export function accountsFrom(keyOf: KeyOf, { relayerKey }: Pick<Secrets, "relayerKey">): Accounts {
  return {
    owner: toHex(keyOf("owner account")),
    relayer: relayerKey ?? toHex(keyOf("relayer account")),
    log: toHex(keyOf("log account")),
  };
}

/** The log's operator, key and contract. Replicas on one database sign its notes with the same key. */
export function logFrom(keyOf: KeyOf, { chain, log }: Config, accounts: Accounts): MerkleLog {
  return {
    ...log,
    operator: addressOfPrivateKey(fromHex(accounts.relayer)),
    seed: keyOf("log notes"),
    contract: chain ? chain.log : embeddedCheckpointLog(accounts.log),
  };
}

/** The address of the checkpoint contract on the embedded chain: its account deploys it in its first transaction. */
export const embeddedCheckpointLog = (privateKey: string): string =>
  getCreateAddress({ from: addressOfPrivateKey(fromHex(privateKey)), nonce: 0 }).toLowerCase();

const MUCH_ETHER = "0x21e19e0c9bab2400000"; // 10,000 ether; they cost nothing on an embedded chain

/** Gives accounts of the embedded chain the ether for their transactions. */
export async function fundAccounts(request: Request, addresses: readonly string[]): Promise<void> {
  for (const address of addresses) await request("hardhat_setBalance", [address, MUCH_ETHER]);
}
