// Makes a company known on the embedded chain, in one go: its account with gas money, its admission, a signing key, an API key.
// Each step is skipped where its result is there, so a second call completes one that was interrupted, or changes nothing.
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../protocol/base/crypto.ts";
import { roleBits, roleNames, type RoleName } from "../../protocol/event/roles.ts";
import { fundAccounts } from "../chain/accounts.ts";
import { accountKeyOf, keepKey } from "../chain/keystore.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import { admitParty, makeApiKey, makeKey } from "./admin.ts";

/** Waits until the service has followed the chain to a fact. */
export type Follow = (isThere: () => Promise<boolean>) => Promise<void>;

export interface Company {
  address: string;
  signingKey: string;
  /** Undefined if the company has one, whose text nobody has any more. */
  apiKey: { id: string; text: string } | undefined;
  /** False if everything was there. */
  isNew: boolean;
}

/**
 * Makes a company, or completes one of this name.
 * @throws Refusal CONFLICT if a party of this name has other roles, or an account of its own
 */
export async function makeCompany(
  ctx: Context,
  { ownerKey, follow }: { ownerKey: string; follow: Follow },
  { name, roles }: { name: string; roles: readonly RoleName[] },
): Promise<Company> {
  const before = await accountOfName(ctx, name, roles);
  const account = before ?? (await admitNew(ctx, { ownerKey, follow }, { name, roles }));
  const address = addressOfPrivateKey(fromHex(account));
  const keptKey = await signingKeyOf(ctx, address);
  const signingKey = keptKey ?? (await makeKey(ctx, account));
  if (keptKey === undefined)
    await follow(async () => (await ctx.prisma.key.count({ where: { address: signingKey } })) > 0);
  const hasApiKey =
    (await ctx.prisma.apiKey.count({ where: { party: address, revokedAt: null } })) > 0;
  const apiKey = hasApiKey
    ? undefined
    : await makeApiKey(ctx, { party: address, scope: "admin", label: "made with the company" });
  const isNew = before === undefined || keptKey === undefined || apiKey !== undefined;
  return { address, signingKey, apiKey, isNew };
}

/** The account of the party with this name; undefined if there is no such party. Capitals do not tell two names apart. */
async function accountOfName(
  { prisma, keystore }: Context,
  name: string,
  roles: readonly RoleName[],
): Promise<string | undefined> {
  const parties = await prisma.$queryRaw<{ address: string; name: string; roles: number }[]>`
    SELECT address, name, roles FROM party WHERE lower(name) = lower(${name}) ORDER BY address`;
  const conflict = (why: string) => new Refusal("CONFLICT", 409, why, { field: "name" });
  for (const party of parties) {
    const account = await accountKeyOf(prisma, keystore, party.address);
    if (!account) continue;
    if (party.roles === roleBits(roles)) return toHex(account);
    throw conflict(
      `${party.name} is admitted as ${roleNames(party.roles).join(", ")}. To change its roles, admit ${party.address} again.`,
    );
  }
  if (parties.length === 0) return undefined;
  throw conflict(
    `The name ${parties[0]!.name} belongs to ${parties[0]!.address}, whose account the service does not have. Take another name.`,
  );
}

/** Makes an account, funds and admits it. @returns its private key */
async function admitNew(
  ctx: Context,
  { ownerKey, follow }: { ownerKey: string; follow: Follow },
  { name, roles }: { name: string; roles: readonly RoleName[] },
): Promise<string> {
  const privateKey = ctx.random(32);
  const address = addressOfPrivateKey(privateKey);
  await keepKey(ctx.prisma, ctx.keystore, address, "account", privateKey); // stored first: a party must not lose its account
  await fundAccounts(ctx.request, [address]);
  await admitParty(ctx, ownerKey, { address, roles, name });
  await follow(async () => (await ctx.prisma.party.count({ where: { address } })) > 0);
  return toHex(privateKey);
}

/** A signing key that the service keeps for a party and that the ledger accepts. */
async function signingKeyOf({ prisma }: Context, party: string): Promise<string | undefined> {
  const enrolled = await prisma.key.findMany({ where: { party, revokedAt: null } });
  const address = { in: enrolled.map((key) => key.address) };
  const kept = await prisma.storedKey.findFirst({ where: { party, purpose: "signing", address } });
  return kept?.address;
}
