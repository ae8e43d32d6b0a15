// Which block a caller means: by its number, its hash, or a moment.
import { ProtocolError } from "../../protocol/base/errors.ts";
import { type Block, type Request, block } from "../../protocol/chain/node.ts";
import { EXIT, Problem } from "../output/outcome.ts";
import { DAY_SECONDS } from "../../protocol/base/time.ts";

const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/;

/**
 * The block that is meant.
 * @param which its number, its hash, or a moment in UTC (2026-11-23, 2026-11-23T12:00Z): then the last block by then; a
 * day counts to its end
 * @throws Problem BAD_OPTION where it is none of these, or the chain has no such block; ProtocolError as `block` does
 */
export async function blockAt(request: Request, which: string): Promise<Block> {
  const refused = (why: string) =>
    new Problem("BAD_OPTION", `${which} ${why}`, { field: "--at", exit: EXIT.usage });
  if (/^\d{1,15}$/.test(which) || /^0x[0-9a-fA-F]{64}$/.test(which)) {
    const found = await block(
      request,
      which.startsWith("0x") ? which.toLowerCase() : Number(which),
    );
    if (!found) throw refused("is no block of the node's chain");
    return found;
  }
  const start = MOMENT.test(which) ? Date.parse(which) / 1000 : NaN;
  if (Number.isNaN(start))
    throw refused("is no block's number or hash, and no moment such as 2026-11-23T12:00Z");
  const found = await lastBlockBy(request, which.includes("T") ? start : start + DAY_SECONDS - 1);
  if (!found) throw refused("is before the chain's first block");
  return found;
}

/** The last block whose time is no later, by halving: times only grow. */
async function lastBlockBy(request: Request, time: number): Promise<Block | undefined> {
  const numbered = async (number: number | "latest") => {
    const found = await block(request, number);
    if (!found)
      throw new ProtocolError("CHAIN_INCONSISTENT", "the node left out a block of its chain");
    return found;
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
