// Reads and writes the cookie that holds a session's token, and decides which requests it counts for.
import type { Request } from "express";

/** What the service's own pages send with each request. Another site's page cannot: a browser would ask here first. */
export const PAGES_HEADER = "reelproof-page";

/** How the cookie is named and sent. */
export interface CookieRules {
  /** Browsers reach the service by TLS: the cookie is sent by TLS alone. */
  behindTls: boolean;
  /** The URL by which browsers reach the service, where it is configured. */
  publicUrl: string | undefined;
}

const nameOf = ({ behindTls }: CookieRules) =>
  behindTls ? "__Host-reelproof-session" : "reelproof-session";

/** The token in a request's cookie; undefined without one. */
export function tokenIn(req: Request, rules: CookieRules): string | undefined {
  const name = nameOf(rules);
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
  return [
    `${nameOf(rules)}=${token ?? ""}`,
    "Path=/",
    `Max-Age=${token === null ? 0 : seconds}`,
    "HttpOnly",
    "SameSite=Strict",
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
