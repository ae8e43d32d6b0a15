// Turns every error into an answer: refusals become problem bodies (RFC 9457).
import type { ErrorRequestHandler } from "express";
import type { Problem } from "../../api/problem.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import { StoreError } from "../storage/blobs.ts";
import { NodeError } from "../../protocol/chain/json-rpc.ts";
import { Refusal, toRefusal } from "../refusal.ts";

/** The body of a refusal's answer. */
export function problemOf(
  { code, status, field, message, violation, verdict, rows, evidence, budget, candidates }: Refusal,
  requestId: string,
): Problem {
  const words = code.toLowerCase().split("_");
  const title = words.join(" ");
  return {
    type: `urn:reelproof:problem:${words.join("-")}`,
    title: title.charAt(0).toUpperCase() + title.slice(1),
    status,
    code,
    ...(field !== undefined && { field }),
    detail: message,
    requestId,
    ...(violation && { violation: { name: violation.name, args: [...violation.args] } }),
    ...(verdict && { verdict }),
    ...(budget && { budget }),
    ...(candidates && { candidates: [...candidates] }),
    ...(evidence && { evidence: [...evidence] }),
    ...(rows && {
      rows: rows.map(({ column, ...row }) => ({ ...row, ...(column !== undefined && { column }) })),
    }),
  };
}

/** Prisma's codes for a database that is unreachable, too busy, or ended one of two transactions: trying again may help. */
const DATABASE_AWAY = new Set([
  "P1001",
  "P1002",
  "P1008",
  "P1017",
  "P2024",
  "P2028",
  "P2034",
  "P2037",
]);
/** The same for raw SQL, where Prisma has one code for all errors: the adapter's kinds, and PostgreSQL's own codes. */
const ADAPTER_AWAY =
  /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections|TransactionWriteConflict)$/;
const POSTGRES_AWAY = /^(08|53|57P|40001|40P01)/;

function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  const adapter = error.meta?.["driverAdapterError"] as
    { cause?: { kind?: string; originalCode?: string } } | undefined;
  const { kind = "", originalCode = "" } = adapter?.cause ?? {};
  return (
    DATABASE_AWAY.has(error.code) || ADAPTER_AWAY.test(kind) || POSTGRES_AWAY.test(originalCode)
  );
}

/** Makes a refusal of any error. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof URIError) {
    return new Refusal("BAD_FIELD", 400, "The request's address is not percent-encoded UTF-8.", {
      cause: error,
    });
  }
  if (isDatabaseAway(error)) {
    return new Refusal("NOT_READY", 503, "The database does not answer. Try again.", {
      cause: error,
    });
  }
  if (error instanceof NodeError) {
    return new Refusal("NOT_READY", 503, "The chain's node refused the request. Try again.", {
      cause: error,
    });
  }
  if (error instanceof StoreError) {
    const { code, message } = error;
    if (code === "DOCUMENT_ALTERED")
      return new Refusal(code, 500, message, { field: "hash", cause: error });
    return new Refusal("NOT_READY", 503, "The document store does not answer. Try again.", {
      cause: error,
    });
  }
  return toRefusal(error);
}

/** Seconds after which a database, node or store that does not answer may do so again. */
const AWAY_SECONDS = 5;

/** Answers every error. Our own errors are logged with their cause. The caller gets only the request's id. */
export const answerProblem: ErrorRequestHandler = (error, req, res, next) => {
  const refusal = refusalOf(error);
  if (refusal.status >= 500) req.log.error({ err: refusal.cause ?? refusal }, refusal.code);
  if (res.headersSent) {
    next(error);
    return;
  }
  if (refusal.status === 401) res.set("WWW-Authenticate", 'Bearer realm="reelproof"');
  const retryAfter = refusal.retryAfter ?? (refusal.status === 503 ? AWAY_SECONDS : undefined);
  if (retryAfter !== undefined) res.set("Retry-After", String(retryAfter));
  // The rest of a body that was not read must not be taken for the next request.
  if (!req.complete) res.set("Connection", "close");
  res.status(refusal.status).type("application/problem+json");
  res.end(JSON.stringify(problemOf(refusal, String(req.id))));
  req.resume();
};
