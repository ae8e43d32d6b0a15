// Reads the ledger's logs and state through any node, and checks every answer.
import { z } from "zod";
import { fromHex, toHex } from "../base/bytes.ts";
import { ProtocolError } from "../base/errors.ts";
import {
  type CheckpointAnchored,
  checkpointTopics,
  decodeCheckpointAnchored,
  decodeNewest,
  encodeNewest,
} from "./checkpoint.ts";
import { encodeNoticeWordOf, encodeWordOf } from "./codec.ts";
import {
  type EventRecorded,
  type LedgerLog,
  type NoticeTaken,
  type PartyFact,
  HexHash,
  HexNumber,
  TOPICS,
  decodeLog,
} from "./ledger-log.ts";
import { inChainOrder } from "./place.ts";
import type { Checkpoint } from "../log/checkpoint.ts";
import {
  type Block,
  type LogFilter,
  type Request,
  ask,
  block,
  eachOf,
  logsOfRange,
} from "./node.ts";

/** The ledger's two words for a lot; zero if it has none. */
export interface LotWords {
  word: string;
  noticeWord: string;
}

/** An operator's log at a size. */
export interface LogSize {
  operator: string;
  size: number;
}

/** Reads one ledger. Every method throws ProtocolError CHAIN_UNREACHABLE or CHAIN_INCONSISTENT, and no other error. */
export interface LedgerReader {
  /**
   * The block at which to judge, after a check that the node is on the right chain and has the ledger's contract.
   * @param at the block's hash; the newest block without it
   */
  head(at?: string): Promise<Block>;
  /** The blocks of these numbers, in the same order. */
  blocks(numbers: readonly number[]): Promise<Block[]>;
  /** The records of events with these digests, up to a block. Events without a record are missing. */
  events(digests: readonly string[], upTo: number): Promise<EventRecorded[]>;
  /** The records of all events of these actors in a range of blocks. */
  eventsOfActors(actors: readonly string[], from: number, to: number): Promise<EventRecorded[]>;
  /** Admissions, suspensions, reinstatements, and enrolled and revoked keys of these parties, in order, up to a block. */
  partyFacts(parties: readonly string[], upTo: number): Promise<PartyFact[]>;
  /** The notices about these lots up to a block, in the order in which the ledger accepted them. */
  notices(lots: readonly string[], upTo: number): Promise<NoticeTaken[]>;
  /** The words of lots at one block, in the same order. */
  words(lots: readonly string[], blockHash: string): Promise<LotWords[]>;
  /** As `words`, but only the words of states. */
  eventWords(lots: readonly string[], blockHash: string): Promise<string[]>;
  /** As `words`, but only the words of notices. */
  noticeWords(lots: readonly string[], blockHash: string): Promise<string[]>;
  /** The anchored checkpoints of these logs and sizes, up to a block. Checkpoints that were not anchored are missing. */
  checkpoints(
    contract: string,
    wanted: readonly LogSize[],
    upTo: number,
  ): Promise<CheckpointAnchored[]>;
  /** The newest checkpoint of each operator at one block, in the same order; null if there is none. */
  newestCheckpoints(
    contract: string,
    operators: readonly string[],
    blockHash: string,
  ): Promise<(Checkpoint | null)[]>;
}

/** How to reach a ledger. */
export interface LedgerSource {
  request: Request;
  chainId: number;
  ledger: string;
  /** The block of the ledger's deployment, or an earlier one. */
  fromBlock?: number | undefined;
  /** The most blocks per request for logs. Without it one request covers all, and is halved if the node refuses. */
  logRange?: number | undefined;
}

/** Values in one list of topics. Nodes limit such lists, commonly to 1,000. */
const TOPICS_AT_ONCE = 500;
const Code = z.string().regex(/^0x[0-9a-fA-F]*$/);
const PARTY_FACTS = [
  "PartyAdmitted",
  "PartySuspended",
  "PartyReinstated",
  "KeyEnrolled",
  "KeyRevoked",
] as const;

