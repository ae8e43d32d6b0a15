// Keeps a ledger on its own chain, beside the states that protocol/ says it must have.
import type { NetworkConnection } from "hardhat/types/network";
import { network } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type {
  ContractTransactionReceipt,
  ContractTransactionResponse,
  Interface,
  Result,
} from "ethers";
import { addressOfPrivateKey, keccak256, signDigest } from "../../../protocol/base/crypto.ts";
import { utf8 } from "../../../protocol/base/bytes.ts";
import { type CustodyEvent, type Domain, eventDigest } from "../../../protocol/event/event.ts";
import { keyEnrolmentDigest } from "../../../protocol/event/key-enrolment.ts";
import { type LotState, lotId, wordOf } from "../../../protocol/event/lot.ts";
import {
  type Submission,
  signatureParts,
  submissionOf,
} from "../../../protocol/event/submission.ts";
import { type Context, type Outcome, transition } from "../../../protocol/event/transition.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import type { CustodyLedger } from "../../../types/ethers-contracts/index.ts";

/** A signing key. */
export interface Key {
  address: string;
  privateKey: Uint8Array;
}

/** A party: its account, and the key that it signs with. */
export interface Party {
  address: string;
  account: HardhatEthersSigner;
  key: Key;
}

/** An event without the members that follow from the ledger. By default the actor holds, and there is no consignee. */
export interface Plan {
  action: number;
  actor: string;
  holder?: string;
  consignee?: string;
  entries: readonly { lot: string; quantity: number }[];
  time?: number;
  details?: string;
}

/** The reason of a revert: a custom error's name and arguments. */
export interface Refusal {
  name: string;
  args: (string | number)[];
}

export interface World {
  connection: NetworkConnection<"l1">;
  /** Called by an account that is not a party. */
  ledger: CustodyLedger;
  owner: HardhatEthersSigner;
  outsider: HardhatEthersSigner;
  domain: Domain;
  /** Accounts that are not yet parties. */
  spare: HardhatEthersSigner[];
  parties: Map<string, { roles: number; suspended: boolean }>;
  keys: Map<string, { party: string; revoked: boolean }>;
  states: Map<string, LotState>;
  keysMade: number;
}

/** A fresh chain with a ledger on it. */
export async function createWorld(): Promise<World> {
  const connection = await network.create({ network: "default", chainType: "l1" });
  const { ethers } = connection;
  const [owner, outsider, ...spare] = await ethers.getSigners();
  const ledger = await ethers.deployContract("CustodyLedger", [owner!.address], owner!);
  const { chainId } = await ethers.provider.getNetwork();
  return {
    connection,
    ledger: ledger.connect(outsider!),
    owner: owner!,
    outsider: outsider!,
    domain: { chainId: Number(chainId), ledger: (await ledger.getAddress()).toLowerCase() },
    spare,
    parties: new Map(),
    keys: new Map(),
    states: new Map(),
    keysMade: 0,
  };
}

/** A new key that no party has enrolled. */
export function newKey(world: World): Key {
  const privateKey = keccak256(utf8(`key ${++world.keysMade}`));
  return { address: addressOfPrivateKey(privateKey), privateKey };
}

/** A party with one key. */
export async function admit(world: World, roles: number): Promise<Party> {
  const account = world.spare.shift()!;
  const address = account.address.toLowerCase();
  await world.ledger
    .connect(world.owner)
    .admit(address, roles, `Party ${world.parties.size + 1}`, ZERO_HASH);
  world.parties.set(address, { roles, suspended: false });
  return { address, account, key: await enrol(world, { address, account }) };
}

/** One more key of a party. */
export async function enrol(world: World, party: Pick<Party, "address" | "account">): Promise<Key> {
  const key = newKey(world);
  const signature = signDigest(
    keyEnrolmentDigest(world.domain, party.address, key.address),
    key.privateKey,
  );
  await world.ledger.connect(party.account).enrol(key.address, signatureParts(signature));
  world.keys.set(key.address, { party: party.address, revoked: false });
  return key;
}

/** Revokes a key of a party. */
export async function revoke(
  world: World,
  party: Pick<Party, "address" | "account">,
  key: Key,
): Promise<void> {
  await world.ledger.connect(party.account).revoke(key.address);
  world.keys.set(key.address, { party: party.address, revoked: true });
}

export async function suspend(world: World, { address }: Pick<Party, "address">): Promise<void> {
  await world.ledger.connect(world.owner).suspend(address);
  world.parties.set(address, { ...world.parties.get(address)!, suspended: true });
}

export async function reinstate(world: World, { address }: Pick<Party, "address">): Promise<void> {
  await world.ledger.connect(world.owner).reinstate(address);
  world.parties.set(address, { ...world.parties.get(address)!, suspended: false });
}

/** The rules' view of this world at a time. */
export function contextAt(world: World, now: number): Context {
  return {
    now,
    party: (address) => world.parties.get(address),
    key: (address) => world.keys.get(address),
    word: (lot) => {
      const state = world.states.get(lot);
      return state ? wordOf(state) : ZERO_HASH;
    },
  };
}

/** The newest block's time. */
export async function latestTime(world: World): Promise<number> {
  return (await world.connection.ethers.provider.getBlock("latest"))!.timestamp;
}

type Address = string | { address: string };

