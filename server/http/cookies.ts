// Reads and writes the cookie that holds a session's token, and decides which requests it counts for.
import { createHmac } from "node:crypto";
import type { Request } from "express";

/** What the service's own pages send with each request. Another site's page cannot: a browser would ask here first. */
export const PAGES_HEADER = "reelproof-page";

/** How the cookie is named and sent. */
export interface CookieRules {
  /** Browsers reach the service by TLS: the cookie is sent by TLS alone. */
  behindTls: boolean;
  /** The URL by which browsers reach the service, where it is configured. */
  publicUrl: string | undefined;
  /** Names the service: cookies ignore ports, and another service on this host must not take ours for its own. */
  instance: string;
}

/** The cookies: a session's token, a sign-in with a company account that is under way, and how far the browser's acts wrote. */
type CookieName = "session" | "company" | "position";

/** The name of a service, the same in all of its processes. @param key of all its cursors */
export const instanceOf = (key: Uint8Array): string =>
  createHmac("sha256", key).update("cookie name").digest("hex").slice(0, 8);

const nameOf = (name: CookieName, { behindTls, instance }: CookieRules) =>
  `${behindTls ? "__Host-" : ""}reelproof-${name}-${instance}`;

/** The token in a request's cookie; undefined without one. */
export const tokenIn = (req: Request, rules: CookieRules): string | undefined =>
  cookieIn(req, "session", rules);

/** The text of a cookie; undefined without it. */
export function cookieIn(req: Request, cookie: CookieName, rules: CookieRules): string | undefined {
  const name = nameOf(cookie, rules);
  for (const pair of (req.get("cookie") ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/**
 * The header that gives a browser a session's token, or (null) takes it away. SameSite=Strict costs nothing here: a page is
 * served to anyone, and asks for its data itself, from this site.
 */
export function cookieOf(token: string | null, seconds: number, rules: CookieRules): string {
  return written("session", token, seconds, "Strict", rules);
}

/**
 * The header that gives a browser the text of a sign-in under way, or (null) takes it away. The provider sends the browser back
 * from its own site, and a browser sends no SameSite=Strict cookie there.
 */
export const flowCookieOf = (flow: string | null, seconds: number, rules: CookieRules): string =>
  written("company", flow, seconds, "Lax", rules);

/** The header that gives a browser the position of what it wrote. */
export const positionCookieOf = (position: string, seconds: number, rules: CookieRules): string =>
  written("position", position, seconds, "Strict", rules);

function written(
  cookie: CookieName,
  value: string | null,
  seconds: number,
  sameSite: "Strict" | "Lax",
  rules: CookieRules,
): string {
  return [
    `${nameOf(cookie, rules)}=${value ?? ""}`,
    "Path=/",
    `Max-Age=${value === null ? 0 : seconds}`,
    "HttpOnly",
    `SameSite=${sameSite}`,
    ...(rules.behindTls ? ["Secure"] : []),
  ].join("; ");
}

/**
 * Whether a request is from a page of this service. A hostile page can make a browser send a request with the cookie of a site
 * that is the same but for the port, so SameSite alone does not do: the request must have a header that no foreign page can
 * set, and what the browser says of its origin must be this service.
 */
export function isFromOwnPage(req: Request, { publicUrl }: CookieRules): boolean {
  if (req.get(PAGES_HEADER) === undefined) return false;
  const site = req.get("sec-fetch-site");
  if (site !== undefined && site !== "same-origin") return false;
  const origin = req.get("origin");
  if (origin === undefined || origin === publicUrl) return true;
  return URL.canParse(origin) && new URL(origin).host === req.get("host");
}