/** A reader of the ledger that `source` names. It keeps nothing between calls. */
export function ledgerReader(source: LedgerSource): LedgerReader {
  const { request, chainId, ledger, fromBlock = 0, logRange: span } = source;
  const filter = (...topics: LogFilter["topics"]): LogFilter => ({ address: ledger, topics });

  /** The logs that match any of the filters, in the order of the chain. */
  async function logsOf(
    range: { from: number; to: number },
    filters: LogFilter[],
  ): Promise<LedgerLog[]> {
    const logs = await eachOf(filters, (each) => logsOfRange(request, { ...range, span }, each));
    return logs.flat().map(decodeLog).sort(inChainOrder);
  }

  async function words(
    encode: (lot: string) => string,
    lots: readonly string[],
    blockHash: string,
  ): Promise<string[]> {
    const where = { blockHash, requireCanonical: true };
    return eachOf(lots, (lot) =>
      ask(request, "eth_call", [{ to: ledger, data: encode(lot) }, where], HexHash),
    );
  }

  return {
    async head(at = "latest") {
      const [id, head] = await Promise.all([
        ask(request, "eth_chainId", [], HexNumber),
        block(request, at),
      ]);
      if (id !== chainId) throw inconsistent(`the node is on chain ${id}, not on chain ${chainId}`);
      if (head === undefined) throw inconsistent("the node does not have this block");
      const where = { blockHash: head.hash, requireCanonical: true };
      const code = await ask(request, "eth_getCode", [ledger, where], Code);
      if (code === "0x") throw inconsistent("there is no contract at the ledger's address");
      return head;
    },

    async blocks(numbers) {
      return eachOf(numbers, async (number) => {
        const answer = await block(request, number);
        if (answer === undefined) throw inconsistent("the node has a log but not its block");
        return answer;
      });
    },

    async events(digests, upTo) {
      const filters = chunks(digests).map((some) => filter(TOPICS.EventRecorded, some));
      const records = (await logsOf({ from: fromBlock, to: upTo }, filters)) as EventRecorded[];
      if (new Set(records.map(({ digest }) => digest)).size < records.length)
        throw inconsistent("the node reports one event as recorded twice");
      return records;
    },

    async eventsOfActors(actors, from, to) {
      const filters = chunks(actors).map((some) =>
        filter(TOPICS.EventRecorded, null, some.map(asTopic)),
      );
      return (await logsOf({ from: Math.max(from, fromBlock), to }, filters)) as EventRecorded[];
    },

    async partyFacts(parties, upTo) {
      const kinds = PARTY_FACTS.map((name) => TOPICS[name]);
      const filters = chunks(parties).map((some) => filter(kinds, some.map(asTopic)));
      return (await logsOf({ from: fromBlock, to: upTo }, filters)) as PartyFact[];
    },

    async notices(lots, upTo) {
      const filters = chunks(lots).map((some) => filter(TOPICS.NoticeTaken, some));
      return (await logsOf({ from: fromBlock, to: upTo }, filters)) as NoticeTaken[];
    },

    async words(lots, blockHash) {
      const [now, notices] = await Promise.all([
        words(encodeWordOf, lots, blockHash),
        words(encodeNoticeWordOf, lots, blockHash),
      ]);
      return lots.map((_, i) => ({ word: now[i]!, noticeWord: notices[i]! }));
    },

    eventWords(lots, blockHash) {
      return words(encodeWordOf, lots, blockHash);
    },

    noticeWords(lots, blockHash) {
      return words(encodeNoticeWordOf, lots, blockHash);
    },

    async checkpoints(contract, wanted, upTo) {
      // One request covers several operators and sizes. Answers for other pairs of these are ignored.
      const pairs = new Set(wanted.map(({ operator, size }) => `${operator} ${size}`));
      const filters = pagesOf(wanted).map((page) => {
        const topics = page.map(({ operator, size }) => checkpointTopics(operator, size));
        const any = (place: number) => [...new Set(topics.map((each) => each[place]!))];
        return { address: contract, topics: [topics[0]![0]!, any(1), any(2)] };
      });
      const range = { from: fromBlock, to: upTo, span };
      const logs = await eachOf(filters, (each) => logsOfRange(request, range, each));
      const anchored = logs
        .flat()
        .map(decodeCheckpointAnchored)
        .filter(({ operator, size }) => pairs.has(`${operator} ${size}`));
      if (
        new Set(anchored.map(({ operator, size }) => `${operator} ${size}`)).size < anchored.length
      )
        throw inconsistent("the node reports one checkpoint as anchored twice");
      return anchored;
    },

    newestCheckpoints(contract, operators, blockHash) {
      const where = { blockHash, requireCanonical: true };
      return eachOf(operators, async (operator) =>
        decodeNewest(
          await ask(
            request,
            "eth_call",
            [{ to: contract, data: encodeNewest(operator) }, where],
            Code,
          ),
        ),
      );
    },
  };
}

const inconsistent = (why: string) => new ProtocolError("CHAIN_INCONSISTENT", why);
const asTopic = (address: string) => toHex(fromHex(`0x${"0".repeat(24)}${address.slice(2)}`));
const chunks = (values: readonly string[]): string[][] => pagesOf([...new Set(values)]);

const pagesOf = <T>(values: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(values.length / TOPICS_AT_ONCE) }, (_, i) =>
    values.slice(i * TOPICS_AT_ONCE, (i + 1) * TOPICS_AT_ONCE),
  );
