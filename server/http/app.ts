// Builds the HTTP application: every route of the table behind the same checks, in the same order.
import { pipeline, Readable } from "node:stream";
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import helmet from "helmet";
import { z } from "zod";
import { parseJson, parseWith } from "../../protocol/base/canonical.ts";
import { MAX_JSON_BYTES } from "../../protocol/base/limits.ts";
import type { Caller } from "../access/admin.ts";
import { authorise, callerFrom } from "./auth.ts";
import type { Context } from "../context.ts";
import type { Upload } from "../documents/documents.ts";
import { receiveUpload } from "../documents/receive.ts";
import { logRequests } from "./request-log.ts";
import { createMetrics } from "./metrics.ts";
import { describe } from "./openapi.ts";
import { answerProblem } from "./problem.ts";
import { Refusal } from "../refusal.ts";
import { docs } from "./routes/docs.ts";
import type { Answer, Parts, Route } from "./routes/route.ts";
import { ROUTES } from "./routes/table.ts";
import { verifier } from "./routes/verifier.ts";
import { oneAtATime } from "../chain/turns.ts";

/** Bytes of a request's body, where a route does not say otherwise. */
const MAX_BODY_BYTES = 256 * 1024;
const RATE_WINDOW_MS = 60_000;

export interface AppOptions {
  /** Requests per minute of one API key; without a key, of one address. */
  rateLimit: number;
  /** Bytes of one document. */
  documentMaxBytes: number;
  /** Tells the loops that there is something to settle or to follow. */
  nudge: () => void;
  /** The private key of the ledger's owner, where the service has it. */
  ownerKey?: string | undefined;
}

/** Makes the application: it serves `ctx` and keeps nothing but counts of requests. */
export function createApp(
  ctx: Context,
  { rateLimit: limit, documentMaxBytes, nudge, ownerKey }: AppOptions,
): Express {
  const metrics = createMetrics(ctx);
  const parts: Parts = {
    ctx,
    nudge,
    ownerKey,
    inTurn: oneAtATime(),
    metrics,
    document: describe(ROUTES),
  };
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  app.set("query parser", parseQuery);
  app.use(logRequests(ctx.log), metrics.observe, protect());
  app.use(docs(), verifier());
  const doors = [identify(ctx), limitRate(limit)];
  for (const route of ROUTES) {
    app[route.method](
      route.path,
      nameRoute(route),
      ...(route.unlimited ? [] : doors),
      route.uploads ? uploadOf(route, documentMaxBytes) : bodyOf(route),
      serve(parts, route),
    );
  }
  for (const [path, methods] of methodsByPath(ROUTES)) app.all(path, refuseMethod(methods));
  app.use(() => {
    throw new Refusal(
      "NOT_FOUND",
      404,
      "There is nothing at this address. See /docs for what there is.",
    );
  });
  app.use(answerProblem);
  return app;
}

/** Security headers. What is served here is data: a browser that is talked into showing it runs and loads nothing. */
function protect(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
      },
    },
    crossOriginResourcePolicy: { policy: "same-origin" },
    referrerPolicy: { policy: "no-referrer" },
  });
}

function nameRoute({ path }: Route): RequestHandler {
  return (_req, res, next) => {
    res.locals["route"] = path;
    next();
  };
}

const callerIn = (res: Response) => res.locals["caller"] as Caller | undefined;

/** Finds out who calls. Whether that is enough is for the route. */
function identify(ctx: Context): RequestHandler {
  return async (req, res, next) => {
    res.locals["caller"] = await callerFrom(ctx, req.get("authorization"));
    next();
  };
}

/** Counts per API key; callers without one per address (of IPv6 per subnet), so that guessing keys is slow. */
function limitRate(limit: number): RequestHandler {
  return rateLimit({
    windowMs: RATE_WINDOW_MS,
    limit,
    standardHeaders: "draft-7",
    legacyHeaders: false,
    keyGenerator: (req, res) => {
      const caller = callerIn(res);
      return caller ? `key ${caller.id}` : `address ${ipKeyGenerator(req.ip ?? "", 56)}`;
    },
    handler: (_req, _res, next) => {
      next(
        new Refusal(
          "RATE_LIMITED",
          429,
          `More than ${limit} requests in a minute. Wait and try again.`,
        ),
      );
    },
    // Its checks are for set-ups that trust a proxy's word for the address: this one never does.
    validate: false,
  });
}

