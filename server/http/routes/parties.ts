// Serves the ledger's parties. Admits, suspends and reinstates them as its owner.
import { z } from "zod";
import { Text } from "../../../protocol/base/text.ts";
import { Address, Hash, ZERO_HASH } from "../../../protocol/base/values.ts";
import { pageOf } from "../../../api/page.ts";
import { PartyView, PartyWithKeys, RoleNames } from "../../../api/parties.ts";
import { admitParty, reinstateParty, suspendParty } from "../../access/admin.ts";
import { roleBits } from "../../../protocol/event/roles.ts";
import { fundAccounts } from "../../chain/accounts.ts";
import { Refusal } from "../../refusal.ts";
import { partyView } from "../../custody/views.ts";
import { followUntil } from "../../settlement/follow.ts";
import { cut, pageQuery, readCursor } from "./page.ts";
import { notFound, type Parts, route } from "./route.ts";

const read = { scope: "read", who: "anyone" } as const;
const byOperator = { scope: "admin", who: "operator" } as const;
const ofParty = z.object({ address: Address });

const Admission = z.strictObject({
  address: Address.meta({
    description: "The party's account. Only it can enrol and revoke the party's keys.",
  }),
  name: Text(1, 128),
  roles: RoleNames.min(1),
  identity: Hash.optional().meta({
    description: "A hash of the party's identity. Anyone who knows the identity can check it.",
  }),
});

export const parties = [
  route({
    method: "get",
    path: "/v1/parties",
    tag: "Parties",
    summary: "List the parties of the ledger",
    access: read,
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf(PartyView) },
    async handle({ ctx: { prisma } }, { query: { limit, cursor } }) {
      const [position] = readCursor(cursor, /^0x[0-9a-f]{40}$/) ?? [];
      const rows = await prisma.party.findMany({
        where: position === undefined ? {} : { address: { gt: position } },
        orderBy: { address: "asc" },
        take: limit + 1,
      });
      const { items, next } = cut(rows, limit, ({ address }) => [address]);
      return { status: 200, body: { items: items.map(partyView), next } };
    },
  }),
  route({
    method: "get",
    path: "/v1/parties/:address",
    tag: "Parties",
    summary: "Read a party and its keys",
    access: read,
    params: ofParty,
    answers: { 200: PartyWithKeys },
    async handle({ ctx: { prisma } }, { params: { address } }) {
      const party = await prisma.party.findUnique({
        where: { address },
        include: { keys: { orderBy: [{ enrolledAt: "asc" }, { address: "asc" }] } },
      });
      if (!party) throw notFound("party", "address");
      const keys = party.keys.map(({ address: key, enrolledAt, revokedAt }) => ({
        key,
        enrolledAt,
        revokedAt,
      }));
      return { status: 200, body: { ...partyView(party), keys } };
    },
  }),
  route({
    method: "post",
    path: "/v1/parties",
    tag: "Administration",
    summary: "Admit a party, or change its name and roles",
    about:
      "Answers once the ledger has recorded it, and shows the change at once, unless it is far behind the chain.",
    access: byOperator,
    body: Admission,
    answers: { 201: PartyView },
    async handle(parts, { body: { address, name, roles, identity = ZERO_HASH } }) {
      const ownerKey = ownerKeyOf(parts);
      const { ctx } = parts;
      await ctx.record?.(ctx.prisma, "party.admit", `${name}, ${roles.join(", ")}`, address);
      await parts.inTurn(async () => {
        if (ctx.forgetful) await fundAccounts(ctx.request, [address]); // to enrol its keys
        await admitParty(ctx, ownerKey, { address, name, roles, identity });
      });
      const bits = roleBits(roles);
      const read = () => ctx.prisma.party.findUnique({ where: { address } });
      // What is asked next often names the party. Where the service is far behind, it is admitted all the same.
      await followUntil(ctx, async () => {
        const party = await read();
        return party?.name === name && party.roles === bits;
      }).catch((error: unknown) => {
        if (!(error instanceof Refusal) || error.code !== "NOT_READY") throw error;
      });
      parts.nudge();
      return {
        status: 201,
        body: { address, name, roles, identity, suspended: (await read())?.suspended ?? false },
      };
    },
  }),
  route({
    method: "post",
    path: "/v1/parties/:address/suspension",
    tag: "Administration",
    summary: "Suspend a party: it can sign no more events",
    access: byOperator,
    params: ofParty,
    answers: { 204: null },
    async handle(parts, { params: { address } }) {
      const ownerKey = ownerKeyOf(parts);
      await parts.ctx.record?.(parts.ctx.prisma, "party.suspend", address, address);
      await parts.inTurn(() => suspendParty(parts.ctx, ownerKey, address));
      parts.nudge();
      return { status: 204 };
    },
  }),
  route({
    method: "delete",
    path: "/v1/parties/:address/suspension",
    tag: "Administration",
    summary: "Reinstate a suspended party",
    access: byOperator,
    params: ofParty,
    answers: { 204: null },
    async handle(parts, { params: { address } }) {
      const ownerKey = ownerKeyOf(parts);
      await parts.ctx.record?.(parts.ctx.prisma, "party.reinstate", address, address);
      await parts.inTurn(() => reinstateParty(parts.ctx, ownerKey, address));
      parts.nudge();
      return { status: 204 };
    },
  }),
];

/** The private key of the ledger's owner. @throws Refusal NO_KEY where the service does not have it */
export function ownerKeyOf({ ownerKey }: Parts): string {
  if (ownerKey !== undefined) return ownerKey;
  throw new Refusal(
    "NO_KEY",
    409,
    "The service does not have the key of the ledger's owner. The owner has to do this with its own account: reelproof init says how.",
  );
}
