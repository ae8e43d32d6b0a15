// Serves the log of operations: all of it to the operator, and to each party what concerns it.
import { z } from "zod";
import { type OperationName, OperationView } from "../../../api/operations.ts";
import { pageOf } from "../../../api/page.ts";
import { namer } from "../../custody/views.ts";
import { cut, pageQuery, readCursor, SEQUENCE } from "./page.ts";
import { route } from "./route.ts";

export const operations = [
  route({
    method: "get",
    path: "/v1/operations",
    tag: "Administration",
    summary: "List who did what, the newest first",
    about:
      "Acts that administer a party or the service. A party's list has what concerns it, also what the operator did; the operator's has everything. What was done on the command line, beside the service, is not in it.",
    access: { scope: "admin", who: "anyone" },
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf(OperationView) },
    async handle({ ctx: { prisma } }, { query: { limit, cursor }, caller }) {
      const [before] = readCursor(cursor, SEQUENCE) ?? [];
      const rows = await prisma.operation.findMany({
        where: {
          ...(caller.party !== null && { party: caller.party }),
          ...(before !== undefined && { id: { lt: BigInt(before) } }),
        },
        orderBy: { id: "desc" },
        take: limit + 1,
      });
      const { items, next } = cut(rows, limit, ({ id }) => [String(id)]);
      const nameOf = await namer(
        prisma,
        items.flatMap(({ party, byParty }) => [party ?? [], byParty ?? []].flat()),
      );
      const apiKeys = await prisma.apiKey.findMany({
        where: { id: { in: items.map(({ by }) => by) } },
      });
      const labels = new Map(apiKeys.map(({ id, label }) => [id, label || id]));
      const named = (party: string | null) => (party === null ? null : nameOf(party));
      const views = items.map(({ at, act, about, party, byParty, by }) => ({
        at: Number(at),
        act: act as OperationName,
        about,
        party: named(party),
        by: {
          party: named(byParty),
          with: caller.party === null || byParty === caller.party ? (labels.get(by) ?? by) : null,
        },
      }));
      return { status: 200, body: { items: views, next } };
    },
  }),
];
