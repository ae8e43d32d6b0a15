// Signs a browser in with an Ethereum wallet (EIP-4361): makes the message that the wallet signs, and checks what it signed.
// The signer must be a standing key of a party.
import { createHmac, timingSafeEqual } from "node:crypto";
import { keccakHex, recoverSigner } from "../../protocol/base/crypto.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { Refusal } from "../refusal.ts";
import { useNonce } from "./used-nonces.ts";

/** Seconds for which a message can be signed. */
export const MESSAGE_SECONDS = 10 * 60;

const STATEMENT =
  "Sign in to Reelproof. This signature proves who you are. It moves no goods and costs nothing.";

type Parts = Pick<Context, "cursorKey" | "random" | "clock" | "domain">;

/** What a wallet is to sign, and until when, Unix seconds. */
export interface WalletMessage {
  message: string;
  until: number;
}

/**
 * Makes the message for an address. Nothing is stored: the nonce has a code that only this service's processes can make.
 * @param origin the service's address. The wallet compares its host with the page's
 */
export function walletMessage(parts: Parts, origin: string, address: string): WalletMessage {
  const at = parts.clock().toString(16).padStart(TIME_DIGITS, "0");
  const body = at + Buffer.from(parts.random(16)).toString("hex");
  const nonce = body + codeOf(parts.cursorKey, body);
  return { message: write(parts, origin, address, nonce), until: parts.clock() + MESSAGE_SECONDS };
}

/**
 * Checks a signed message.
 * @returns the signer, and what uses its nonce up, which belongs into the transaction that begins the session
 * @throws Refusal UNAUTHENTICATED if the message is not of this service, too old or used; ProtocolError BAD_SIGNATURE
 */
export function readSignedMessage(
  parts: Parts & Pick<Context, "recover">,
  origin: string,
  { message, signature }: { message: string; signature: string },
): { address: string; use: (tx: Db) => Promise<void> } {
  const [, stated = ""] = /\n(0x[0-9a-fA-F]{40})\n/.exec(message) ?? [];
  const [, nonce = ""] = /\nNonce: ([0-9a-f]{72})\n/.exec(message) ?? [];
  const address = stated.toLowerCase();
  // Written again and compared as a whole: nothing in it is left to how somebody else would parse it.
  if (!isOwnNonce(parts.cursorKey, nonce) || message !== write(parts, origin, address, nonce))
    throw stale("This message is not one that this service made for this address. Sign in again.");
  const until = madeAt(nonce) + MESSAGE_SECONDS;
  if (until <= parts.clock()) throw stale("This message is too old. Sign in again.");
  const signer = recoverSigner(digestOf(message), signature, parts.recover);
  if (signer !== address)
    throw new ProtocolError("BAD_SIGNATURE", "Another key than the stated one signed this.", {
      field: "signature",
    });
  return { address, use: (tx) => useNonce(tx, parts.clock(), nonce, until) };
}

/** A nonce is the time at which it was made, 16 random bytes, and a code of both, in hex. */
const TIME_DIGITS = 8;
const BODY_DIGITS = TIME_DIGITS + 32;
const CODE_DIGITS = 32;

const madeAt = (nonce: string) => Number.parseInt(nonce.slice(0, TIME_DIGITS), 16);

const stale = (sentence: string) =>
  new Refusal("UNAUTHENTICATED", 401, sentence, { field: "message" });

const codeOf = (key: Uint8Array, body: string) =>
  createHmac("sha256", key).update(`wallet nonce ${body}`).digest("hex").slice(0, CODE_DIGITS);

function isOwnNonce(key: Uint8Array, nonce: string): boolean {
  if (nonce.length !== BODY_DIGITS + CODE_DIGITS) return false;
  const [body, code] = [nonce.slice(0, BODY_DIGITS), nonce.slice(BODY_DIGITS)];
  return timingSafeEqual(Buffer.from(code), Buffer.from(codeOf(key, body)));
}

/** Writes the message (EIP-4361). */
function write({ domain }: Pick<Parts, "domain">, origin: string, address: string, nonce: string) {
  const made = madeAt(nonce);
  const time = (seconds: number) => new Date(seconds * 1000).toISOString();
  return [
    `${new URL(origin).host} wants you to sign in with your Ethereum account:`,
    checksummed(address),
    "",
    STATEMENT,
    "",
    `URI: ${origin}`,
    "Version: 1",
    `Chain ID: ${domain.chainId}`,
    `Nonce: ${nonce}`,
    `Issued At: ${time(made)}`,
    `Expiration Time: ${time(made + MESSAGE_SECONDS)}`,
  ].join("\n");
}

/** An address with its checksum in the case of its letters (EIP-55). */
function checksummed(address: string): string {
  const digits = address.slice(2);
  const hash = keccakHex(Buffer.from(digits)).slice(2);
  const isUpper = (i: number) => Number.parseInt(hash[i]!, 16) >= 8;
  return `0x${[...digits].map((digit, i) => (isUpper(i) ? digit.toUpperCase() : digit)).join("")}`;
}

/** The digest that a wallet signs for a text (EIP-191). */
export function digestOf(message: string): string {
  const bytes = Buffer.from(message);
  const prefix = Buffer.from(`\x19Ethereum Signed Message:\n${bytes.length}`);
  return keccakHex(Buffer.concat([prefix, bytes]));
}
