// Builds the HTTP application: every route of the table behind the same checks, in the same order.
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from "express";
import { NOTHING_AROUND, type Surroundings } from "../backup/write.ts";
import { oneAtATime } from "../chain/turns.ts";
import { companySignIn } from "../access/oidc.ts";
import type { StartLinks } from "../access/start-link.ts";
import type { OidcSettings } from "../config.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import { liveHub } from "../live/hub.ts";
import type { Replica } from "../storage/replica.ts";
import { NO_STANDBY, type Standby } from "../storage/standby.ts";
import { serve } from "./answer.ts";
import { BODY_LIMITS, type BodyLimits, countBodies } from "./bodies.ts";
import { type Receiver, receiveBody } from "./body.ts";
import { instanceOf } from "./cookies.ts";
import { checkForm, countRequests, protect } from "./guards.ts";
import { createMetrics } from "./metrics.ts";
import { describe } from "./openapi.ts";
import { answerProblem } from "./problem.ts";
import { nameWhatIsAway } from "./away.ts";
import { parseQuery } from "./query.ts";
import { openReads } from "./reads.ts";
import { logRequests } from "./request-log.ts";
import { docs } from "./routes/docs.ts";
import { pages } from "./routes/pages.ts";
import type { Parts, Route } from "./routes/route.ts";
import { rpc, rpcCors } from "./routes/rpc.ts";
import { securityTxt } from "./routes/security-txt.ts";
import { COMPANY_RETURN } from "./routes/sign-in.ts";
import { ROUTES } from "./routes/table.ts";
import { verifier } from "./routes/verifier.ts";
import type { Watch } from "../watch/watch.ts";

export interface AppOptions {
  /** Bytes of one document. */
  documentMaxBytes: number;
  /** A proxy in front of the service encrypts what clients send. */
  behindTls?: boolean;
  /** The URL by which others reach the service, without a path. Default: what each request claims. */
  publicUrl?: string | undefined;
  /** Whom to tell about a weakness: a mailto:, https: or tel: URI. */
  securityContact?: string | undefined;
  /** Tells the loops that there is something to settle or to follow. */
  nudge: () => void;
  /** The private key of the ledger's owner. Undefined where the service does not have it. */
  ownerKey?: string | undefined;
  /** The file that keeps API keys of companies made here. Undefined: none is kept. */
  keyFile?: string | undefined;
  /** The block with a log that the follower cannot apply; null while it goes on. */
  stuckAt?: () => number | null;
  /** The provider of company accounts, and the secret there. It needs `publicUrl`. Default: none. */
  oidc?: (OidcSettings & { secret: string }) | undefined;
  /** The way into the sample, where a start opens it. */
  start?: StartLinks | undefined;
  /** Proxies whose word on a client's address counts: how many stand in front, or their subnets. Default: none. */
  trustProxy?: number | string[];
  /** Anyone may ask the node what a verifier asks, at /rpc. Default: yes. */
  rpcDoor?: boolean;
  /** Bytes of bodies that are held at one time. */
  bodies?: BodyLimits;
  /** Watches the service itself. */
  watch: Watch;
  /** Probes are served at an address of their own, and not here. */
  probesElsewhere?: boolean;
  /** Whether this is a restored copy that only reads. Default: it acts. */
  standby?: Standby;
  /** A streaming replica of the database, where requests read. Default: none. */
  replica?: Replica | undefined;
  /** What a backup takes beside the context. Default: nothing. */
  around?: Surroundings;
}

/** The application, and probes to serve at an address of their own. */
export interface Apps {
  app: Express;
  probes: Express;
  /** Ends live streams, which would else keep a closing server open. */
  endStreams: () => void;
}

/** Builds the application. It serves `ctx`, and keeps nothing but counts. */
export const createApp = (ctx: Context, options: AppOptions): Express =>
  createApps(ctx, options).app;

/** Builds the application and its probes, which share their readings. */
export function createApps(ctx: Context, options: AppOptions): Apps {
  const { documentMaxBytes, publicUrl, securityContact, nudge, ownerKey, keyFile } = options;
  const { stuckAt = () => null, rpcDoor = true } = options;
  const routes = rpcDoor ? ROUTES : ROUTES.filter((route) => route !== rpc);
  const { watch } = options;
  const metrics = createMetrics(ctx, stuckAt, watch);
  let document: object | undefined;
  const cookies = {
    behindTls: options.behindTls ?? false,
    publicUrl,
    instance: instanceOf(ctx.cursorKey),
  };
  const parts: Parts = {
    ctx,
    publicUrl,
    nudge,
    ownerKey,
    keyFile,
    inTurn: oneAtATime(),
    metrics,
    watch,
    stuckAt,
    document: () => (document ??= describe(routes)),
    start: options.start,
    live: liveHub(ctx, options.replica),
    company:
      options.oidc && companySignIn(ctx, options.oidc, `${publicUrl ?? ""}${COMPANY_RETURN}`),
    cookies,
    parseInTurn: oneAtATime(),
    standby: options.standby ?? NO_STANDBY,
    reads: openReads(options.replica, {
      cursorKey: ctx.cursorKey,
      cookies,
      registry: metrics.registry,
    }),
    around: options.around ?? NOTHING_AROUND,
  };
  const hold = countBodies(options.bodies ?? BODY_LIMITS);
  const site = pages();
  const receiver: Receiver = { ctx, hold, documentMaxBytes };
  const serveRoutes = (app: Express, routes: readonly Route[]) => {
    for (const route of routes)
      app[route.method](
        route.path,
        nameRoute(route),
        receiveBody(receiver, route),
        serve(parts, route),
      );
    for (const [path, methods] of methodsByPath(routes)) app.all(path, refuseMethod(methods));
  };

  const app = begin(ctx, metrics, options);
  const isProbe = ({ unlimited }: Route) => unlimited === true;
  if (!options.probesElsewhere) serveRoutes(app, routes.filter(isProbe));
  if (rpcDoor) app.use(rpcCors());
  app.use(
    countRequests(ctx, cookies),
    docs(),
    verifier(),
    site.router,
    securityTxt(securityContact, ctx.clock),
  );
  serveRoutes(
    app,
    routes.filter((route) => !isProbe(route)),
  );
  app.use(site.notFound);
  app.use(nameWhatIsAway(metrics, watch));
  end(app);
  const probes = begin(ctx, metrics, options);
  serveRoutes(probes, routes.filter(isProbe));
  end(probes);
  return { app, probes, endStreams: () => parts.live.close() };
}

/** Monitors ask these every few seconds. */
const PROBES = new Set(ROUTES.filter(({ unlimited }) => unlimited).map(({ path }) => path));

/** What comes before all routes. */
function begin(
  ctx: Context,
  metrics: Parts["metrics"],
  { trustProxy = 0, behindTls = false }: Pick<AppOptions, "trustProxy" | "behindTls">,
): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  app.set("query parser", parseQuery);
  app.set("trust proxy", trustProxy);
  app.use(logRequests(ctx.log, PROBES), metrics.observe, protect({ behindTls }), checkForm());
  return app;
}

/** What comes after all routes. */
function end(app: Express): void {
  app.use(() => {
    throw new Refusal("NOT_FOUND", 404, "There is nothing at this address. See /docs.");
  });
  app.use(answerProblem);
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