/** Reads a body as bytes, so that what is no UTF-8 is seen. What is compressed is refused: it can hide any size. */
function bodyOf({ body, access, bodyBytes = MAX_BODY_BYTES }: Route): RequestHandler[] {
  if (!body) return [];
  const checkType: RequestHandler = (req, res, next) => {
    if (access) authorise(access, callerIn(res)); // nobody else's megabytes are read
    const type = req.get("content-type") ?? "";
    if (hasBody(req) && !/^application\/json *(; *charset="?utf-8"?)?$/i.test(type)) {
      throw new Refusal(
        "UNSUPPORTED_MEDIA_TYPE",
        415,
        "The body must be application/json in UTF-8.",
      );
    }
    next();
  };
  return [checkType, express.raw({ type: () => true, limit: bodyBytes, inflate: false })];
}

/** Takes bytes as they are, once it is known that the caller may bring some. */
function uploadOf({ access, uploads = [] }: Route, maxBytes: number): RequestHandler {
  return async (req, res, next) => {
    if (access) authorise(access, callerIn(res));
    res.locals["upload"] = await receiveUpload(req, uploads, maxBytes);
    next();
  };
}

const hasBody = (req: Request) =>
  req.get("transfer-encoding") !== undefined || Number(req.get("content-length") ?? 0) > 0;

function serve(parts: Parts, route: Route): RequestHandler {
  const { access, params, query = access ? NO_QUERY : undefined, body, bodyUnchecked } = route;
  return async (req, res) => {
    const caller = access ? authorise(access, callerIn(res)) : NOBODY;
    const given: unknown = body
      ? parseJson(
          hasBody(req) ? (req.body as Buffer) : "{}",
          Math.max(route.bodyBytes ?? 0, MAX_JSON_BYTES),
        )
      : undefined;
    const answer = await route.handle(parts, {
      params: params ? parseWith(params, req.params) : {},
      query: query ? parseWith(query, { ...req.query }) : {},
      body: body && !bodyUnchecked ? parseWith(body, given) : given,
      upload: res.locals["upload"] as Upload | undefined,
      caller,
      origin: `${req.protocol}://${req.get("host") ?? ""}`,
      requestId: String(req.id),
    });
    send(res, route, answer, parts.ctx.log);
  };
}

/** A field that a route does not know would be a filter that does not filter. */
const NO_QUERY = z.strictObject({});
const NOBODY: Caller = { id: "", party: "", scope: "read" };

function send(res: Response, { answers }: Route, answer: Answer, log: Context["log"]): void {
  const { status, body, type, filename, saved, keep } = answer;
  res.status(status).set("Cache-Control", cacheControl(keep));
  const form = answers[status];
  if (filename !== undefined) {
    res.set("Content-Disposition", `${saved ? "attachment" : "inline"}; filename="${filename}"`);
  }
  if (saved) res.set("Content-Security-Policy", "sandbox; default-src 'none'");
  if (form === null) res.end();
  else if (form === undefined || form instanceof z.ZodType) res.json(body);
  else if (isSentInPieces(body)) {
    // What fails on the way cuts the connection: nobody takes half of it for the whole.
    pipeline(
      Readable.from(body),
      res.type(type!),
      (error) => error && log.warn({ err: error }, "not sent in whole"),
    );
  } else res.type(type ?? [form].flat()[0]!).send(body instanceof Uint8Array ? body : String(body));
}

const isSentInPieces = (body: unknown): body is AsyncIterable<Uint8Array> =>
  typeof body === "object" && body !== null && Symbol.asyncIterator in body;

function cacheControl(keep: Answer["keep"]): string {
  if (keep === undefined) return "no-store";
  return keep === "forever"
    ? "public, max-age=31536000, immutable"
    : `public, max-age=${keep.seconds}`;
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const byPath = Map.groupBy(routes, ({ path }) => path);
  return new Map(
    [...byPath].map(([path, some]) => [path, some.map(({ method }) => method.toUpperCase())]),
  );
}

function refuseMethod(methods: string[]): RequestHandler {
  const allowed = methods.includes("GET") ? [...methods, "HEAD"] : methods;
  return (req: Request, res: Response, _next: NextFunction) => {
    res.set("Allow", allowed.join(", "));
    throw new Refusal(
      "METHOD_NOT_ALLOWED",
      405,
      `This address does not take ${req.method}. It takes ${allowed.join(", ")}.`,
    );
  };
}

/**
 * A query's fields; one that is given twice is a list, which no route takes.
 * @throws URIError for what is not UTF-8, where the usual parsers put U+FFFD
 */
function parseQuery(text: string | null): Record<string, string | string[]> {
  const fields = new Map<string, string[]>();
  for (const pair of (text ?? "").split("&").filter((each) => each !== "")) {
    const [name, ...value] = pair.split("=").map((part) => part.replaceAll("+", " "));
    const key = decodeURIComponent(name!);
    fields.set(key, [...(fields.get(key) ?? []), decodeURIComponent(value.join("="))]);
  }
  return Object.fromEntries(
    [...fields].map(([key, values]) => [key, values.length === 1 ? values[0]! : values]),
  );
}
