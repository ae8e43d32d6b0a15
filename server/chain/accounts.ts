// The accounts and keys that follow from the service's secret: the same at every start, known to nobody else.
import { getCreateAddress } from "ethers";
import { fromHex, toHex, utf8 } from "../../protocol/base/bytes.ts";
import { addressOfPrivateKey, hmacSha256 } from "../../protocol/base/crypto.ts";
import type { Config, Secrets } from "../config.ts";

/** Private keys. `owner` and `log` have a use on the embedded chain alone. */
export interface Accounts {
  /** Of the ledger's owner. */
  owner: string;
  /** Pays for transactions; the log's operator. */
  relayer: string;
  /** Deploys the contract of the log's checkpoints, and does nothing else. */
  log: string;
}

export function accountsFrom(
  secret: string,
  { relayerKey }: Pick<Secrets, "relayerKey">,
): Accounts {
  const derive = (name: string) =>
    toHex(hmacSha256(utf8(secret), utf8(`reelproof account ${name}`)));
  return { owner: derive("owner"), relayer: relayerKey ?? derive("relayer"), log: derive("log") };
}

/** The log of all accepted events: whose it is, what signs it, and where it is anchored. */
export interface MerkleLog {
  /** The account whose log it is: the relayer's. */
  operator: string;
  /** 32 bytes: the Ed25519 key that signs its checkpoints. */
  seed: Uint8Array;
  /** A checkpoint is made after so many events, or so many seconds after the one before. */
  events: number;
  seconds: number;
  /** The checkpoint contract; undefined: checkpoints are made, and anchored nowhere. */
  contract: string | undefined;
}

/** The log that follows from the secret. Replicas with one secret sign its checkpoints alike. */
export function logFrom(secret: string, { chain, log }: Config, accounts: Accounts): MerkleLog {
  return {
    ...log,
    operator: addressOfPrivateKey(fromHex(accounts.relayer)),
    seed: hmacSha256(utf8(secret), utf8("reelproof log's notes")),
    contract: chain ? chain.log : embeddedCheckpointLog(accounts.log),
  };
}

/** Where the embedded chain has the contract of the log's checkpoints: its account deploys it first thing. */
export const embeddedCheckpointLog = (privateKey: string): string =>
  getCreateAddress({ from: addressOfPrivateKey(fromHex(privateKey)), nonce: 0 }).toLowerCase();
