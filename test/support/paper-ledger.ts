// Keeps a ledger on a chain on paper, and a checkpoint contract once one is deployed. It is the
// same each time, for vectors, benches and tests that need no EVM. It accepts the calls that
// protocol/chain/ encodes, trusts that they are right, and answers questions as a node does.
import { Interface, type Result } from "ethers/abi";
import { utf8 } from "../../protocol/base/bytes.ts";
import { ledgerReader } from "../../protocol/chain/reader.ts";
import { keccakHex } from "../../protocol/base/crypto.ts";
import { type Domain, eventDigest } from "../../protocol/event/event.ts";
import { checkpointTopics } from "../../protocol/chain/checkpoint.ts";
import { CHECKPOINT_ABI } from "../../protocol/chain/checkpoint-abi.ts";
import { LEDGER_ABI } from "../../protocol/chain/ledger-abi.ts";
import { type LotState, wordOf } from "../../protocol/event/lot.ts";
import { noticeDigest, noticeWord, type Notice } from "../../protocol/event/notice.ts";
import { unpackLine } from "../../protocol/event/submission.ts";
import { statesAfter } from "../../protocol/event/transition.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { TestLedger } from "./ledger.ts";

const PAPER_DOMAIN: Domain = { chainId: 31337, ledger: `0x1ed9e5${"0".repeat(34)}` };
/** The addresses of the first and the second contract. */
const CHECKPOINTS = [`0xc4ec${"0".repeat(36)}`, `0xc4ed${"0".repeat(36)}`];
/** The first block's time, Unix seconds, and how far apart blocks are. */
const GENESIS = 1_795_000_000;
const SECONDS_PER_BLOCK = 12;

const abi = new Interface(LEDGER_ABI);
const checkpointAbi = new Interface(CHECKPOINT_ABI);
const hex = (number: number) => `0x${number.toString(16)}`;
const named = (text: string) => keccakHex(utf8(text));

interface PaperBlock {
  number: string;
  hash: string;
  parentHash: string;
  timestamp: string;
}
interface PaperLog {
  address: string;
  topics: string[];
  data: string;
  blockNumber: string;
  blockHash: string;
  transactionHash: string;
  logIndex: string;
}

/** Everything that a node knows of the ledger: the content of a vector, and the source of all answers. */
export interface PaperChain extends Domain {
  blocks: PaperBlock[];
  logs: PaperLog[];
  /** The words of each lot, by the number of the block from which on it has had them. */
  words: { lot: string; block: number; kind: "wordOf" | "noticeWordOf"; word: string }[];
}

/** The answer of a node with this chain. @throws Error with a code, as nodes do for unknown questions */
export function answer(chain: PaperChain, method: string, params: readonly unknown[]): unknown {
  const head = chain.blocks.at(-1)!;
  const byHash = (hash: unknown) => chain.blocks.find((block) => block.hash === hash) ?? null;
  switch (method) {
    case "eth_chainId":
      return hex(chain.chainId);
    case "eth_getCode":
      return params[0] === chain.ledger ? "0x60" : "0x";
    case "eth_getBlockByHash":
      return byHash(params[0]);
    case "eth_getBlockByNumber":
      return params[0] === "latest" ? head : (chain.blocks[Number(params[0])] ?? null);
    case "eth_getLogs":
      return logsOf(chain, params[0] as LogQuestion);
    case "eth_call": {
      const [{ to, data }, { blockHash }] = params as [
        { to: string; data: string },
        { blockHash: string },
      ];
      const at = Number(byHash(blockHash)!.number);
      if (to !== chain.ledger) return newest(chain, to, data, at);
      const { name, args } = abi.parseTransaction({ data })!;
      const found = chain.words.findLast(
        ({ lot, kind, block }) => kind === name && lot === args[0] && block <= at,
      );
      return found?.word ?? ZERO_HASH;
    }
    default:
      throw Object.assign(new Error(`there is no method ${method}`), { code: -32601 });
  }
}

