// Guards every route: security headers, the form of requests, the caller's identity, the count of requests.
import { createHash } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { ipKeyGenerator } from "express-rate-limit";
import helmet from "helmet";
import { LRUCache } from "lru-cache";
import type { Caller } from "../access/admin.ts";
import { callerOfSession } from "../access/sessions.ts";
import { type TimedName, TIMED } from "../budgets/budgets.ts";
import { standingOf } from "../budgets/shares.ts";
import { refuseIfSpent, spend } from "../budgets/spend.ts";
import type { Context } from "../context.ts";
import { type Access, authorise, callerFrom } from "./auth.ts";
import { cookieOf, type CookieRules, isFromOwnPage, tokenIn } from "./cookies.ts";
import { Refusal } from "../refusal.ts";
import { checkFraming } from "./receive.ts";

/** API keys that a process remembers to be good. */
const MOST_KEYS = 10_000;
/** The part of an IPv6 address that counts as one: a provider gives each customer as many addresses as that has. */
const SUBNET_BITS = 56;
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * Sets security headers. Answers are data: a browser that an attacker makes show one runs and loads nothing.
 * @param behindTls a proxy encrypts what clients send. Only then browsers are told never to come without TLS again.
 */
export function protect({ behindTls }: { behindTls: boolean }): RequestHandler {
  return helmet({
    strictTransportSecurity: behindTls && { maxAge: YEAR_SECONDS, includeSubDomains: false },
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

/** Refuses requests that parsers could understand differently, before anything is done with them. */
export function checkForm(): RequestHandler {
  return (req, _res, next) => {
    checkFraming(req);
    next();
  };
}

/** The caller that `identify` found. */
export const callerIn = (res: Response) => res.locals["caller"] as Caller | undefined;

/** The caller of a request, if it may use a route. @throws Refusal as `authorise` */
export const authorisedIn = (res: Response, access: Access): Caller =>
  authorise(access, callerIn(res), res.locals["unauthenticated"] as Refusal | undefined);

/** Whose budgets a request spends: the party's, with all its keys; the operator's; a link's; or those of an address. */
export function ownerOf(req: Request, res: Response): string {
  const caller = callerIn(res);
  return caller ? budgetsOf(caller) : addressOf(req);
}

/** Whose budgets a caller with an API key or a link spends. */
export const budgetsOf = ({ byGrant, id, party }: Caller) => (byGrant ? id : (party ?? "operator"));

/** The address that counts: the peer's, or behind trusted proxies the client's. */
const addressOf = ({ ip }: Request) => `address ${ipKeyGenerator(ip ?? "", SUBNET_BITS)}`;

/**
 * Identifies the caller, and counts the request. Each route decides what the caller may do.
 *
 * An address that sends keys which nobody has is refused before the next one is looked up: that makes guessing slow. Keys that
 * were good before do not count, so that a guesser does not lock out the others at its address. Requests with invalid keys and
 * those without a key are counted apart, for the same reason. A session of a browser counts as the key with which it began.
 */
export function countRequests(ctx: Context, rules: CookieRules): RequestHandler {
  const good = new LRUCache<string, string>({ max: MOST_KEYS });
  return async (req, res, next) => {
    const proof = proofIn(ctx, req, rules);
    if (proof === undefined) {
      await count(ctx, res, addressOf(req), "reads");
      next();
      return;
    }
    const digest = createHash("sha256").update(proof.text).digest("base64");
    const owner = good.get(digest);
    if (owner !== undefined) refuseIfSpent(ctx, owner, "requests");
    else refuseIfSpent(ctx, addressOf(req), "wrongKeys");
    const attempt =
      owner === undefined ? await spend(ctx, addressOf(req), { wrongKeys: 1 }) : undefined;
    // A route that needs no key answers with an ended token, too: the others say why they do not.
    const caller = await proof.caller().catch((error: unknown) => {
      if (!(error instanceof Refusal) || error.status !== 401) throw error;
      res.locals["unauthenticated"] = error;
      return undefined;
    });
    res.locals["caller"] = caller;
    if (caller) {
      attempt?.giveBack();
      good.set(digest, ownerOf(req, res));
      await count(ctx, res, ownerOf(req, res), "requests");
    } else {
      good.delete(digest);
      if (proof.isCookie) res.append("Set-Cookie", cookieOf(null, 0, rules));
      if (!attempt) await spend(ctx, addressOf(req), { wrongKeys: 1 });
    }
    next();
  };
}

/** By what a request shows who sends it: an API key or a link's token, or else a session, if one of our pages sends it. */
function proofIn(ctx: Context, req: Request, rules: CookieRules) {
  const header = req.get("authorization");
  if (header !== undefined)
    return { text: header, isCookie: false, caller: () => callerFrom(ctx, header) };
  const token = tokenIn(req, rules);
  if (token === undefined || !isFromOwnPage(req, rules)) return undefined;
  return { text: `session ${token}`, isCookie: true, caller: () => callerOfSession(ctx, token) };
}

/** Counts a request, and says what is left (draft-ietf-httpapi-ratelimit-headers-07). */
async function count(ctx: Context, res: Response, owner: string, name: TimedName): Promise<void> {
  const say = () => {
    const { limit, remaining, until } = standingOf(ctx, owner, name);
    const reset = Math.max(0, until - ctx.clock());
    res.set("RateLimit-Policy", `${limit};w=${TIMED[name].seconds}`);
    res.set("RateLimit", `limit=${limit}, remaining=${remaining}, reset=${reset}`);
  };
  try {
    await spend(ctx, owner, { [name]: 1 });
  } finally {
    say();
  }
}
