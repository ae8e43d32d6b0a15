// Reads from the form what the reader trusts and which node to ask. Names the field of an impossible value.
import { MAX_INTEGER } from "../../protocol/base/limits.ts";
import { Address, Hash, ZERO_ADDRESS } from "../../protocol/base/values.ts";

export interface Settings {
  chainId: number;
  ledger: string;
  /** The contract that anchors logs; null: no log counts. */
  checkpoints: string | null;
  finality: number;
  /** Null: no node is asked. */
  node: string | null;
  /** The block to judge by, a number or a hash; null: the newest. */
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
 * Reads what was typed.
 * @param unconfirmed chain and ledger are the bundle's own claim, which the reader has not confirmed
 */
export function readSettings(
  typed: Typed,
  unconfirmed: boolean,
): { settings: Settings; errors: Errors } {
  const errors: Errors = {};
  const text = (field: keyof Typed) => typed[field].trim();
  const whole = (field: keyof Typed, least: number, says: string): number | undefined => {
    if (text(field) === "") return undefined;
    const value = /^\d+$/.test(text(field)) ? Number(text(field)) : NaN;
    if (value >= least && value <= MAX_INTEGER) return value;
    errors[field] = says;
    return undefined;
  };
  const chainId = whole("chainId", 1, "A chain id is a whole number from 1 on.");
  const finality = whole("finality", 0, "Finality is a whole number of blocks, 0 or more.");
  const settings = {
    chainId: chainId ?? 0,
    finality: finality ?? 0,
    ledger: text("ledger").toLowerCase(),
    checkpoints: text("checkpoints").toLowerCase() || null,
    node: nodeOf(text("node"), errors),
    at: blockOf(text("at"), errors),
    fromBlock: whole("fromBlock", 0, "A block is a whole number, 0 or more."),
    logRange: whole("logRange", 1, "At least 1 block is asked for at once."),
  };
  if (text("chainId") === "") errors.chainId = "Say which chain you trust.";
  if (text("finality") === "") errors.finality = "Say how many blocks must stand on an event's.";
  const { ledger, checkpoints, at, node } = settings;
  if (ledger === "") errors.ledger = "Say which ledger you trust.";
  else if (!isAddress(ledger)) errors.ledger = NO_ADDRESS;
  else if (unconfirmed)
    errors.confirm = "Compare them first: a bundle can name a ledger of its maker's own.";
  if (checkpoints !== null && !isAddress(checkpoints)) errors.checkpoints = NO_ADDRESS;
  if (at !== null && node === null) errors.at ??= "A block needs a node to ask.";
  return { settings, errors };
}

const isAddress = (text: string) => Address.safeParse(text).success && text !== ZERO_ADDRESS;
const NO_ADDRESS = "An address is 0x and 40 hexadecimal digits.";

function nodeOf(typed: string, errors: Errors): string | null {
  if (typed === "") return null;
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:")
    errors.node = "A node's address begins with http:// or https://.";
  else if (url.username !== "" || url.password !== "")
    errors.node = "A web page cannot send user and password: use a node without.";
  return typed;
}

function blockOf(typed: string, errors: Errors): number | string | null {
  const block = typed.toLowerCase();
  if (block === "" || block === "latest") return null;
  if (/^\d+$/.test(block) && Number(block) <= MAX_INTEGER) return Number(block);
  if (Hash.safeParse(block).success) return block;
  errors.at = "A block is a number, or a hash of 0x and 64 hexadecimal digits.";
  return null;
}
