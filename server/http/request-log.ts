// Logs a request's id, method, path, status and time; never a header, a query or a body.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestHandler } from "express";
import type { Logger } from "pino";
import { pinoHttp } from "pino-http";

/** Numbers every request, tells its number in X-Request-Id, and logs its end. */
export function logRequests(log: Logger): RequestHandler {
  return pinoHttp<IncomingMessage, ServerResponse>({
    logger: log,
    // Our own number each time: a caller's could be another request's.
    genReqId: (_req, res) => {
      const id = randomUUID();
      res.setHeader("X-Request-Id", id);
      return id;
    },
    customLogLevel: (_req, { statusCode }) => (statusCode >= 500 ? "error" : "info"),
    // Beside what is chosen here there is nothing to redact: API keys come in headers, search words in queries.
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
