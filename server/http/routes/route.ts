// Defines a route as data. Express, the OpenAPI document and the tests are built from it.
import { z } from "zod";
import type { MediaType } from "../../../protocol/event/document.ts";
import type { Caller } from "../../access/admin.ts";
import type { Context } from "../../context.ts";
import type { Upload } from "../../documents/documents.ts";
import type { CompanySignIn } from "../../access/oidc.ts";
import type { StartLinks } from "../../access/start-link.ts";
import type { Access } from "../auth.ts";
import type { CookieRules } from "../cookies.ts";
import type { Metrics } from "../metrics.ts";
import type { Reads } from "../reads.ts";
import { Refusal } from "../../refusal.ts";
import type { Surroundings } from "../../backup/write.ts";
import type { InTurn } from "../../chain/turns.ts";
import type { Standby } from "../../storage/standby.ts";
import type { LiveHub } from "../../live/hub.ts";
import type { Watch } from "../../watch/watch.ts";

/** The parts that every handler gets. */
export interface Parts {
  ctx: Context;
  /** The configured address of the service. Undefined: the one that each request claims. */
  publicUrl: string | undefined;
  /** Wakes the loops, because there is something to settle or to follow. */
  nudge: () => void;
  /** The private key of the ledger's owner; undefined where the service does not have it. */
  ownerKey: string | undefined;
  /** The file that keeps API keys of companies made here, for the command line; undefined: none is kept. */
  keyFile: string | undefined;
  /** Runs transactions of parties' accounts and the owner's one after the other. */
  inTurn: InTurn;
  metrics: Metrics;
  /** Watches the service itself. */
  watch: Watch;
  /** The block with a log that the follower cannot apply; null while it goes on. */
  stuckAt: () => number | null;
  /** The way into the sample; undefined where no start opens it. */
  start: StartLinks | undefined;
  /** Signs browsers in with company accounts; undefined where no provider is set. */
  company: CompanySignIn | undefined;
  /** Wakes live streams. */
  live: LiveHub;
  /** How the cookie of a session is named and sent. */
  cookies: CookieRules;
  /** Reads large bodies one after the other, so that the service answers others in between. */
  parseInTurn: InTurn;
  /** Whether this is a restored copy that only reads. */
  standby: Standby;
  /** Runs requests at the replica or at the primary. */
  reads: Reads;
  /** What a backup takes beside the context. */
  around: Surroundings;
  /** The OpenAPI document. It takes half a second to make, so it is made when somebody first asks. */
  document: () => object;
}

export interface Call<P = unknown, Q = unknown, B = unknown> {
  params: P;
  query: Q;
  body: B;
  /** The bytes of an upload. */
  upload: Upload | undefined;
  /** The caller. On a route that needs no API key, a caller without rights. */
  caller: Caller;
  /** The service's address: the configured one, or the one that the request claims, which is not verified. */
  origin: string;
  /** The text of the cookie of a sign-in with a company account that is under way. */
  flow: string | undefined;
  /** The id of the last message of a live stream that broke off. */
  lastEventId: string | undefined;
  /** Aborted when the client has gone, or has its answer. */
  signal: AbortSignal;
  requestId: string;
}

export interface Answer {
  status: number;
  /** A stream of bytes is sent as it arrives. */
  body?: unknown;
  /** The body's media type, where the route has several. */
  type?: string;
  /** The name under which a browser saves it: letters, digits, dots and hyphens. */
  filename?: string;
  /** A browser saves it, and never shows it. */
  saved?: true;
  /** The cookies that the browser is to keep, as Set-Cookie headers. */
  cookie?: string | string[];
  /** Where the browser is to go. */
  location?: string;
  /** How long caches may keep it. Only for answers that need no API key. */
  keep?: "forever" | { seconds: number };
}

/** An answer's form: JSON of a schema, text or bytes of a media type or one of several, or (null) nothing. */
export type AnswerForm = z.ZodType | string | readonly string[] | null;

export interface Route {
  method: "get" | "post" | "delete";
  /** In Express's syntax: `/v1/lots/:lot`; `*rest` includes slashes. */
  path: string;
  tag: string;
  summary: string;
  about?: string;
  /** Null: no API key is needed. */
  access: Access | null;
  /** No API key is needed, and the handler gets the caller where there is one. */
  asksWho?: true;
  /** Probes are not counted against any limit. */
  unlimited?: true;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** The handler checks the body itself: one item of many may be wrong. */
  bodyUnchecked?: true;
  /** The most bytes of the body. */
  bodyBytes?: number;
  /** The handler reads the body itself: it gets the bytes. */
  bodyUnread?: true;
  /** The body is bytes of one of these media types, up to DOCUMENT_MAX_BYTES. */
  uploads?: readonly MediaType[];
  /**
   * Where a request names lots, such as `params.lot` or `body.lots.*.lot`. The handler gets their ids, where the caller wrote
   * lot numbers, package ids or labels.
   */
  lots?: readonly string[];
  /** The service signs for the caller: one event or notice, whose answer is kept for an Idempotency-Key as it is accepted. */
  signs?: true;
  /** The answer has a secret, which is not kept. */
  isSecret?: true;
  /** A restored copy that only reads serves it, too, although it is not a GET. */
  inStandby?: true;
  /**
   * Where the handler reads: at a replica, if there is one. Then `ctx.prisma` only reads, and the handler may run a second time at the
   * primary; what it writes goes to `onPrimary(ctx)`. Default: at the primary.
   */
  reads?: "replica";
  answers: Record<number, AnswerForm>;
  /** @throws Refusal, ProtocolError */
  handle(parts: Parts, call: Call): Promise<Answer>;
}

type Infer<S> = S extends z.ZodType ? z.infer<S> : Record<string, never>;

/** Makes a route whose handler has the types of its schemas. */
export function route<
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  definition: Omit<Route, "params" | "query" | "body" | "handle"> & {
    params?: P;
    query?: Q;
    body?: B;
    handle(parts: Parts, call: Call<Infer<P>, Infer<Q>, Infer<B>>): Promise<Answer>;
  },
): Route {
  return definition as Route;
}

/** The party that a caller acts for. @throws Refusal FORBIDDEN for the operator, which is not a party */
export function partyOf({ party }: Caller): string {
  if (party === null || party === "")
    throw new Refusal(
      "FORBIDDEN",
      403,
      "This needs an API key of a party. Yours is the operator's.",
    );
  return party;
}

export const notFound = (what: string, field?: string) =>
  new Refusal("NOT_FOUND", 404, `There is no such ${what}.`, { field });
