// Runs a small OpenID Connect provider over real HTTP, with a key of its own: discovery, a sign-in page, tokens, user information.
// What it says of an account, and what it does wrong, a test sets.
import { createHash, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Provider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The claims of the next person who signs in, beside those of the protocol. */
  account: Record<string, unknown>;
  /** Changes an ID token's claims before it is signed. */
  alter: (claims: Record<string, unknown>) => Record<string, unknown>;
  /** Signs with a key that its key set does not have. */
  signsWithOtherKey: boolean;
  /** How many codes it exchanged. */
  exchanged: number;
  close(): Promise<void>;
}

interface Grant {
  account: Record<string, unknown>;
  nonce: string;
  challenge: string;
  redirect: string;
}

const keyPair = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Opens one on a free port. Its sign-in page has one button, and a link that gives up. */
export async function openProvider(): Promise<Provider> {
  const [own, other] = [keyPair(), keyPair()];
  const grants = new Map<string, Grant>();
  const tokens = new Map<string, Record<string, unknown>>();
  const server = createServer((req, res) => {
    answer(req, res).catch((error: unknown) => res.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const provider: Provider = {
    issuer: `http://127.0.0.1:${port}`,
    clientId: "reelproof",
    clientSecret: "a secret, with: signs & blanks",
    account: {},
    alter: (claims) => claims,
    signsWithOtherKey: false,
    exchanged: 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  const json = (res: ServerResponse, status: number, body: object) =>
    res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<unknown> {
    const url = new URL(req.url!, provider.issuer);
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json(res, 200, {
          issuer: provider.issuer,
          authorization_endpoint: `${provider.issuer}/authorize`,
          token_endpoint: `${provider.issuer}/token`,
          userinfo_endpoint: `${provider.issuer}/me`,
          jwks_uri: `${provider.issuer}/keys`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["RS256"],
          code_challenge_methods_supported: ["S256"],
        });
      case "/keys":
        return json(res, 200, {
          keys: [
            { ...own.publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" },
          ],
        });
      case "/authorize":
        return showPage(url, res);
      case "/agree":
        return agree(url, res);
      case "/token":
        return exchange(req, res);
      case "/me": {
        const claims = tokens.get((req.headers.authorization ?? "").replace(/^Bearer /, ""));
        return claims ? json(res, 200, claims) : res.writeHead(401).end();
      }
      default:
        return res.writeHead(204).end();
    }
  }

  function showPage({ search, searchParams }: URL, res: ServerResponse): void {
    const back = new URL(searchParams.get("redirect_uri")!);
    back.searchParams.set("error", "access_denied");
    back.searchParams.set("state", searchParams.get("state")!);
    const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    res.writeHead(200, { "content-type": "text/html" });
    res.end(
      `<!doctype html><title>Provider</title><h1>Company sign-in</h1>` +
        `<a href="/agree${escaped(search)}">Continue</a> <a href="${escaped(back.href)}">Cancel</a>`,
    );
  }

  function agree({ searchParams }: URL, res: ServerResponse): void {
    const field = (name: string) => searchParams.get(name) ?? "";
    const code = randomBytes(16).toString("hex");
    grants.set(code, {
      account: provider.account,
      nonce: field("nonce"),
      challenge: field("code_challenge"),
      redirect: field("redirect_uri"),
    });
    const back = new URL(field("redirect_uri"));
    back.searchParams.set("code", code);
    back.searchParams.set("state", field("state"));
    back.searchParams.set("session_state", "what providers add");
    res.writeHead(302, { location: back.href }).end();
  }

  async function exchange(req: IncomingMessage, res: ServerResponse): Promise<void> {
    let body = "";
    for await (const piece of req) body += String(piece);
    const form = new URLSearchParams(body);
    const [id, secret] = Buffer.from((req.headers.authorization ?? "").slice(6), "base64")
      .toString()
      .split(":")
      .map((part) => decodeURIComponent(part.replaceAll("+", " ")));
    const grant = grants.get(form.get("code") ?? "");
    grants.delete(form.get("code") ?? "");
    const proven = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const isRight =
      id === provider.clientId &&
      secret === provider.clientSecret &&
      grant?.challenge === proven &&
      grant.redirect === form.get("redirect_uri");
    if (!isRight) {
      json(res, 400, { error: "invalid_grant" });
      return;
    }
    provider.exchanged++;
    const now = Math.floor(Date.now() / 1000);
    const { email, email_verified, ...stated } = grant.account;
    const claims = provider.alter({
      iss: provider.issuer,
      aud: provider.clientId,
      iat: now,
      exp: now + 300,
      nonce: grant.nonce,
      ...stated,
    });
    const access = randomBytes(16).toString("hex");
    tokens.set(access, grant.account);
    const text = `${base64url({ alg: "RS256", kid: "1" })}.${base64url(claims)}`;
    const by = provider.signsWithOtherKey ? other : own;
    const signature = createSign("RSA-SHA256").update(text).sign(by.privateKey, "base64url");
    void [email, email_verified]; // as many providers do, only /me states them
    json(res, 200, {
      access_token: access,
      token_type: "Bearer",
      expires_in: 300,
      id_token: `${text}.${signature}`,
    });
  }
  return provider;
}