/** The answer of a call to the ledger that changes nothing: the ABI's results, or the error of the revert. */
export async function call(
  world: World,
  from: Address,
  name: string,
  args: readonly unknown[],
): Promise<{ results: Result; refusal?: never } | { results?: never; refusal: Refusal }> {
  const abi: Interface = world.ledger.interface;
  const request = {
    from: typeof from === "string" ? from : from.address,
    to: world.domain.ledger,
    data: abi.encodeFunctionData(name, args),
  };
  let returned: unknown;
  try {
    returned = await world.connection.provider.request({
      method: "eth_call",
      params: [request, "latest"],
    });
  } catch (error) {
    return { refusal: refusalIn(world, error) };
  }
  return { results: abi.decodeFunctionResult(name, String(returned)) };
}

/** The custom error with which a call to the ledger reverts; throws if it does not revert. */
export async function refusalOf(
  world: World,
  from: Address,
  name: string,
  args: readonly unknown[],
): Promise<Refusal> {
  const { refusal } = await call(world, from, name, args);
  if (refusal === undefined) throw new Error(`${name} goes through`);
  return refusal;
}

/** The logs of the ledger in a transaction's receipt: each one's name and arguments by name. */
export async function logsOf(
  world: World,
  sent: Promise<ContractTransactionResponse>,
): Promise<{ name: string; args: Record<string, unknown> }[]> {
  const receipt = (await (await sent).wait())!;
  return receipt.logs.map((log) => {
    const parsed = world.ledger.interface.parseLog(log)!;
    return { name: parsed.name, args: fieldsOf(parsed.args) };
  });
}

/** A result of the ABI as an object in the form of protocol/. */
export function fieldsOf(result: Result): Record<string, unknown> {
  const entries = Object.entries(result.toObject());
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? [...value] : plain(value)]),
  );
}

/** The custom error in the node's exception. */
function refusalIn(world: World, error: unknown): Refusal {
  if (!(error instanceof Error && "data" in error && typeof error.data === "string")) throw error;
  return decodeRefusal(world, error.data);
}

/** A custom error of the ledger, decoded. */
export function decodeRefusal(world: World, data: string): Refusal {
  const parsed = world.ledger.interface.parseError(data);
  if (parsed === null) throw new Error(`no error of the ledger: ${data}`);
  return { name: parsed.name, args: parsed.args.map(plain) };
}

/** A value of the ABI in the form of protocol/: lower-case hex; a number, or digits if it is too large. */
function plain(value: unknown): string | number {
  if (typeof value !== "bigint")
    return /^0x/i.test(String(value)) ? String(value).toLowerCase() : String(value);
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
}

/** The id of a party's lot with this number. */
export const lotOf = (party: Party, lotNumber: string | number): string =>
  lotId(party.address, `R-${lotNumber}`);

/** The event of a plan on the present states, with entries in the protocol's order. */
export function eventOf(world: World, plan: Plan & { time: number }): CustodyEvent {
  const {
    action,
    actor,
    holder = actor,
    consignee = ZERO_ADDRESS,
    time,
    details = ZERO_HASH,
  } = plan;
  const entries = plan.entries
    .map(({ lot, quantity }) => {
      const state = world.states.get(lot);
      return { lot, previous: state ? wordOf(state) : ZERO_HASH, quantity };
    })
    .sort((a, b) => (a.lot < b.lot ? -1 : 1));
  return { action, actor, holder, consignee, entries, time, details };
}

/** The states before an event, as this world has them. */
function statesBefore(world: World, event: CustodyEvent): (LotState | null)[] {
  return event.entries.map(({ lot }) => world.states.get(lot) ?? null);
}

/** An event, signed and ready for the ledger. */
export function prepare(
  world: World,
  event: CustodyEvent,
  key: Key,
): { digest: string; submission: Submission } {
  const digest = eventDigest(world.domain, event);
  const signature = signDigest(digest, key.privateKey);
  return { digest, submission: submissionOf(event, statesBefore(world, event), signature) };
}

/** Runs the rules of protocol/, and applies the event to this world's states if they allow it. */
export function applyToStates(
  world: World,
  event: CustodyEvent,
  signer: string,
  now: number,
): Outcome {
  const signed = { event, digest: eventDigest(world.domain, event), signer };
  const outcome = transition(contextAt(world, now), statesBefore(world, event), signed);
  outcome.states?.forEach((state, i) => world.states.set(event.entries[i]!.lot, state));
  return outcome;
}

/** Records a valid event on the chain and in this world's states. */
export async function act(
  world: World,
  plan: Plan,
  key: Key,
): Promise<{ digest: string; event: CustodyEvent; receipt: ContractTransactionReceipt }> {
  const now = await latestTime(world);
  const event = eventOf(world, { time: now, ...plan });
  const { digest, submission } = prepare(world, event, key);
  const receipt = (await (await world.ledger.record(submission)).wait())!;
  const outcome = applyToStates(world, event, key.address, now);
  if (outcome.violation)
    throw new Error(`protocol/ refuses what the ledger took: ${outcome.violation.name}`);
  return { digest, event, receipt };
}

/** Lots whose word on the chain differs from the one that protocol/ computes. */
export async function lotsThatDiffer(
  world: World,
  lots: Iterable<string> = world.states.keys(),
): Promise<string[]> {
  const differing: string[] = [];
  for (const lot of lots) {
    const state = world.states.get(lot);
    if ((await world.ledger.wordOf(lot)) !== (state ? wordOf(state) : ZERO_HASH))
      differing.push(lot);
  }
  return differing;
}
