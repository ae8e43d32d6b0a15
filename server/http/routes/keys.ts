// Makes, enrols and revokes the signing keys that the service keeps for parties.
import { z } from "zod";
import { toHex } from "../../../protocol/base/bytes.ts";
import { Address } from "../../../protocol/base/values.ts";
import { NewKey } from "../../../api/keys.ts";
import { type Caller, makeKey, revokeKey } from "../../access/admin.ts";
import { accountKeyOf } from "../../chain/keystore.ts";
import { spend } from "../../budgets/spend.ts";
import { Refusal } from "../../refusal.ts";
import { notFound, type Parts, route } from "./route.ts";

const byAdmin = { scope: "admin", who: "anyone" } as const;

export const keys = [
  route({
    method: "post",
    path: "/v1/keys",
    tag: "Administration",
    summary: "Make a signing key that the service keeps, and enrol it",
    about:
      "Only where the service has the party's account. Otherwise the party enrols keys with its own account.",
    access: byAdmin,
    body: z.strictObject({
      party: Address.optional().meta({ description: "The party (default: the caller)." }),
    }),
    answers: { 201: NewKey },
    async handle(parts, { body, caller }) {
      const party = partyFor(caller, body.party);
      const account = await accountOf(parts, party);
      await spend(parts.ctx, caller.party, { rows: 2, submissions: 1 });
      await parts.ctx.record?.(parts.ctx.prisma, "key.make", party, party);
      const key = await parts.inTurn(() => makeKey(parts.ctx, account));
      parts.nudge();
      return { status: 201, body: { key, party } };
    },
  }),
  route({
    method: "delete",
    path: "/v1/keys/:key",
    tag: "Administration",
    summary: "Revoke a signing key permanently",
    access: byAdmin,
    params: z.object({ key: Address }),
    answers: { 204: null },
    async handle(parts, { params, caller }) {
      const row = await parts.ctx.prisma.key.findUnique({ where: { address: params.key } });
      if (!row || (caller.party !== null && caller.party !== row.party))
        throw notFound("key", "key");
      const account = await accountOf(parts, row.party);
      await spend(parts.ctx, caller.party, { submissions: 1 });
      await parts.ctx.record?.(parts.ctx.prisma, "key.revoke", params.key, row.party);
      await parts.inTurn(() => revokeKey(parts.ctx, account, params.key));
      parts.nudge();
      return { status: 204 };
    },
  }),
];

/** The party that an administrator acts for: its own, or for the operator the named one. */
function partyFor({ party }: Caller, named: string | undefined): string {
  if (party !== null && named !== undefined && named !== party) {
    throw new Refusal("FORBIDDEN", 403, "This API key belongs to another party.", {
      field: "party",
    });
  }
  const target = party ?? named;
  if (target === undefined) {
    throw new Refusal(
      "BAD_FIELD",
      400,
      "Name the party. The operator does not act for any by default.",
      {
        field: "party",
      },
    );
  }
  return target;
}

async function accountOf({ ctx }: Parts, party: string): Promise<string> {
  const account = await accountKeyOf(ctx.prisma, ctx.keystore, party);
  if (account) return toHex(account);
  throw new Refusal(
    "NO_KEY",
    409,
    "The service does not have this party's account. The party enrols a key with its own account: reelproof key enrol, or reelproof key make.",
  );
}
