// Administers parties and keys on the ledger, and API keys in the database.
import { fromHex } from "../../protocol/base/bytes.ts";
import {
  encodeAdmit,
  encodeEnrol,
  encodeReinstate,
  encodeRevoke,
  encodeSuspend,
} from "../../protocol/chain/codec.ts";
import { addressOfPrivateKey, signDigest } from "../../protocol/base/crypto.ts";
import { keyEnrolmentDigest } from "../../protocol/event/key-enrolment.ts";
import { roleBits, type RoleName } from "../../protocol/event/roles.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { ApiKey, Scope, Session } from "../../prisma/generated/client.ts";
import { sendFrom } from "../chain/calls.ts";
import { checkRoom, spendIn } from "../budgets/spend.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { keepKey } from "../chain/keystore.ts";
import { Refusal } from "../refusal.ts";
import { makeToken, readToken } from "./tokens.ts";
import type { Reader } from "./visibility.ts";

type Ledger = Pick<Context, "request" | "domain">;

function call({ request, domain }: Ledger, privateKey: string, data: string) {
  return sendFrom(request, domain.chainId, privateKey, { to: domain.ledger, data });
}

/** Admits a party, or replaces its roles and name. Signed by the ledger's owner. */
export async function admitParty(
  ledger: Ledger,
  ownerKey: string,
  party: {
    address: string;
    roles: readonly RoleName[];
    name: string;
    identity?: string | undefined;
  },
): Promise<void> {
  await call(
    ledger,
    ownerKey,
    encodeAdmit(party.address, roleBits(party.roles), party.name, party.identity ?? ZERO_HASH),
  );
}

/** Suspends a party. Signed by the ledger's owner. */
export async function suspendParty(ledger: Ledger, ownerKey: string, party: string): Promise<void> {
  await call(ledger, ownerKey, encodeSuspend(party));
}

/** Reinstates a suspended party. Signed by the ledger's owner. */
export async function reinstateParty(
  ledger: Ledger,
  ownerKey: string,
  party: string,
): Promise<void> {
  await call(ledger, ownerKey, encodeReinstate(party));
}

/** Enrols a key that the caller has. Signed by the party's own account. @returns the key's address */
export async function enrolKey(
  ledger: Ledger,
  accountKey: string,
  privateKey: Uint8Array,
): Promise<string> {
  const party = addressOfPrivateKey(fromHex(accountKey));
  const key = addressOfPrivateKey(privateKey);
  const signature = signDigest(keyEnrolmentDigest(ledger.domain, party, key), privateKey);
  await call(ledger, accountKey, encodeEnrol(key, signature));
  return key;
}

/** Revokes a key permanently. Signed by the party's own account. */
export async function revokeKey(ledger: Ledger, accountKey: string, key: string): Promise<void> {
  await call(ledger, accountKey, encodeRevoke(key));
}

/** Makes a signing key that the service keeps for a party, and enrols it. Signed by the party's own account. */
export async function makeKey(
  ctx: Pick<Context, "prisma" | "keystore" | "random"> & Ledger,
  accountKey: string,
): Promise<string> {
  const privateKey = ctx.random(32);
  const party = addressOfPrivateKey(fromHex(accountKey));
  await keepKey(ctx.prisma, ctx.keystore, party, "signing", privateKey); // stored first: an enrolled key must not be lost
  return enrolKey(ctx, accountKey, privateKey);
}

/* API KEYS */

/** Makes an API key. Its text is shown only once. A null `party` is the operator of the service. */
export async function makeApiKey(
  { prisma, random, record }: { prisma: Db } & Pick<Context, "random" | "record">,
  { party, scope, label = "" }: { party: string | null; scope: Scope; label?: string | undefined },
): Promise<{ id: string; text: string }> {
  const { id, hash, text } = makeToken("rp", random);
  await prisma.apiKey.create({ data: { id, hash, party, scope, label } });
  await record?.(prisma, "api-key.make", `${id}, ${scope}${label && `, ${label}`}`, party);
  return { id, text };
}

/**
 * Makes an API key for a party that asks for it itself.
 * @throws Refusal BUDGET_FULL where the party has as many as it may have, BUDGET_SPENT
 */
export async function makeOwnApiKey(
  ctx: Pick<Context, "prisma" | "random" | "budgets" | "clock" | "record">,
  party: string,
  wanted: { scope: Scope; label: string },
): Promise<{ id: string; text: string }> {
  return ctx.prisma.$transaction(async (tx) => {
    const standing = { party, revokedAt: null };
    await checkRoom(tx, ctx, party, "apiKeys", () => tx.apiKey.count({ where: standing }));
    await spendIn(tx, ctx, party, "rows", 1);
    return makeApiKey({ ...ctx, prisma: tx }, { party, ...wanted });
  });
}

/** Ends an API key at once. @throws Refusal NOT_FOUND */
export async function revokeApiKey(
  { prisma, record }: { prisma: Db } & Pick<Context, "record">,
  id: string,
): Promise<void> {
  const { count } = await prisma.apiKey.updateMany({
    where: { id, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  if (count === 0) throw new Refusal("NOT_FOUND", 404, "There is no such API key.");
  if (!record) return;
  const { party, label } = await prisma.apiKey.findUniqueOrThrow({ where: { id } });
  await record(prisma, "api-key.revoke", `${id}${label && `, ${label}`}`, party);
}

/** The caller, known by an API key or by the link of a grant. */
export type Caller = Pick<ApiKey, "id" | "party" | "scope"> &
  Pick<Reader, "grants" | "byGrant"> & {
    /** The session of a browser by which it called. `id` is the API key with which that signed in, or else the session's. */
    session?: Pick<
      Session,
      "id" | "fromStart" | "madeAt" | "apiKey" | "wallet" | "account" | "name"
    >;
  };

/** The caller with this API key; undefined if it is unknown, wrong or revoked. */
export async function callerOf(db: Db, text: string): Promise<Caller | undefined> {
  const token = readToken("rp", text);
  if (!token) return undefined;
  const key = await db.apiKey.findUnique({ where: { id: token.id } });
  const matches = token.matches(key?.hash);
  if (!key || !matches || key.revokedAt !== null) return undefined;
  return { id: key.id, party: key.party, scope: key.scope };
}
