// Finds a block by its number, its hash, or a time.
import { ProtocolError } from "../../protocol/base/errors.ts";
import { type Block, type Request, block } from "../../protocol/chain/node.ts";
import { DAY_SECONDS } from "../../protocol/base/time.ts";
import { usageProblem } from "../output/outcome.ts";

const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/;

/**
 * Finds a block.
 * @param which its number, its hash, or a time in UTC (2026-11-23, 2026-11-23T12:00Z) for the last block by then. A day
 * counts to its end.
 * @throws Problem BAD_OPTION where it is none of these, or the chain has no such block; ProtocolError as `block` does
 */
export async function blockAt(request: Request, which: string): Promise<Block> {
  const refused = (why: string) => usageProblem("BAD_OPTION", `${which} ${why}`, "--at");
  if (/^\d{1,15}$/.test(which) || /^0x[0-9a-fA-F]{64}$/.test(which)) {
    const match = await block(
      request,
      which.startsWith("0x") ? which.toLowerCase() : Number(which),
    );
    if (!match) throw refused("is not a block of the node's chain.");
    return match;
  }
  const start = MOMENT.test(which) ? Date.parse(which) / 1000 : NaN;
  if (Number.isNaN(start))
    throw refused("is not a block number, a block hash or a time such as 2026-11-23T12:00Z.");
  const match = await lastBlockBy(request, which.includes("T") ? start : start + DAY_SECONDS - 1);
  if (!match) throw refused("is before the chain's first block.");
  return match;
}

/** The last block by a time, by halving: block times only grow. */
async function lastBlockBy(request: Request, time: number): Promise<Block | undefined> {
  const numbered = async (number: number | "latest") => {
    const match = await block(request, number);
    if (!match)
      throw new ProtocolError("CHAIN_INCONSISTENT", "The node left out a block of its chain.");
    return match;
  };
  const head = await numbered("latest");
  if (head.time <= time) return head;
  let best: Block | undefined;
  for (let [low, high] = [0, head.number - 1]; low <= high;) {
    const middle = await numbered(Math.floor((low + high) / 2));
    if (middle.time <= time) [best, low] = [middle, middle.number + 1];
    else high = middle.number - 1;
  }
  return best;
}
