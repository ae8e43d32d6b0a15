// Builds the HTTP application: every route of the table behind the same checks, in the same order.
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from "express";
import { oneAtATime } from "../chain/turns.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import { serve } from "./answer.ts";
import { bodyOf, uploadOf } from "./body.ts";
import { identify, limitRate, protect } from "./guards.ts";
import { createMetrics } from "./metrics.ts";
import { describe } from "./openapi.ts";
import { answerProblem } from "./problem.ts";
import { parseQuery } from "./query.ts";
import { logRequests } from "./request-log.ts";
import { docs } from "./routes/docs.ts";
import type { Parts, Route } from "./routes/route.ts";
import { securityTxt } from "./routes/security-txt.ts";
import { ROUTES } from "./routes/table.ts";
import { verifier } from "./routes/verifier.ts";

export interface AppOptions {
  /** Requests per minute of one API key; without a key, of one address. */
  rateLimit: number;
  /** Bytes of one document. */
  documentMaxBytes: number;
  /** A proxy in front of the service encrypts what clients send. */
  behindTls?: boolean;
  /** Whom to tell about a weakness: a mailto:, https: or tel: URI. */
  securityContact?: string | undefined;
  /** Tells the loops that there is something to settle or to follow. */
  nudge: () => void;
  /** The private key of the ledger's owner. Undefined where the service does not have it. */
  ownerKey?: string | undefined;
  /** The block with a log that the follower cannot apply; null while it goes on. */
  stuckAt?: () => number | null;
}

/** Builds the application. It serves `ctx`, and keeps only counts of requests. */
export function createApp(
  ctx: Context,
  {
    rateLimit: limit,
    documentMaxBytes,
    behindTls = false,
    securityContact,
    nudge,
    ownerKey,
    stuckAt = () => null,
  }: AppOptions,
): Express {
  const metrics = createMetrics(ctx, stuckAt);
  const parts: Parts = {
    ctx,
    nudge,
    ownerKey,
    inTurn: oneAtATime(),
    metrics,
    stuckAt,
    document: describe(ROUTES),
  };
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  app.set("query parser", parseQuery);
  app.use(logRequests(ctx.log), metrics.observe, protect({ behindTls }));
  app.use(docs(), verifier(), securityTxt(securityContact, ctx.clock));
  const guards = [identify(ctx), limitRate(limit)];
  for (const route of ROUTES) {
    app[route.method](
      route.path,
      nameRoute(route),
      ...(route.unlimited ? [] : guards),
      route.uploads ? uploadOf(route, documentMaxBytes) : bodyOf(route),
      serve(parts, route),
    );
  }
  for (const [path, methods] of methodsByPath(ROUTES)) app.all(path, refuseMethod(methods));
  app.use(() => {
    throw new Refusal("NOT_FOUND", 404, "There is nothing at this address. See /docs.");
  });
  app.use(answerProblem);
  return app;
}

/** Names the route for the metrics. */
function nameRoute({ path }: Route): RequestHandler {
  return (_req, res, next) => {
    res.locals["route"] = path;
    next();
  };
}

/** The methods of each path. */
function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const byPath = Map.groupBy(routes, ({ path }) => path);
  return new Map(
    [...byPath].map(([path, some]) => [path, some.map(({ method }) => method.toUpperCase())]),
  );
}

/** Refuses a method that a path does not have. */
function refuseMethod(methods: string[]): RequestHandler {
  const allowed = methods.includes("GET") ? [...methods, "HEAD"] : methods;
  return (req: Request, res: Response, _next: NextFunction) => {
    res.set("Allow", allowed.join(", "));
    throw new Refusal(
      "METHOD_NOT_ALLOWED",
      405,
      `This address does not accept ${req.method}. It accepts ${allowed.join(", ")}.`,
    );
  };
}
