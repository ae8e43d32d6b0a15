// Signs a browser in with a company account (OpenID Connect): the authorization code flow with PKCE, state and nonce. The
// provider says who it is; its claim, or else the operator's list, gives the rights.
import * as client from "openid-client";
import { z } from "zod";
import { type Scope, SCOPES } from "../../api/keys.ts";
import { Address } from "../../protocol/base/values.ts";
import { parsedBy } from "../../protocol/base/canonical.ts";
import type { CompanyFailure } from "../../api/sessions.ts";
import type { OidcSettings } from "../config.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import type { SignedInBy } from "./sessions.ts";
import { useNonce } from "./used-nonces.ts";

/** Seconds between the way to the provider and the way back. */
export const FLOW_SECONDS = 10 * 60;
/** Seconds by which the provider's clock may differ. */
const CLOCK_SECONDS = 60;
/** Seconds for an answer of the provider. */
const TIMEOUT_SECONDS = 10;

/** Why a company account did not sign in. The page has a sentence for each. */
export class NotSignedIn extends Error {
  readonly reason: CompanyFailure;
  constructor(reason: CompanyFailure, cause?: unknown) {
    super(`company sign-in: ${reason}`, { cause });
    this.name = "NotSignedIn";
    this.reason = reason;
  }
}

/** A sign-in under way. It is in a cookie of the browser that began it, so nobody else can end it there. */
const Flow = z.strictObject({ state: z.string(), nonce: z.string(), verifier: z.string() });

/** Sends browsers to the provider, and reads with what they come back. */
export interface CompanySignIn {
  /** @returns where the browser goes, and the text of its flow cookie. @throws NotSignedIn */
  begin(): Promise<{ url: string; flow: string }>;
  /**
   * @param search the query with which the browser came back
   * @param flow the text of its flow cookie
   * @returns by what it signs in, and what the transaction that begins the session writes first
   * @throws NotSignedIn
   */
  finish(
    search: URLSearchParams,
    flow: string | undefined,
  ): Promise<{ by: SignedInBy; use: (tx: Db) => Promise<void> }>;
}

/** @param returnTo the address of this service to which the provider sends browsers back */
export function companySignIn(
  ctx: Pick<Context, "prisma" | "clock" | "log">,
  settings: OidcSettings & { secret: string },
  returnTo: string,
): CompanySignIn {
  let reading: Promise<client.Configuration> | undefined;
  // Asked when somebody first signs in: the service starts while the provider is down.
  const provider = () =>
    (reading ??= discover(settings).catch((cause: unknown) => {
      reading = undefined;
      ctx.log.warn({ err: cause }, "the provider of company accounts does not answer");
      throw new NotSignedIn("unreachable", cause);
    }));
  return {
    async begin() {
      const configuration = await provider();
      const verifier = client.randomPKCECodeVerifier();
      const flow = { state: client.randomState(), nonce: client.randomNonce(), verifier };
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: returnTo,
        scope: "openid email profile",
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
      return { url: url.href, flow: Buffer.from(JSON.stringify(flow)).toString("base64url") };
    },
    async finish(search, text) {
      const flow = parsedBy(Flow, Buffer.from(text ?? "", "base64url").toString());
      if (!flow || search.get("state") !== flow.state) throw new NotSignedIn("expired");
      if (search.get("error") === "access_denied") throw new NotSignedIn("cancelled");
      const claims = await claimsOf(
        ctx,
        await provider(),
        flow,
        `${returnTo}?${search.toString()}`,
      );
      const by = await rightsOf(ctx.prisma, settings, claims);
      const use = async (tx: Db) => {
        const now = ctx.clock();
        await useNonce(tx, now, `company ${flow.state}`, now + FLOW_SECONDS);
        if ("member" in by) await bind(tx, by.member, claims.sub, now);
      };
      return { by, use };
    },
  };
}

