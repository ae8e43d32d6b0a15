// Lets anyone ask the service's node what a verifier asks: the chain, its blocks, and the calls and EVM logs of our contracts.
// Everything else is refused, so that the door can neither change the chain nor be used for other business.
import { z } from "zod";
import { ProtocolError } from "../../protocol/base/errors.ts";
import type { Domain } from "../../protocol/event/event.ts";
import type { MerkleLog } from "./accounts.ts";
import type { Request } from "./node.ts";

/** Questions in one batch. */
export const MAX_BATCH = 50;
/** Blocks in one question for EVM logs. A verifier halves a range that is refused. */
const MAX_RANGE = 10_000;
const MAX_CALL_DATA = 20_000;
/** Questions that strangers have at the node at one time. The rest of the connection is for following and settling. */
export const AT_THE_NODE = 2;
/** Questions that wait for their turn. More are refused: a stranger must not make others wait without end. */
export const MAX_WAITING = 400;

/** The answer's name for the node behind the door. */
export const CLIENT = "Reelproof: the service's own node, which is not an independent one";

/** The errors of JSON-RPC 2.0, section 5.1, and that of nodes for too wide a range. */
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const NODE_FAILED = -32603;
const RANGE_TOO_WIDE = -32005;
/** "Limit exceeded" of EIP-1474 would make verifiers halve their range, so a busy door answers as a node that is away. */
const BUSY = NODE_FAILED;

const Quantity = z.string().regex(/^0x(0|[1-9a-f][0-9a-f]{0,13})$/);
const Hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const Data = z.string().regex(new RegExp(`^0x([0-9a-f]{2}){0,${MAX_CALL_DATA}}$`));
const Tag = z.enum(["latest", "earliest"]);
const Which = z.union([
  Quantity,
  Tag,
  z.strictObject({ blockHash: Hash, requireCanonical: z.boolean().optional() }),
  z.strictObject({ blockNumber: Quantity }),
]);
const Topic = z.union([Hash, z.array(Hash).max(1_000), z.null()]);

/** What may be asked, by method: the form of its parameters. */
function questionsOn(contracts: readonly string[]) {
  const Contract = z.string().refine((address) => contracts.includes(address.toLowerCase()));
  const Filter = z.strictObject({
    address: z.union([Contract, z.array(Contract).min(1).max(contracts.length)]),
    topics: z.array(Topic).max(4).optional(),
    blockHash: Hash.optional(),
    fromBlock: z.union([Quantity, Tag]).optional(),
    toBlock: z.union([Quantity, Tag]).optional(),
  });
  return {
    eth_chainId: z.tuple([]),
    eth_blockNumber: z.tuple([]),
    eth_getBlockByNumber: z.tuple([z.union([Quantity, Tag]), z.literal(false)]),
    eth_getBlockByHash: z.tuple([Hash, z.literal(false)]),
    eth_getCode: z.tuple([Contract, Which]),
    eth_call: z.tuple([z.strictObject({ to: Contract, data: Data }), Which]),
    eth_getLogs: z.tuple([Filter]),
    web3_clientVersion: z.tuple([]),
  } as const satisfies Record<string, z.ZodType<unknown[]>>;
}

const Question = z.object({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string().max(100), z.number(), z.null()]),
  method: z.string(),
  params: z.array(z.unknown()).default([]),
});

/** The node behind the door, and the contracts that it may be asked about. */
export interface DoorTo {
  request: Request;
  domain: Pick<Domain, "ledger">;
  merkleLog: Pick<MerkleLog, "contract">;
}

interface RpcAnswer {
  jsonrpc: "2.0";
  id: string | number | null;
  result?: unknown;
  error?: { code: number; message: string };
}

/**
 * Opens the door to a context's node.
 * @returns answers one question or a batch of JSON-RPC 2.0; what is wrong with a question is in its answer, and nothing is thrown
 */
export function openDoor({
  request,
  domain: { ledger },
  merkleLog,
}: DoorTo): (body: unknown) => Promise<unknown> {
  const contracts = [ledger, ...(merkleLog.contract === undefined ? [] : [merkleLog.contract])];
  const questions = questionsOn(contracts.map((address) => address.toLowerCase()));
  const inTurn = takeTurns(request);
  const answer = (question: unknown) => answerTo(question, questions, inTurn);
  return async (body) => {
    if (!Array.isArray(body)) return answer(body);
    if (body.length === 0 || body.length > MAX_BATCH)
      return refusal(null, INVALID_REQUEST, `A batch has 1 to ${MAX_BATCH} questions.`);
    return Promise.all(body.map(answer));
  };
}

class Busy extends Error {}

/** Lets AT_THE_NODE questions through at once. The others wait in their order. @returns a caller that throws Busy if too many wait */
function takeTurns(request: Request): Request {
  let free = AT_THE_NODE;
  const waiting: (() => void)[] = [];
  return async (method, params) => {
    if (free > 0) free--;
    else if (waiting.length >= MAX_WAITING) throw new Busy();
    else await new Promise<void>((resolve) => void waiting.push(resolve));
    try {
      return await request(method, params);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

const refusal = (id: RpcAnswer["id"], code: number, message: string): RpcAnswer => ({
  jsonrpc: "2.0",
  id,
  error: { code, message },
});

async function answerTo(
  question: unknown,
  questions: ReturnType<typeof questionsOn>,
  request: Request,
): Promise<RpcAnswer> {
  const parsed = Question.safeParse(question);
  if (!parsed.success)
    return refusal(null, INVALID_REQUEST, "This is not a request of JSON-RPC 2.0 with an id.");
  const { id, method, params } = parsed.data;
  if (!Object.hasOwn(questions, method))
    return refusal(
      id,
      METHOD_NOT_FOUND,
      `This door answers ${Object.keys(questions).join(", ")} only.`,
    );
  if (!questions[method as keyof typeof questions].safeParse(params).success)
    return refusal(
      id,
      INVALID_PARAMS,
      `${method} is answered about this service's contracts alone, in the form that verifiers use.`,
    );
  if (method === "web3_clientVersion") return { jsonrpc: "2.0", id, result: CLIENT };
  if (method === "eth_getLogs" && (await isTooWide(params[0] as LogRange, request)))
    return refusal(id, RANGE_TOO_WIDE, `Ask for the logs of at most ${MAX_RANGE} blocks.`);
  try {
    return { jsonrpc: "2.0", id, result: await request(method, params) };
  } catch (error) {
    if (error instanceof Busy)
      return refusal(id, BUSY, "Too many questions wait at this door. Ask again in a moment.");
    const isAway = error instanceof ProtocolError;
    return refusal(
      id,
      NODE_FAILED,
      isAway ? "The node does not answer." : `The node refuses ${method}.`,
    );
  }
}

interface LogRange {
  blockHash?: string;
  fromBlock?: string;
  toBlock?: string;
}

async function isTooWide(
  { blockHash, fromBlock = "latest", toBlock = "latest" }: LogRange,
  request: Request,
): Promise<boolean> {
  if (blockHash !== undefined) return false;
  const isNumber = (text: string) => text.startsWith("0x");
  const numberOf = async (text: string) =>
    isNumber(text)
      ? Number(text)
      : text === "earliest"
        ? 0
        : Number(await request("eth_blockNumber", []));
  try {
    return (await numberOf(toBlock)) - (await numberOf(fromBlock)) >= MAX_RANGE;
  } catch {
    return false; // the node is away, and its answer to the question will say so
  }
}
