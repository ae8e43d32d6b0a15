// Writes and opens checkpoints as signed notes: the text of C2SP tlog-checkpoint, signed with Ed25519 as in C2SP signed-note.
import { ed25519 } from "@noble/curves/ed25519.js";
import { concat, fromHex, toHex, utf8 } from "../base/bytes.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { sha256 } from "../base/crypto.ts";
import { ProtocolError } from "../base/errors.ts";
import type { Domain } from "../event/event.ts";
import { MAX_INTEGER } from "../base/limits.ts";

/** A log's checkpoint, with the line that names the log. */
export interface NotedCheckpoint extends Checkpoint {
  origin: string;
}

/**
 * Longer notes are refused. Verifiers have to accept 16 signatures of 5 kB (C2SP signed-note): 108 kB in base64, besides the
 * names and the text.
 */
const MAX_NOTE_LENGTH = 131_072;
const MAX_SIGNATURES = 100;
/** Characters that no note contains (C2SP signed-note). */
const CONTROL = /[\0-\x09\x0b-\x1f\x7f]/;
/** The type of an Ed25519 key in key ids and verifier keys. */
const ED25519 = Uint8Array.of(1);

/** The origin of an operator's log: the name under which the log signs. Each account has one log per ledger. */
export const originOf = ({ chainId, ledger }: Domain, operator: string): string =>
  `reelproof/${chainId}/${ledger}/${operator}`;

/** The ledger and the operator that an origin names; undefined if it is not the origin of a Reelproof log. */
export function parseOrigin(origin: string): { domain: Domain; operator: string } | undefined {
  const [, chainId, ledger, operator] =
    /^reelproof\/([1-9]\d{0,15})\/(0x[0-9a-f]{40})\/(0x[0-9a-f]{40})$/.exec(origin) ?? [];
  if (Number(chainId) > MAX_INTEGER || ledger === undefined || operator === undefined)
    return undefined;
  return { domain: { chainId: Number(chainId), ledger }, operator };
}

/**
 * The verifier key of a log: `name+key id+base64 of type and public key`.
 * @param seed 32 bytes, the Ed25519 private key
 */
export function verifierKey(origin: string, seed: Uint8Array): string {
  const key = concat(ED25519, ed25519.getPublicKey(seed));
  return `${origin}+${toHex(keyId(origin, key)).slice(2)}+${toBase64(key)}`;
}

/**
 * Signs a checkpoint as a note with the log's own key. The text is the same each time (RFC 8032).
 * @param seed 32 bytes, the Ed25519 private key
 */
export function signNote({ origin, size, root }: NotedCheckpoint, seed: Uint8Array): string {
  const text = `${origin}\n${size}\n${toBase64(fromHex(root))}\n`;
  const id = keyId(origin, concat(ED25519, ed25519.getPublicKey(seed)));
  return `${text}\n— ${origin} ${toBase64(concat(id, ed25519.sign(utf8(text), seed)))}\n`;
}

/**
 * Opens a note: checks that the key signed it, and returns its checkpoint. Ignores other signatures, such as witnesses'.
 * @param key as `verifierKey` writes it
 * @throws ProtocolError BAD_FIELD if the note or the key is malformed; BAD_SIGNATURE if the key did not sign the note
 */
export function openNote(note: string, key: string): NotedCheckpoint {
  const { name, id, publicKey } = parseKey(key);
  if (note.length > MAX_NOTE_LENGTH)
    throw badNote(`the note has more than ${MAX_NOTE_LENGTH} characters`);
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) throw badNote("this is not a signed note");
  // A terminal or a log that shows the note would obey them.
  if (!note.isWellFormed() || CONTROL.test(note))
    throw badNote("the note has a control character other than line ends");
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw badNote("the note has more than 100 signatures");
  const signatures = lines.map((line) => {
    const [, signer, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/u.exec(line) ?? [];
    const bytes = encoded === undefined ? undefined : fromBase64(encoded);
    if (signer === undefined || bytes === undefined || bytes.length < 5)
      throw badNote("a signature is malformed");
    return { signer, id: toHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
  });
  const ours = signatures.find((one) => one.signer === name && one.id === toHex(id));
  if (!ours || !isSigned(ours.signature, utf8(text), publicKey))
    throw new ProtocolError("BAD_SIGNATURE", "the log's key did not sign the note", {
      field: "note",
    });
  return { ...parseText(text), origin: originIn(text, name) };
}

function parseText(text: string): Checkpoint {
  const [, size, root] =
    /^[^\n]+\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*$/.exec(text) ?? [];
  const bytes = root === undefined ? undefined : fromBase64(root);
  if (bytes?.length !== 32 || Number(size) > MAX_INTEGER)
    throw badNote("the note does not state a checkpoint");
  return { size: Number(size), root: toHex(bytes) };
}

/** A log signs under its own name. A note about another log's checkpoint would prove nothing, so it is refused. */
function originIn(text: string, name: string): string {
  if (text.slice(0, text.indexOf("\n")) !== name)
    throw badNote("the note is about a log that is not its signer's");
  return name;
}

function parseKey(key: string): { name: string; id: Uint8Array; publicKey: Uint8Array } {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/u.exec(key) ?? [];
  const bytes = encoded === undefined ? undefined : fromBase64(encoded);
  const isOurs = bytes?.length === 33 && bytes[0] === ED25519[0] && isStrong(bytes.subarray(1));
  if (name === undefined || !isOurs || toHex(keyId(name, bytes)) !== `0x${id!}`)
    throw new ProtocolError("BAD_FIELD", "this is not an Ed25519 verifier key", { field: "key" });
  return { name, id: fromHex(`0x${id!}`), publicKey: bytes.subarray(1) };
}

/**
 * Whether a public key is a point in its canonical encoding (RFC 8032), of large order. Under a point of small order anyone can
 * sign any text, so such a key would vouch for every log.
 */
function isStrong(publicKey: Uint8Array): boolean {
  try {
    return !ed25519.Point.fromBytes(publicKey).isSmallOrder();
  } catch {
    return false;
  }
}

/** @param key the type byte and the public key */
const keyId = (name: string, key: Uint8Array): Uint8Array =>
  sha256(concat(utf8(`${name}\n`), key)).subarray(0, 4);

function isSigned(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false; // it has the wrong length
  }
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** Undefined if the text is not the only canonical base64 of its bytes. */
function fromBase64(text: string): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return toBase64(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

const badNote = (why: string) => new ProtocolError("BAD_FIELD", why, { field: "note" });
