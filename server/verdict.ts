// The verdict on a lot, now: the service runs the very function that an auditor runs, on what its database holds.
import type { Verdict } from "../protocol/verdict.ts";
import { verify } from "../protocol/verify.ts";
import type { Context } from "./context.ts";
import { loadTrail } from "./trails.ts";

/** Verifies a lot's trail against the chain. */
export async function verdictOf(ctx: Context, lot: string): Promise<Verdict> {
  const { chainId, ledger } = ctx.domain;
  const trail = await loadTrail(ctx.prisma, ctx.domain, lot);
  return verify(trail, { chainId, ledger, finality: ctx.finality, now: ctx.clock() }, ctx.reader, ctx.recover);
}
