// Logs a request's id, method, path, status and duration. Never a header, a query or a body.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Request, RequestHandler } from "express";
import type { Logger } from "pino";
import { pinoHttp } from "pino-http";

/**
 * Gives every request an id, returns it in X-Request-Id, and logs the request when it ends.
 * @param quiet paths whose requests are logged at level debug unless they fail
 */
export function logRequests(log: Logger, quiet: ReadonlySet<string>): RequestHandler {
  return pinoHttp<IncomingMessage, ServerResponse>({
    logger: log,
    // Never the caller's own id: it could be another request's.
    genReqId: (_req, res) => {
      const id = randomUUID();
      res.setHeader("X-Request-Id", id);
      return id;
    },
    customLogLevel: ({ url }, { statusCode }) => {
      if (statusCode >= 500) return "error";
      return quiet.has(pathOf(url)) ? "debug" : "info";
    },
    // Only these fields, so that nothing needs redaction: API keys are in headers, search words in queries.
    serializers: {
      req: ({
        id,
        method,
        url,
        raw,
      }: Record<"id" | "method" | "url", string> & { raw: Request }) => ({
        id,
        method,
        remoteAddress: raw.ip, // behind trusted proxies the client's
        path: pathOf(url),
      }),
      res: ({ statusCode }: Record<string, unknown>) => ({ statusCode }),
    },
  });
}

const pathOf = (url = "") => url.split("?", 1)[0]!;
