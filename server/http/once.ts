// Does an act once for one Idempotency-Key, however often the request is sent: at the same time, after a lost answer, or after
// a restart. What an event or a notice answers is stored in the transaction that accepts it.
import { createHash, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Request, Response } from "express";
import type { Caller } from "../access/admin.ts";
import type { Context } from "../context.ts";
import type { Upload } from "../documents/documents.ts";
import { Refusal } from "../refusal.ts";
import type { Db } from "../storage/db.ts";
import type { Answer, Route } from "./routes/route.ts";

/** Seconds for which an answer is kept. */
export const KEPT_SECONDS = 24 * 60 * 60;
/** Keys of one party within that time. A request with one more is refused. */
const MAX_KEYS = 20_000;
/** Seconds after which a request that neither answered nor accepted anything is taken over: its process has ended. */
const LEASE_SECONDS = 20;
/** Bytes of a kept answer. Longer ones are of requests that change nothing when they are repeated. */
const MAX_KEPT_BYTES = 64 * 1024;
const MAX_KEY_LENGTH = 255;

const POLL_MS = 50;
const WAIT_MS = 1_000 * (LEASE_SECONDS + 5);

/** Whether a route takes an Idempotency-Key: what it does is signed or stored. */
export const isRepeatable = ({ method, access }: Pick<Route, "method" | "access">) =>
  method === "post" && access !== null && access.scope !== "read";

/** One request under a key. */
interface Claim {
  owner: string;
  /** A hash: what callers choose as keys is not stored. */
  key: string;
  /** A hash of the path and the body. */
  request: string;
  /** Names this try. */
  token: string;
}

const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\n");
  return hash.digest("hex");
};

/**
 * Runs a request, or gives the answer that the same request had.
 * @param run gets the context in which an accepted event or notice keeps its answer
 * @throws Refusal IDEMPOTENCY_KEY_REUSED, BAD_FIELD, CONFLICT; those of the request, which may then be sent again
 */
export async function answerOnce(
  ctx: Context,
  route: Route,
  { req, res, caller }: { req: Request; res: Response; caller: Caller },
  run: (ctx: Context) => Promise<Answer>,
): Promise<Answer> {
  const header = req.get("idempotency-key");
  if (header === undefined || !isRepeatable(route)) return run(ctx);
  if (route.isSecret)
    throw badKey("The answer has a secret, which is never kept. Send no Idempotency-Key.");
  if (!/^[!-~]+$/.test(header) || header.length > MAX_KEY_LENGTH)
    throw badKey(`An Idempotency-Key has 1 to ${MAX_KEY_LENGTH} printable characters.`);
  const upload = res.locals["upload"] as Upload | undefined;
  const body = upload?.hash ?? (req.body as Uint8Array | undefined) ?? "";
  const owner = caller.party ?? "operator";
  const claim = {
    owner,
    key: sha256(header),
    request: sha256(req.originalUrl, body),
    token: randomUUID(),
  };
  const kept = await takeTurn(ctx, claim);
  if (kept) return kept;
  const keepAnswer = (tx: Db, answer: object) => keep(tx, claim, JSON.stringify(answer));
  try {
    const answer = await run(route.signs ? { ...ctx, keepAnswer } : ctx);
    await finish(ctx, claim, answer);
    return answer;
  } catch (error) {
    await drop(ctx, claim);
    throw error;
  }
}

const badKey = (why: string) => new Refusal("BAD_FIELD", 400, why, { field: "idempotency-key" });

/** Claims a key for a request; or waits for the answer of the same request. */
async function takeTurn(ctx: Context, claim: Claim): Promise<Answer | undefined> {
  const start = performance.now();
  while (!(await claimKey(ctx, claim))) {
    const row = await ctx.prisma.keptAnswer.findUnique({
      where: { owner_key: { owner: claim.owner, key: claim.key } },
    });
    if (row && row.request !== claim.request) {
      const why =
        "This Idempotency-Key was sent with another request. Make a new key for each act.";
      throw new Refusal("IDEMPOTENCY_KEY_REUSED", 422, why, { field: "idempotency-key" });
    }
    if (row?.status != null && row.body !== null)
      return { status: row.status, body: JSON.parse(row.body) as unknown };
    if (performance.now() - start > WAIT_MS) {
      const why = "The request with this Idempotency-Key is still under way. Send it again later.";
      throw new Refusal("CONFLICT", 409, why, { retryAfter: LEASE_SECONDS });
    }
    await wait(POLL_MS);
  }
  return undefined;
}

/** Claims a key that is new, has expired, or whose request ended without an answer. */
async function claimKey(
  { prisma, clock }: Context,
  { owner, key, request, token }: Claim,
): Promise<boolean> {
  const now = clock();
  const oldest = now - KEPT_SECONDS;
  await prisma.$executeRaw`DELETE FROM kept_answer WHERE made_at <= ${oldest}::bigint`;
  const claimed = await prisma.$executeRaw`
    INSERT INTO kept_answer (owner, key, request, made_at, token, leased_until)
    SELECT ${owner}, ${key}, ${request}, ${now}::bigint, ${token}, ${now + LEASE_SECONDS}::bigint
    WHERE (SELECT count(*) FROM kept_answer WHERE owner = ${owner}) < ${MAX_KEYS}
      OR EXISTS (SELECT 1 FROM kept_answer WHERE owner = ${owner} AND key = ${key})
    ON CONFLICT (owner, key) DO UPDATE SET token = excluded.token, leased_until = excluded.leased_until
      WHERE kept_answer.status IS NULL AND kept_answer.request = excluded.request
        AND kept_answer.leased_until <= ${now}::bigint`;
  if (claimed > 0) return true;
  const where = { owner_key: { owner, key } };
  if (await prisma.keptAnswer.findUnique({ where, select: { key: true } })) return false;
  const why = `You sent ${MAX_KEYS} Idempotency-Keys within a day. Wait until the first ones expire, or send none.`;
  throw new Refusal("BUDGET_FULL", 409, why, {
    field: "idempotency-key",
    budget: { name: "idempotencyKeys", limit: MAX_KEYS, until: null },
  });
}

/** Keeps the answer of an act in the act's transaction. If another try has the key by now, the act is rolled back. */
async function keep(tx: Db, { owner, key, token }: Claim, body: string): Promise<void> {
  const where = { owner, key, token, status: null };
  const { count } = await tx.keptAnswer.updateMany({ where, data: { status: 201, body } });
  if (count === 0)
    throw new Refusal("CONFLICT", 409, "Another request with this Idempotency-Key took over.");
}

async function finish(ctx: Context, { owner, key, token }: Claim, answer: Answer): Promise<void> {
  const { status, body } = answer;
  const text = JSON.stringify(body ?? null);
  const where = { owner, key, token, status: null };
  if (Buffer.byteLength(text) <= MAX_KEPT_BYTES)
    await ctx.prisma.keptAnswer.updateMany({ where, data: { status, body: text } });
  else await ctx.prisma.keptAnswer.deleteMany({ where });
}

/** A request that was refused did nothing, so its key is free again. */
const drop = ({ prisma }: Context, { owner, key, token }: Claim) =>
  prisma.keptAnswer.deleteMany({ where: { owner, key, token, status: null } });