/** The contract's answer for an operator's newest checkpoint as of a block. */
function newest({ logs }: PaperChain, contract: string, data: string, at: number): string {
  const { args } = checkpointAbi.parseTransaction({ data })!;
  const [topic, operator] = checkpointTopics(lower(args[0]));
  const last = logs.findLast(
    ({ address, topics, blockNumber }) =>
      address === contract &&
      topics[0] === topic &&
      topics[1] === operator &&
      Number(blockNumber) <= at,
  );
  const [size, root] = last ? [last.topics[2], last.data.slice(0, 66)] : [0, ZERO_HASH];
  return checkpointAbi.encodeFunctionResult("newest", [size, root]);
}

interface LogQuestion {
  address: string;
  topics: (string | string[] | null)[];
  fromBlock: string;
  toBlock: string;
}

function logsOf(
  { logs }: PaperChain,
  { address, topics, fromBlock, toBlock }: LogQuestion,
): PaperLog[] {
  const inRange = (log: PaperLog) =>
    Number(log.blockNumber) >= Number(fromBlock) && Number(log.blockNumber) <= Number(toBlock);
  const wanted = topics.map((topic) => (topic === null ? null : new Set([topic].flat())));
  const fits = (log: PaperLog) =>
    wanted.every((any, i) => any === null || any.has(log.topics[i] ?? ""));
  return logs.filter((log) => log.address === address && inRange(log) && fits(log));
}

/** A fresh chain on paper, and the ledger on it as tests drive it. */
export function openPaperLedger(domain: Domain = PAPER_DOMAIN): TestLedger & { chain: PaperChain } {
  const chain: PaperChain = { ...domain, blocks: [], logs: [], words: [] };
  const mine = (): PaperBlock => {
    const number = chain.blocks.length;
    const block = {
      number: hex(number),
      hash: named(`block ${number}`),
      parentHash: number === 0 ? ZERO_HASH : chain.blocks.at(-1)!.hash,
      timestamp: hex(GENESIS + SECONDS_PER_BLOCK * number),
    };
    chain.blocks.push(block);
    return block;
  };
  mine();
  const accounts = Array.from({ length: 12 }, (_, i) => named(`account ${i}`).slice(0, 42));
  const receipts = new Map<string, Record<string, string | undefined>>();
  const contracts = [...CHECKPOINTS];

  const request = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    if (method === "eth_accounts") return accounts;
    if (method === "evm_mine") return mine();
    if (method === "eth_getTransactionReceipt") return receipts.get(String(params[0]));
    if (method !== "eth_sendTransaction") return answer(chain, method, params);
    const { from, to, data } = params[0] as { from: string; to?: string; data: string };
    const block = mine();
    const transactionHash = named(`transaction ${block.number}`);
    const place = { blockNumber: block.number, blockHash: block.hash, transactionHash };
    const logOf =
      (contract: string, its: Interface) => (name: string, values: readonly unknown[]) => {
        const { topics, data: body } = its.encodeEventLog(name, values);
        const logIndex = hex(chain.logs.filter((log) => log.blockNumber === block.number).length);
        chain.logs.push({
          address: contract,
          topics: topics.map(String),
          data: body,
          ...place,
          logIndex,
        });
      };
    const contractAddress = to === undefined ? contracts.shift() : undefined;
    if (to === domain.ledger) apply(chain, from, data, logOf(to, abi));
    else if (to !== undefined) anchor(chain, from, { to, data }, logOf(to, checkpointAbi));
    receipts.set(transactionHash, {
      transactionHash,
      blockNumber: block.number,
      status: "0x1",
      contractAddress,
    });
    return transactionHash;
  };
  const [owner, outsider, ...spare] = accounts;
  const reader = ledgerReader({ request, ...domain });
  return { request, domain, reader, owner: owner!, outsider: outsider!, spare, keysMade: 0, chain };
}