/** Reads the provider's own description. Its secret goes as the provider takes it. */
async function discover({ issuer, clientId, secret }: OidcSettings & { secret: string }) {
  const url = new URL(issuer);
  const plain = url.protocol === "http:"; // the configuration allows it on this machine alone
  const options = {
    timeout: TIMEOUT_SECONDS,
    execute: plain ? [client.allowInsecureRequests] : [],
  };
  const found = await client.discovery(url, clientId, undefined, client.None(), options);
  const server = found.serverMetadata();
  const takesPost = server.token_endpoint_auth_methods_supported?.includes("client_secret_post");
  const configuration = new client.Configuration(
    server,
    clientId,
    { [client.clockTolerance]: CLOCK_SECONDS },
    takesPost ? client.ClientSecretPost(secret) : client.ClientSecretBasic(secret),
  );
  configuration.timeout = TIMEOUT_SECONDS;
  // By default the library believes what came by TLS without its signature.
  client.enableNonRepudiationChecks(configuration);
  if (plain) client.allowInsecureRequests(configuration);
  return configuration;
}

type Claims = Readonly<Record<string, unknown>> & { sub: string };

/** What the provider says of the account. An answer that is not signed, or of another flow or client, is refused. */
async function claimsOf(
  { log }: Pick<Context, "log">,
  provider: client.Configuration,
  { state, nonce, verifier }: z.infer<typeof Flow>,
  cameBackTo: string,
): Promise<Claims> {
  try {
    const tokens = await client.authorizationCodeGrant(provider, new URL(cameBackTo), {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const stated = tokens.claims()!;
    if (stated["email"] !== undefined || !provider.serverMetadata().userinfo_endpoint)
      return stated;
    return {
      ...(await client.fetchUserInfo(provider, tokens.access_token, stated.sub)),
      ...stated,
    };
  } catch (cause) {
    log.warn({ err: cause }, "a company account did not sign in");
    const isSilent = cause instanceof TypeError || (cause as Error).name === "TimeoutError";
    throw new NotSignedIn(isSilent ? "unreachable" : "rejected", cause);
  }
}

/** The rights of an account: those of the claim, or else of its line on the operator's list. @throws NotSignedIn */
async function rightsOf(db: Db, { claim }: OidcSettings, claims: Claims): Promise<SignedInBy> {
  const email = typeof claims["email"] === "string" ? claims["email"].toLowerCase() : undefined;
  const account = { account: claims.sub, name: (email ?? claims.sub).slice(0, 128) };
  const rights = claim === undefined ? [] : readClaim(claims[claim]);
  if (rights.length > 1) throw new NotSignedIn("ambiguous");
  const [only] = rights;
  if (only) {
    const { party } = only;
    const isKnown =
      party === null || (await db.party.findUnique({ where: { address: party } })) !== null;
    if (!isKnown) throw new NotSignedIn("unlisted");
    return { ...account, ...only };
  }
  if (email === undefined) throw new NotSignedIn("unlisted");
  // Anyone can state an address at many providers. Only one that the provider checked counts.
  if (claims["email_verified"] !== true) throw new NotSignedIn("unverified");
  const line = await db.member.findFirst({ where: { email, endedAt: null } });
  if (!line) throw new NotSignedIn("unlisted");
  if (line.subject !== null && line.subject !== claims.sub) throw new NotSignedIn("other-account");
  return { ...account, member: line.id };
}

/** The account that signs in first under an address of the list keeps it: addresses are given to others later. */
async function bind(tx: Db, member: string, subject: string, now: number): Promise<void> {
  const { count } = await tx.member.updateMany({
    where: { id: member, endedAt: null, OR: [{ subject: null }, { subject }] },
    data: { subject, usedAt: BigInt(now) },
  });
  if (count === 0) throw new NotSignedIn("other-account");
}

/** The rights that a claim states: `operator admin`, or a party's address and a scope. Other values of the claim are ignored. */
export function readClaim(value: unknown): { party: string | null; scope: Scope }[] {
  const texts = Array.isArray(value) ? value.slice(0, MOST_VALUES) : [value];
  return texts.flatMap((text) => {
    const [owner, scope, more] = typeof text === "string" ? text.split(" ") : [];
    const party = owner === "operator" ? null : Address.safeParse(owner?.toLowerCase()).data;
    const known = SCOPES.find((one) => one === scope);
    return party === undefined || known === undefined || more !== undefined
      ? []
      : [{ party, scope: known }];
  });
}

/** Values of a claim that are read: some providers list hundreds of groups. */
const MOST_VALUES = 1_000;
