// Reads single values of the command line: addresses, keys, URLs and numbers.
import { Address } from "../../protocol/base/values.ts";
import { usageProblem } from "../output/outcome.ts";

/** An option's fault is BAD_OPTION, an argument's BAD_ARGUMENT. */
const bad = (field: string, message: string) =>
  usageProblem(field.startsWith("--") ? "BAD_OPTION" : "BAD_ARGUMENT", message, field);

export const isAddress = (text: string) => Address.safeParse(text.toLowerCase()).success;

/**
 * The node that the caller names: with an option, or in the environment, where other users of the machine do not see the
 * key that providers put into URLs.
 */
export function readNodeUrl(
  option: string | undefined,
  env: Record<string, string | undefined>,
): URL | undefined {
  const text = option ?? env["REELPROOF_RPC_URL"];
  return text === undefined ? undefined : readUrl(text, "--rpc");
}

/** An address in lower case. */
export function readAddress(text: string, field: string): string {
  if (isAddress(text)) return text.toLowerCase();
  throw bad(field, `${text} is not an address: 0x and 40 digits 0-9, a-f.`);
}

/** A private key in lower case. No message ever contains it. @param variable the one that holds it */
export function readPrivateKey(text: string | undefined, variable: string): string {
  if (text !== undefined && /^0x[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  const why =
    text === undefined
      ? "Set it to the private key of the party's account."
      : "A private key has 0x and 64 digits 0-9, a-f.";
  throw usageProblem("BAD_SETTING", why, variable);
}

/** No message contains it: it may hold a password or a provider's key. */
export function readUrl(text: string, field: string): URL {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw bad(field, "This is not an http or https URL.");
}

/** A whole number from `min` to `max`. */
export function readWholeNumber(
  text: string,
  field: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): number {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  const range = max === Number.MAX_SAFE_INTEGER ? "" : ` from ${min} to ${max}`;
  throw bad(field, `${text} is not a whole number${range}.`);
}

/** Reads `NAME=PIECES`. The name may contain =. */
export function readCount(text: string, field: string): { name: string; quantity: number } {
  const at = text.lastIndexOf("=");
  const name = text.slice(0, at).trim().normalize("NFC");
  const digits = text.slice(at + 1);
  const quantity = /^\d{1,16}$/.test(digits) ? Number(digits) : NaN;
  if (at >= 1 && name !== "" && Number.isSafeInteger(quantity)) return { name, quantity };
  throw usageProblem("BAD_ARGUMENT", `${text} does not have the form NAME=PIECES.`, field);
}