function anchor(
  chain: PaperChain,
  operator: string,
  { to, data }: { to: string; data: string },
  log: Log,
): void {
  const { args } = checkpointAbi.parseTransaction({ data })!;
  const asked = checkpointAbi.encodeFunctionData("newest", [operator]);
  const [size] = checkpointAbi.decodeFunctionResult(
    "newest",
    newest(chain, to, asked, chain.blocks.length),
  );
  log("CheckpointAnchored", [operator, args[0], args[1], size]);
}

type Log = (name: string, values: readonly unknown[]) => void;

function apply(chain: PaperChain, from: string, data: string, log: Log): void {
  const { name, args } = abi.parseTransaction({ data })!;
  if (name === "admit") log("PartyAdmitted", [...args]);
  else if (name === "suspend") log("PartySuspended", [...args]);
  else if (name === "reinstate") log("PartyReinstated", [...args]);
  else if (name === "enrol") log("KeyEnrolled", [from, args[0]]);
  else if (name === "revoke") log("KeyRevoked", [from, args[0]]);
  else if (name === "notify") applyNotice(chain, args[0] as Result, log);
  else if (name === "notifyBatch")
    for (const each of args[0] as Result) applyNotice(chain, (each as Result)[0] as Result, log);
  else for (const each of args[0] as Result) applyEvent(chain, each as Result, log);
}

const lower = (value: unknown) => String(value).toLowerCase();

function wordIn(chain: PaperChain, kind: "wordOf" | "noticeWordOf", lot: string): string {
  return chain.words.findLast((each) => each.kind === kind && each.lot === lot)?.word ?? ZERO_HASH;
}

function applyEvent(chain: PaperChain, args: Result, log: Log): void {
  const { action, actor, holder, consignee, time, details, lots, lines, origins } = args.toObject();
  const before = [...(lines as bigint[])].map((line): LotState | null => {
    const { origin, quantityBefore } = unpackLine(line);
    if (origin === 0) return null;
    const {
      lastEvent,
      holder: held_by,
      consignee: to,
      held,
    } = (origins as Result[])[origin - 1]!.toObject();
    return {
      lastEvent,
      holder: lower(held_by),
      consignee: lower(to),
      quantity: quantityBefore,
      held,
    };
  });
  const event = {
    action: Number(action),
    actor: lower(actor),
    holder: lower(holder),
    consignee: lower(consignee),
    time: Number(time),
    details: String(details),
    entries: [...(lots as string[])].map((lot, i) => ({
      lot,
      previous: before[i] ? wordOf(before[i]) : ZERO_HASH,
      quantity: unpackLine((lines as bigint[])[i]!).quantity,
    })),
  };
  for (const { lot, previous } of event.entries)
    if (wordIn(chain, "wordOf", lot) !== previous)
      throw new Error(`the event does not follow from the word of ${lot}`);
  const digest = eventDigest(chain, event);
  const block = chain.blocks.length - 1;
  statesAfter({ event, digest }, before).forEach((state, i) => {
    chain.words.push({ lot: event.entries[i]!.lot, block, kind: "wordOf", word: wordOf(state) });
  });
  log("EventRecorded", [
    digest,
    actor,
    consignee,
    action,
    holder,
    time,
    details,
    [...lots],
    [...lines],
  ]);
}

function applyNotice(chain: PaperChain, args: Result, log: Log): void {
  const { lot, kind, issuer, time, withdraws, details } = args.toObject();
  const notice = {
    lot,
    kind: Number(kind),
    issuer: lower(issuer),
    time: Number(time),
    withdraws,
    details,
  } as Notice;
  const digest = noticeDigest(chain, notice);
  const word = noticeWord(wordIn(chain, "noticeWordOf", lot), digest);
  chain.words.push({ lot, block: chain.blocks.length - 1, kind: "noticeWordOf", word });
  log("NoticeTaken", [lot, issuer, digest, kind, time, withdraws, details]);
}
