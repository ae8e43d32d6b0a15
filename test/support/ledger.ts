// Runs a ledger on a chain in this process, with calls encoded by protocol/chain/.
import { readFileSync } from "node:fs";
import { type LedgerReader, ledgerReader } from "../../protocol/chain/reader.ts";
import {
  encodeAdmit,
  encodeEnrol,
  encodeNotify,
  encodeRecordBatch,
  encodeReinstate,
  encodeRevoke,
  encodeSuspend,
} from "../../protocol/chain/codec.ts";
import { addressOfPrivateKey, keccak256, signDigest } from "../../protocol/base/crypto.ts";
import { utf8 } from "../../protocol/base/bytes.ts";
import type { Domain } from "../../protocol/event/event.ts";
import { keyEnrolmentDigest } from "../../protocol/event/key-enrolment.ts";
import type { Request } from "../../protocol/chain/node.ts";
import type { Notice } from "../../protocol/event/notice.ts";
import type { Submission } from "../../protocol/event/submission.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";

/** A signing key. */
export interface Key {
  address: string;
  privateKey: Uint8Array;
}

/** A party: its account on the chain, and the key that it signs with. */
export interface Party {
  address: string;
  name: string;
  key: Key;
}

/** A receipt, as far as tests look at it. */
export interface Receipt {
  transactionHash: string;
  blockNumber: number;
}

export interface TestLedger {
  request: Request;
  domain: Domain;
  reader: LedgerReader;
  owner: string;
  /** Pays for calls that anyone may send. It is not a party. */
  outsider: string;
  /** Accounts that are not parties yet. */
  spare: string[];
  keysMade: number;
}

interface Artifact {
  bytecode: string;
}

const artifact = (name: string): Artifact =>
  JSON.parse(
    readFileSync(
      new URL(`../../artifacts/contracts/${name}.sol/${name}.json`, import.meta.url),
      "utf8",
    ),
  ) as Artifact;

/** A fresh chain with a ledger on it. */
export async function openLedger(): Promise<TestLedger> {
  const { network } = await import("hardhat"); // loaded where an EVM is wanted only
  const { provider } = await network.create({ network: "default", chainType: "l1" });
  return deployLedger((method, params) => provider.request({ method, params: [...params] }));
}

/** Puts a ledger on the chain of a node that signs for its own accounts. */
export async function deployLedger(request: Request): Promise<TestLedger> {
  const [owner, outsider, ...spare] = ((await request("eth_accounts", [])) as string[]).map((a) =>
    a.toLowerCase(),
  );
  const chainId = Number(await request("eth_chainId", []));
  const data = `${artifact("CustodyLedger").bytecode}${owner!.slice(2).padStart(64, "0")}`;
  const hash = await request("eth_sendTransaction", [{ from: owner, data, gas: "0x600000" }]);
  const { contractAddress } = (await request("eth_getTransactionReceipt", [hash])) as {
    contractAddress: string;
  };
  const domain = { chainId, ledger: contractAddress.toLowerCase() };
  const reader = ledgerReader({ request, ...domain });
  return { request, domain, reader, owner: owner!, outsider: outsider!, spare, keysMade: 0 };
}

/** Deploys the checkpoint contract on the ledger's chain, and returns its address. A chain on paper needs no code of it. */
export async function deployCheckpoints(
  { request, owner }: TestLedger,
  data: string = artifact("CheckpointLog").bytecode,
): Promise<string> {
  const hash = await request("eth_sendTransaction", [{ from: owner, data, gas: "0x600000" }]);
  const { contractAddress } = (await request("eth_getTransactionReceipt", [hash])) as {
    contractAddress: string;
  };
  return contractAddress.toLowerCase();
}

/** Sends a call to the ledger, or another contract, and waits until it is mined; one that reverts is an error. */
export async function send(
  ledger: TestLedger,
  from: string,
  data: string,
  to: string = ledger.domain.ledger,
): Promise<Receipt> {
  const call = { from, to, data, gas: "0xf00000" };
  const hash = await ledger.request("eth_sendTransaction", [call]);
  const receipt = (await ledger.request("eth_getTransactionReceipt", [hash])) as Record<
    keyof Receipt | "status",
    string
  >;
  if (Number(receipt.status) !== 1) throw new Error("the call reverted");
  return { transactionHash: receipt.transactionHash, blockNumber: Number(receipt.blockNumber) };
}

export function newKey(ledger: TestLedger): Key {
  const privateKey = keccak256(utf8(`key ${++ledger.keysMade}`));
  return { address: addressOfPrivateKey(privateKey), privateKey };
}

/** A party with one key. */
export async function admit(ledger: TestLedger, name: string, roles: number): Promise<Party> {
  const address = ledger.spare.shift()!;
  await send(ledger, ledger.owner, encodeAdmit(address, roles, name, ZERO_HASH));
  return { address, name, key: await enrol(ledger, address) };
}

/** A new key of a party's. */
export async function enrol(ledger: TestLedger, party: string): Promise<Key> {
  const key = newKey(ledger);
  const signature = signDigest(
    keyEnrolmentDigest(ledger.domain, party, key.address),
    key.privateKey,
  );
  await send(ledger, party, encodeEnrol(key.address, signature));
  return key;
}

export const revoke = (ledger: TestLedger, party: Party, key: Key): Promise<Receipt> =>
  send(ledger, party.address, encodeRevoke(key.address));
export const suspend = (ledger: TestLedger, party: Party): Promise<Receipt> =>
  send(ledger, ledger.owner, encodeSuspend(party.address));
export const reinstate = (ledger: TestLedger, party: Party): Promise<Receipt> =>
  send(ledger, ledger.owner, encodeReinstate(party.address));
export const record = (ledger: TestLedger, submissions: readonly Submission[]): Promise<Receipt> =>
  send(ledger, ledger.outsider, encodeRecordBatch(submissions));
export const notify = (ledger: TestLedger, notice: Notice, signature: string): Promise<Receipt> =>
  send(ledger, ledger.outsider, encodeNotify(notice, signature));

/** The newest block's time, Unix seconds. */
export async function chainTime(ledger: TestLedger): Promise<number> {
  return (await ledger.reader.head()).time;
}

/** Puts empty blocks on the chain. */
export async function mine(ledger: TestLedger, blocks: number): Promise<void> {
  for (let i = 0; i < blocks; i++) await ledger.request("evm_mine", []);
}

/** Lets the next block be this much later than the newest. */
export async function passTime(ledger: TestLedger, seconds: number): Promise<void> {
  await ledger.request("evm_increaseTime", [seconds]);
  await mine(ledger, 1);
}
