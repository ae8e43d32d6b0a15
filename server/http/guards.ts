// Guards every route: security headers, the caller's identity, the rate limit.
import type { RequestHandler, Response } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import helmet from "helmet";
import type { Caller } from "../access/admin.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import { callerFrom } from "./auth.ts";

const RATE_WINDOW_MS = 60_000;

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

/** The caller that `identify` found. */
export const callerIn = (res: Response) => res.locals["caller"] as Caller | undefined;

/** Identifies the caller. Each route decides what the caller may do. */
export function identify(ctx: Context): RequestHandler {
  return async (req, res, next) => {
    res.locals["caller"] = await callerFrom(ctx, req.get("authorization"));
    next();
  };
}

/**
 * Limits requests per API key. Callers without a key share the limit of their address (of their subnet in IPv6), which
 * makes guessing keys slow.
 */
export function limitRate(limit: number): RequestHandler {
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
    // The library's checks are for set-ups that trust the address a proxy reports. This one never does.
    validate: false,
  });
}
