// Moves log-only lots to the ledger, lists settlements, and sends held ones again or gives them up.
import { z } from "zod";
import { Hash } from "../../../protocol/base/values.ts";
import { pageOf } from "../../../api/page.ts";
import { GiveUpResult, SettlementView, SettleResult } from "../../../api/settlement.ts";
import { SettlementState } from "../../../prisma/generated/client.ts";
import type { Caller } from "../../access/admin.ts";
import { reasonsFor } from "../../access/reasons.ts";
import { settleLot } from "../../settlement/promote.ts";
import { giveUp, requeueHeld } from "../../settlement/hold.ts";
import { namer, settlementFields } from "../../custody/views.ts";
import { cut, pageQuery, readCursor, SEQUENCE } from "./page.ts";
import { LotName } from "../lot-names.ts";
import { notFound, route } from "./route.ts";

export const settlements = [
  route({
    method: "post",
    path: "/v1/lots/:lot/settle",
    tag: "Lots",
    summary: "Move a log-only lot to the ledger",
    about:
      "Every lot that is connected with it by shared events moves too. This cannot be undone, and customers and quantities " +
      "of all these lots become public in transactions. The signatures are the original ones: an event that the ledger " +
      "refuses now, for example because its key was revoked since, is held for a person. A second request does nothing.",
    access: { scope: "write", who: "anyone" },
    params: z.object({ lot: LotName }),
    lots: ["params.lot"],
    body: z.strictObject({}),
    answers: {
      200: SettleResult,
    },
    async handle({ ctx, nudge }, { params: { lot }, caller }) {
      const { lots, events } = await settleLot(ctx, caller, lot);
      nudge();
      return { status: 200, body: { lot, lots: lots.length, queued: events.length } };
    },
  }),
  route({
    method: "get",
    path: "/v1/settlements",
    tag: "Settlements",
    summary: "List settlements by state, with the reason",
    about:
      "A party's own: of the events and notices that it signed. The operator's list has everybody's.",
    access: { scope: "read", who: "anyone" },
    query: z.strictObject({
      state: z
        .enum(Object.values(SettlementState) as [SettlementState, ...SettlementState[]])
        .default("held"),
      ...pageQuery,
    }),
    answers: { 200: pageOf(SettlementView) },
    async handle({ ctx: { prisma } }, { query: { state, limit, cursor }, caller }) {
      const [after] = readCursor(cursor, SEQUENCE) ?? ["-1"];
      const rows = await prisma.settlement.findMany({
        where: { state, ...ownOf(caller), sequence: { gt: BigInt(after!) } },
        orderBy: { sequence: "asc" },
        take: limit + 1,
      });
      const { items, next } = cut(rows, limit, ({ sequence }) => [String(sequence)]);
      const reasonOf = await reasonsFor(prisma, caller, items);
      const nameOf = await namer(
        prisma,
        items.map(({ party }) => party),
      );
      const views = items.map((row) => ({
        id: row.id,
        kind: row.event ? "event" : "notice",
        party: nameOf(row.party),
        ...settlementFields(row, reasonOf),
      }));
      return { status: 200, body: { items: views, next } };
    },
  }),
  route({
    method: "post",
    path: "/v1/settlements/:id/retry",
    tag: "Settlements",
    summary: "Send a held event or notice again",
    about:
      "Also sends those that are held only because they follow it. If the ledger refuses one again, it is held again.",
    access: { scope: "admin", who: "operator" },
    params: z.object({ id: Hash }),
    body: z.strictObject({}),
    answers: { 200: z.strictObject({ queued: z.int() }) },
    async handle({ ctx: { prisma }, nudge }, { params: { id } }) {
      const queued = await prisma.$transaction((tx) => requeueHeld(tx, id));
      if (queued === 0) throw notFound("held settlement", "id");
      nudge();
      return { status: 200, body: { queued } };
    },
  }),
  route({
    method: "post",
    path: "/v1/settlements/:id/give-up",
    tag: "Settlements",
    summary: "Give up a held event or notice",
    about:
      "For the party that signed it, and for the operator. It becomes void, with everything that is built on it, and stays as " +
      "evidence. If the ledger records it after all, it counts again.",
    access: { scope: "write", who: "anyone" },
    params: z.object({ id: Hash }),
    body: z.strictObject({}),
    answers: { 200: GiveUpResult },
    async handle({ ctx: { prisma }, nudge }, { params: { id }, caller }) {
      const given = await prisma.$transaction((tx) => giveUp(tx, caller, id));
      nudge();
      return { status: 200, body: { void: given } };
    },
  }),
];

/** Limits a list to what a party signed itself; the operator's has everything. */
const ownOf = ({ party }: Caller) => (party === null ? {} : { party });
