// Signs browsers in with an Ethereum wallet, and with a company account at the provider that the operator has set.
import { z } from "zod";
import { SessionView, SignedMessage, WalletMessage, WalletQuery } from "../../../api/sessions.ts";
import { FLOW_SECONDS, NotSignedIn } from "../../access/oidc.ts";
import { readSignedMessage, walletMessage } from "../../access/wallet.ts";
import { Refusal } from "../../refusal.ts";
import { flowCookieOf } from "../cookies.ts";
import { signIn } from "../signed-in.ts";
import { isTrusted } from "./origin.ts";
import { notFound, type Parts, route } from "./route.ts";

/** Where the provider of company accounts sends browsers back. */
export const COMPANY_RETURN = "/v1/session/company/return";

export const signIns = [
  route({
    method: "get",
    path: "/v1/session/wallet",
    tag: "Sessions",
    summary: "Get the message with which a wallet signs in",
    about:
      "A text of EIP-4361 with this service's address and a nonce that works once, within ten minutes.",
    access: null,
    query: WalletQuery,
    answers: { 200: WalletMessage },
    handle({ ctx, publicUrl }, { query: { address }, origin }) {
      const body = walletMessage(ctx, checkTrusted(origin, publicUrl), address);
      return Promise.resolve({ status: 200, body });
    },
  }),
  route({
    method: "post",
    path: "/v1/session/wallet",
    tag: "Sessions",
    summary: "Sign a browser in with a wallet",
    about:
      "The signer must be a key that a party has enrolled and not revoked. The session may read and sign for that party, and ends when the key is revoked.",
    access: null,
    body: SignedMessage,
    answers: { 201: SessionView },
    async handle(parts, { body, origin }) {
      const { ctx, publicUrl } = parts;
      const { address, use } = readSignedMessage(ctx, checkTrusted(origin, publicUrl), body);
      const key = await ctx.prisma.key.findUnique({ where: { address } });
      if (!key || key.revokedAt !== null)
        throw new Refusal(
          "FORBIDDEN",
          403,
          `${address} is not a key of a party, or it was revoked. A party enrols a key with its own account: reelproof key enrol.`,
          { field: "message" },
        );
      return signIn(parts, { wallet: address }, use);
    },
  }),
  route({
    method: "get",
    path: "/v1/session/company",
    tag: "Sessions",
    summary: "Go to the provider of company accounts",
    about: "For browsers: OpenID Connect, authorization code with PKCE.",
    access: null,
    answers: { 303: null },
    async handle(parts) {
      return orToFront(parts, async () => {
        const { url, flow } = await companyOf(parts).begin();
        return {
          status: 303,
          location: url,
          cookie: flowCookieOf(flow, FLOW_SECONDS, parts.cookies),
        };
      });
    },
  }),
  route({
    method: "get",
    path: COMPANY_RETURN,
    tag: "Sessions",
    summary: "Come back from the provider of company accounts",
    about:
      "For browsers: begins the session, and goes to the first page, which says why where it did not.",
    access: null,
    // Providers add fields of their own.
    query: z.looseObject({
      state: z.string().max(1_000).optional(),
      code: z.string().max(8_000).optional(),
      error: z.string().max(200).optional(),
    }),
    answers: { 303: null },
    async handle(parts, { query, flow }) {
      return orToFront(parts, async () => {
        const texts = Object.entries(query).filter(
          (field): field is [string, string] => typeof field[1] === "string",
        );
        const { by, use } = await companyOf(parts).finish(new URLSearchParams(texts), flow);
        const { cookie } = await signIn(parts, by, use);
        const over = flowCookieOf(null, 0, parts.cookies);
        return { status: 303, location: "/", cookie: [cookie, over] };
      });
    },
  }),
];

/** Sends a browser to the first page where the provider or the account is the reason that it is not signed in. */
async function orToFront<T>({ cookies }: Parts, act: () => Promise<T>) {
  try {
    return await act();
  } catch (error) {
    const reason =
      error instanceof NotSignedIn
        ? error.reason
        : error instanceof Refusal && error.code === "UNAUTHENTICATED"
          ? "expired"
          : undefined;
    if (reason === undefined) throw error;
    const cookie = flowCookieOf(null, 0, cookies);
    return { status: 303, location: `/#company=${reason}`, cookie };
  }
}

function companyOf({ company }: Parts) {
  if (!company) throw notFound("way to sign in here: OIDC_ISSUER is not set");
  return company;
}

/** @throws Refusal NOT_READY where the service does not know its own address: a wallet must not sign for another site's */
function checkTrusted(origin: string, publicUrl: string | undefined): string {
  if (isTrusted(origin, publicUrl)) return origin;
  throw new Refusal(
    "NOT_READY",
    503,
    "A wallet signs for this service's own address. The operator sets it with PUBLIC_URL.",
  );
}
