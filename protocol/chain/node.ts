// Asks an Ethereum node, and checks every answer against its form and against the question.
import { z } from "zod";
import { AnswerTooLarge } from "../base/bounded.ts";
import { ProtocolError } from "../base/errors.ts";
import { HexHash, HexNumber, RawLog } from "./ledger-log.ts";
import { MAX_INTEGER } from "../base/limits.ts";

/**
 * Calls a method of a node (JSON-RPC over any carrier). It rejects with an error that has a numeric `code` if the node answered
 * with an error; with any other error if the node did not answer.
 */
export type Request = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** A block: its number, its hash, its parent's hash, and its time in Unix seconds. */
export interface Block {
  number: number;
  hash: string;
  parent: string;
  time: number;
}

const RawBlock = z.object({
  number: HexNumber,
  hash: HexHash,
  parentHash: HexHash,
  timestamp: HexNumber,
});
const Logs = z.array(RawLog);

const isAnswer = (error: unknown): boolean =>
  typeof error === "object" &&
  error !== null &&
  typeof (error as { code?: unknown }).code === "number";

/** The most characters of a node's own text in one of our messages. */
const MAX_NODE_TEXT = 200;

/** The node's own text, without characters with which a hostile node could control a terminal. */
const textOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message.replace(/[^\x20-\x7e]+/g, " ") : "";
  return text === "" ? "" : `: ${text.slice(0, MAX_NODE_TEXT)}`;
};

/**
 * Asks, and checks the form of the answer.
 * @throws ProtocolError CHAIN_UNREACHABLE if there is no answer or the answer is an error (as `cause`); CHAIN_INCONSISTENT if
 * the answer does not fit the schema
 */
export async function ask<S extends z.ZodType>(
  request: Request,
  method: string,
  params: readonly unknown[],
  schema: S,
): Promise<z.output<S>> {
  let answer: unknown;
  try {
    answer = await request(method, params);
  } catch (cause) {
    if (cause instanceof ProtocolError) throw cause;
    const why = isAnswer(cause)
      ? `the node answered ${method} with an error${textOf(cause)}`
      : `the node did not answer ${method}`;
    throw new ProtocolError("CHAIN_UNREACHABLE", why, { cause });
  }
  const parsed = schema.safeParse(answer);
  if (!parsed.success)
    throw new ProtocolError(
      "CHAIN_INCONSISTENT",
      `the node's answer to ${method} has the wrong form`,
      {
        cause: parsed.error,
      },
    );
  return parsed.data;
}

/** A block by number, hash or "latest"; undefined if the node does not have it. */
export async function block(request: Request, which: number | string): Promise<Block | undefined> {
  const byHash = typeof which === "string" && which !== "latest";
  const method = byHash ? "eth_getBlockByHash" : "eth_getBlockByNumber";
  const param = typeof which === "number" ? hexNumber(which) : which;
  const answer = await ask(request, method, [param, false], RawBlock.nullable());
  if (answer === null) return undefined;
  const { number, hash, parentHash: parent, timestamp: time } = answer;
  if (number !== which && hash !== which && which !== "latest")
    throw new ProtocolError("CHAIN_INCONSISTENT", "the node returned a different block");
  return { number, hash, parent, time };
}

/** A number in the form that nodes accept. */
const hexNumber = (number: number): string => `0x${number.toString(16)}`;

/** A filter of eth_getLogs: null matches any topic, a list matches any of its topics. */
export interface LogFilter {
  address: string;
  topics: readonly (string | readonly string[] | null)[];
}

/**
 * The logs of the blocks `from` to `to`, in the order of the chain. If the node refuses a range, or its answer is too long to
 * be read, the range is halved, down to one block.
 * @param span the most blocks in one request
 * @throws ProtocolError CHAIN_UNREACHABLE, CHAIN_INCONSISTENT
 */
export async function logsOfRange(
  request: Request,
  { from, to, span = MAX_INTEGER }: { from: number; to: number; span?: number | undefined },
  filter: LogFilter,
): Promise<RawLog[]> {
  const all: RawLog[] = [];
  let size = Math.min(span, to - from + 1);
  for (let start = from; start <= to;) {
    const end = Math.min(start + size - 1, to);
    const params = [{ ...filter, fromBlock: hexNumber(start), toBlock: hexNumber(end) }];
    try {
      const logs = await ask(request, "eth_getLogs", params, Logs);
      checkLogs(logs, filter, (log) => log.blockNumber >= start && log.blockNumber <= end);
      for (const log of logs) all.push(log); // an engine limits the arguments of a spread
      start = end + 1;
    } catch (error) {
      if (!isRangeRefused(error) || end === start) throw error;
      size = Math.ceil((end - start + 1) / 2);
    }
  }
  return all;
}

/** Whether the node refused a range of blocks, or answered with more than we read: half of the range may do. */
const isRangeRefused = (error: unknown): boolean =>
  error instanceof ProtocolError &&
  error.code === "CHAIN_UNREACHABLE" &&
  (isAnswer(error.cause) || error.cause instanceof AnswerTooLarge);

function checkLogs(
  logs: readonly RawLog[],
  { address, topics }: LogFilter,
  inRange: (log: RawLog) => boolean,
): void {
  const wanted = topics.map((topic) => (topic === null ? null : new Set([topic].flat())));
  logs.forEach((log, i) => {
    const before = logs[i - 1];
    const isNext =
      before === undefined ||
      before.blockNumber < log.blockNumber ||
      (before.blockHash === log.blockHash && before.logIndex < log.logIndex);
    const asAsked =
      log.address === address &&
      log.removed !== true &&
      inRange(log) &&
      wanted.every((any, place) => any === null || any.has(log.topics[place] ?? ""));
    if (!isNext || !asAsked)
      throw new ProtocolError(
        "CHAIN_INCONSISTENT",
        "the node returned logs that were not requested",
      );
  });
}

/** Asks one question about each item, a few at a time, and keeps their order. */
export async function eachOf<T, R>(
  items: readonly T[],
  question: (item: T) => Promise<R>,
): Promise<R[]> {
  const answers = new Array<R>(items.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) answers[i] = await question(items[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return answers;
}

/** The most questions under way at one node. More gain nothing, and make public nodes refuse. */
export const AT_ONCE = 16;
