// Logs a request's id, method, path, status and duration. Never a header, a query or a body.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestHandler } from "express";
import type { Logger } from "pino";
import { pinoHttp } from "pino-http";

/** Gives every request an id, returns it in X-Request-Id, and logs the request when it ends. */
export function logRequests(log: Logger): RequestHandler {
  return pinoHttp<IncomingMessage, ServerResponse>({
    logger: log,
    // Never the caller's own id: it could be another request's.
    genReqId: (_req, res) => {
      const id = randomUUID();
      res.setHeader("X-Request-Id", id);
      return id;
    },
    customLogLevel: (_req, { statusCode }) => (statusCode >= 500 ? "error" : "info"),
    // Only these fields, so that nothing needs redaction: API keys are in headers, search words in queries.
    serializers: {
      req: ({ id, method, url, remoteAddress }: Record<string, unknown>) => ({
        id,
        method,
        remoteAddress,
        path: String(url).split("?", 1)[0],
      }),
      res: ({ statusCode }: Record<string, unknown>) => ({ statusCode }),
    },
  });
}
