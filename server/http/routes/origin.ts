// Decides which address of this service is printed in links, on pages and labels.
import type { Request } from "express";
import type { Context } from "../../context.ts";
import { Refusal } from "../../refusal.ts";

const ORIGIN = /^https?:\/\/([a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?$/i;

const LOOPBACK = /^https?:\/\/(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/i;

/** The address of the service: its configured one, or else the one that the request claims. */
export const originOf = (
  { protocol, get }: Pick<Request, "protocol"> & { get: (name: "host") => string | undefined },
  publicUrl: string | undefined,
): string => publicUrl ?? `${protocol}://${get("host") ?? ""}`;

/**
 * Whether an origin is certainly this service's: the configured one, or this machine's. Any other is what the request claims, and
 * a hostile page can make a browser claim what it likes.
 */
export const isTrusted = (origin: string, publicUrl: string | undefined): boolean =>
  publicUrl !== undefined || LOOPBACK.test(origin);

/** Warns that a link is printed which works on this machine alone: the label may be on a reel already when somebody notices. */
export function warnOfLoopback(origin: string, log: Context["log"]): void {
  if (LOOPBACK.test(origin))
    log.warn(
      { origin },
      "a printed link leads to this machine alone: set PUBLIC_URL to the address by which phones reach the service",
    );
}

/** Refuses a Host header that is not a host name or an address: a link to it would lead to wherever the caller likes. */
export function checkOrigin(origin: string): void {
  if (!ORIGIN.test(origin))
    throw new Refusal("BAD_FIELD", 400, "The Host header is invalid.", { field: "host" });
}
