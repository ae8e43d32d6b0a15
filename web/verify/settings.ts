// Reads the settings from the form: what the reader trusts, and which node to ask. Reports each invalid field.
import { MAX_INTEGER } from "../../protocol/base/limits.ts";
import { Address, Hash, ZERO_ADDRESS } from "../../protocol/base/values.ts";

export interface Settings {
  chainId: number;
  ledger: string;
  /** The checkpoint contract. Null: no log counts. */
  checkpoints: string | null;
  finality: number;
  /** Null: no node is asked. */
  node: string | null;
  /** The block to judge by, a number or a hash. Null: the newest. */
  at: number | string | null;
  fromBlock: number | undefined;
  logRange: number | undefined;
}

export const FIELDS = [
  "chainId",
  "ledger",
  "checkpoints",
  "confirm",
  "node",
  "finality",
  "at",
  "fromBlock",
  "logRange",
] as const;
export type Field = (typeof FIELDS)[number];
export type Typed = Record<Exclude<Field, "confirm">, string>;
export type Errors = Partial<Record<Field, string>>;

/**
 * Reads the settings from the typed text.
 * @param isUnconfirmed chain and ledger are the bundle's own claim, and the reader has not confirmed them
 */
export function readSettings(
  typed: Typed,
  isUnconfirmed: boolean,
): { settings: Settings; errors: Errors } {
  const errors: Errors = {};
  const text = (field: keyof Typed) => typed[field].trim();
  const whole = (field: keyof Typed, least: number, error: string): number | undefined => {
    if (text(field) === "") return undefined;
    const value = /^\d+$/.test(text(field)) ? Number(text(field)) : NaN;
    if (value >= least && value <= MAX_INTEGER) return value;
    errors[field] = error;
    return undefined;
  };
  const chainId = whole("chainId", 1, "A chain id is a whole number, 1 or more.");
  const finality = whole("finality", 0, "Finality is a whole number of blocks, 0 or more.");
  const settings = {
    chainId: chainId ?? 0,
    finality: finality ?? 0,
    ledger: text("ledger").toLowerCase(),
    checkpoints: text("checkpoints").toLowerCase() || null,
    node: nodeOf(text("node"), errors),
    at: blockOf(text("at"), errors),
    fromBlock: whole("fromBlock", 0, "A block number is a whole number, 0 or more."),
    logRange: whole("logRange", 1, "Blocks per question is a whole number, 1 or more."),
  };
  if (text("chainId") === "") errors.chainId = "Enter the id of the chain that you trust.";
  if (text("finality") === "")
    errors.finality = "Enter how many blocks must stand on an event's block.";
  const { ledger, checkpoints, at, node } = settings;
  if (ledger === "") errors.ledger = "Enter the address of the ledger that you trust.";
  else if (!isAddress(ledger)) errors.ledger = BAD_ADDRESS;
  else if (isUnconfirmed)
    errors.confirm = "Compare them first: a forged bundle can name a forged ledger.";
  if (checkpoints !== null && !isAddress(checkpoints)) errors.checkpoints = BAD_ADDRESS;
  if (at !== null && node === null) errors.at ??= "To use a block, name a node as well.";
  return { settings, errors };
}

const isAddress = (text: string) => Address.safeParse(text).success && text !== ZERO_ADDRESS;
const BAD_ADDRESS = "An address is 0x and 40 hexadecimal digits, not all of them zero.";

function nodeOf(typed: string, errors: Errors): string | null {
  if (typed === "") return null;
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:")
    errors.node = "A node's URL begins with http:// or https://.";
  else if (url.username !== "" || url.password !== "")
    errors.node = "A web page cannot send a user name and password. Use a node that needs none.";
  return typed;
}

function blockOf(typed: string, errors: Errors): number | string | null {
  const block = typed.toLowerCase();
  if (block === "" || block === "latest") return null;
  if (/^\d+$/.test(block) && Number(block) <= MAX_INTEGER) return Number(block);
  if (Hash.safeParse(block).success) return block;
  errors.at = "Enter a block number, or a block hash: 0x and 64 hexadecimal digits.";
  return null;
}
