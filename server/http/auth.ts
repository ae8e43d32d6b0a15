// Authenticates callers by the Authorization header, and authorises them for a route.
import type { Scope } from "../../prisma/generated/client.ts";
import { type Caller, callerOf } from "../access/admin.ts";
import type { Context } from "../context.ts";
import { readerByLink } from "../access/grants.ts";
import { Refusal } from "../refusal.ts";

/** Which API keys a route accepts: of at least this scope, and of a party, of the operator, or of either. */
export interface Access {
  scope: Scope;
  who: "anyone" | "party" | "operator";
  /** Also anyone with a grant's link. The handler answers with what the grant opens, and records the read. */
  links?: true;
}

const SCOPES: readonly Scope[] = ["read", "write", "admin"];

/**
 * Finds the caller by the API key or link token in an Authorization header. Undefined if it is not valid.
 * @throws Refusal UNAUTHENTICATED for a right token whose grant is not in force
 */
export async function callerFrom(
  ctx: Pick<Context, "prisma" | "clock">,
  header: string | undefined,
): Promise<Caller | undefined> {
  const [, text] = /^Bearer +(\S+) *$/i.exec(header ?? "") ?? [];
  if (text === undefined) return undefined;
  return text.startsWith("rpg_") ? readerByLink(ctx, text) : callerOf(ctx.prisma, text);
}

/**
 * Checks that a caller may use a route.
 * @param why the caller of a right token is not known, as its grant is not in force
 * @throws Refusal UNAUTHENTICATED, the same for a missing, an unknown and a revoked key; FORBIDDEN
 */
export function authorise(
  { scope, who, links }: Access,
  caller: Caller | undefined,
  why?: Refusal,
): Caller {
  if (!caller) {
    const sentence = "Send a valid API key: Authorization: Bearer rp_…";
    throw why ?? new Refusal("UNAUTHENTICATED", 401, sentence);
  }
  if (caller.byGrant && !links) {
    throw new Refusal(
      "FORBIDDEN",
      403,
      "This access token opens only the lots that it was made for, with their trails, bundles, verdicts and documents.",
    );
  }
  if (SCOPES.indexOf(caller.scope) < SCOPES.indexOf(scope)) {
    throw new Refusal(
      "FORBIDDEN",
      403,
      `This needs an API key of scope ${scope}. Yours has scope ${caller.scope}.`,
    );
  }
  if (who === "operator" && caller.party !== null) {
    throw new Refusal("FORBIDDEN", 403, "This needs an API key of the service's operator.");
  }
  if (who === "party" && caller.party === null) {
    throw new Refusal(
      "FORBIDDEN",
      403,
      "This needs an API key of a party. Yours is the operator's.",
    );
  }
  return caller;
}
