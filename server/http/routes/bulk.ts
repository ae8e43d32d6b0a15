// Verifies many lots and scans many labels in one request. Each has a result or an error of its own.
import { z } from "zod";
import { MAX_BULK, Scans, Verdicts } from "../../../api/bulk.ts";
import { Expected } from "../../../protocol/label/expected.ts";
import { PolicyDocument } from "../../../protocol/verdict/policy.ts";
import { lotRead } from "../../access/grants.ts";
import type { Caller } from "../../access/admin.ts";
import { spend } from "../../budgets/spend.ts";
import { type Context, onPrimary } from "../../context.ts";
import { lotIds } from "../../labels/lot-names.ts";
import { scan } from "../../labels/scan.ts";
import { letOthersRun } from "../../loop.ts";
import { verdictOf } from "../../verdict/verdict.ts";
import { budgetsOf } from "../guards.ts";
import { LotName } from "../lot-names.ts";
import { problemOf, refusalOf } from "../problem.ts";
import { findAnywhere } from "../reads.ts";
import { route } from "./route.ts";
import { Label, place, session } from "./scan.ts";

/** Bytes of a request: many labels, with an order. */
const MAX_BULK_BYTES = 4 * 1024 * 1024;

const read = { scope: "read", who: "anyone" } as const;
const COSTS = `Up to ${MAX_BULK}. Each counts as a request against the caller's limit.`;

export const bulk = [
  route({
    method: "post",
    path: "/v1/verdicts",
    inStandby: true,
    reads: "replica",
    tag: "Lots",
    summary: "Verify many lots now",
    about: `${COSTS} Otherwise the same as the verdict on each lot. Nothing is stored.`,
    access: read,
    body: z.strictObject({
      lots: z.array(LotName).min(1).max(MAX_BULK),
      policy: PolicyDocument.exactOptional().meta({
        description: "Replaces the caller's own policy.",
      }),
    }),
    bodyBytes: MAX_BULK_BYTES,
    answers: { 200: Verdicts },
    async handle({ ctx }, { body: { lots, policy }, caller, requestId }) {
      const results = await each(ctx, caller, lots, requestId, (name, i) =>
        findAnywhere(ctx, async (ctx) => {
          const named = [{ text: name, field: `lots.${i}` }];
          const [id] = await lotIds(ctx, { reader: caller, byGrants: true }, named);
          const { lot, reader } = await lotRead(ctx, caller, id!, "verdict");
          const verdict = await verdictOf(ctx, lot.id, { reader, ...(policy && { policy }) });
          return { lot: lot.id, verdict };
        }),
      );
      return {
        status: 200,
        body: { results: results.map((one, i) => ({ name: lots[i]!, ...one })) },
      };
    },
  }),
  route({
    method: "post",
    path: "/v1/scans",
    inStandby: true,
    tag: "Labels",
    summary: "Find and verify the lots that many labels name",
    about: `${COSTS} Otherwise the same as a scan of each label, one after the other.`,
    access: read,
    body: z.strictObject({
      labels: z.array(Label).min(1).max(MAX_BULK),
      place,
      session,
      expected: Expected.optional().meta({
        description: "The line of the order or packing list to compare each label with.",
      }),
    }),
    bodyBytes: MAX_BULK_BYTES,
    answers: { 200: Scans },
    async handle({ ctx }, { body: { labels, ...shared }, caller, requestId }) {
      const isKept = caller.scope !== "read";
      const results = await each(ctx, caller, labels, requestId, (label) =>
        scan(ctx, caller, { label, ...shared, isKept }),
      );
      return { status: 200, body: { results } };
    },
  }),
];

/** Runs what is asked of each item, one after the other. What fails for all fails the request. */
async function each<T, R extends object>(
  ctx: Context,
  caller: Caller,
  items: readonly T[],
  requestId: string,
  run: (item: T, index: number) => Promise<R>,
): Promise<(R | { error: object })[]> {
  await spend(onPrimary(ctx), budgetsOf(caller), { requests: items.length - 1 });
  const results: (R | { error: object })[] = [];
  for (const [i, item] of items.entries()) {
    await letOthersRun();
    results.push(
      await run(item, i).catch((error: unknown) => {
        const refusal = refusalOf(error);
        if (refusal.status >= 500) throw error;
        return { error: problemOf(refusal, requestId) };
      }),
    );
  }
  return results;
}
