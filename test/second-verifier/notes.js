// Opens signed notes, and makes a log's note and verifier key from its seed.
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { hex, join, sha256, unhex, utf8 } from "./bytes.js";
import { Refused } from "./refused.js";

const MOST_CHARACTERS = 131_072;
const MOST_SIGNATURES = 100;
const ED25519 = Buffer.from([1]);
/** What stands before the 32 bytes of a private key in PKCS #8. */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

const idOf = (name, typed) => sha256(join(utf8(`${name}\n`), typed)).subarray(0, 4);

/** The bytes of base64, or null if it is not the only base64 of its bytes. */
function unbase64(text) {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}

const publicKeyOf = (bytes) =>
  createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") },
    format: "jwk",
  });

const P = 2n ** 255n - 19n;
const modulo = (value) => ((value % P) + P) % P;
function power(base, exponent) {
  let [result, square] = [1n, modulo(base)];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}
/** The d of the curve -x² + y² = 1 + dx²y². */
const D = modulo(-121665n * power(121666n, P - 2n));

/** Whether these bytes are the only encoding of a point of the curve, and 8 times the point is not the neutral element. */
function isStrong(bytes) {
  const number = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  let y = number & (2n ** 255n - 1n);
  if (y >= P) return false;
  const inverse = (value) => power(value, P - 2n);
  let xx = modulo((y * y - 1n) * inverse(D * y * y + 1n));
  if (xx === 0n) return false; // of order 1 or 2
  if (power(xx, (P - 1n) / 2n) !== 1n) return false;
  // 2(x, y) has y = (y² + x²) / (2 + x² - y²), and its x² follows from the curve.
  for (let times = 0; times < 3; times++) {
    y = modulo((y * y + xx) * inverse(2n + xx - y * y));
    xx = modulo((y * y - 1n) * inverse(D * y * y + 1n));
  }
  return !(xx === 0n && y === 1n);
}

/** The parts of a verifier key. */
function readKey(text) {
  const refused = new Refused("BAD_FIELD", "key");
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/u.exec(text);
  if (parts === null) throw refused;
  const [, name, id, encoded] = parts;
  const typed = unbase64(encoded);
  if (typed === null || typed.length !== 33 || typed[0] !== 1) throw refused;
  if (idOf(name, typed).toString("hex") !== id) throw refused;
  if (!isStrong(typed.subarray(1))) throw refused;
  return { name, id, bytes: typed.subarray(1) };
}

function readSignature(line) {
  const parts = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/u.exec(line);
  const bytes = parts === null ? null : unbase64(parts[2]);
  if (bytes === null || bytes.length < 5) throw new Refused("BAD_FIELD", "note");
  return { name: parts[1], id: bytes.subarray(0, 4).toString("hex"), signature: bytes.subarray(4) };
}

function readText(text, name) {
  const refused = new Refused("BAD_FIELD", "note");
  const [origin, size, root, ...others] = text.slice(0, -1).split("\n");
  if (!/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size))) throw refused;
  const bytes = unbase64(root ?? "");
  if (bytes === null || bytes.length !== 32 || others.includes("") || origin !== name)
    throw refused;
  return { size: Number(size), root: hex(bytes), origin };
}

/** The checkpoint of a note that this key signed. */
export function openNote(note, verifierKey) {
  const key = readKey(verifierKey);
  const refused = new Refused("BAD_FIELD", "note");

  if (note.length > MOST_CHARACTERS || /[\0-\x09\x0b-\x1f\x7f]/.test(note)) throw refused;
  const end = note.lastIndexOf("\n\n");
  if (end === -1 || !note.endsWith("\n") || !note.isWellFormed()) throw refused;
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) throw refused;
  const own = lines.map(readSignature).find(({ name, id }) => name === key.name && id === key.id);
  const isSigned =
    own !== undefined && verify(null, utf8(text), publicKeyOf(key.bytes), own.signature);
  if (!isSigned) throw new Refused("BAD_SIGNATURE", "note");
  return readText(text, key.name);
}

/** A log's public key, its id, its verifier key and its note of a checkpoint, all from its seed. */
export function makeNote(seed, { origin, size, root }) {
  const secret = createPrivateKey({ key: join(PKCS8, unhex(seed)), format: "der", type: "pkcs8" });
  const { x } = createPublicKey(secret).export({ format: "jwk" });
  const bytes = Buffer.from(x, "base64url");
  const typed = join(ED25519, bytes);
  const id = idOf(origin, typed);
  const text = `${origin}\n${size}\n${unhex(root).toString("base64")}\n`;
  const signature = join(id, sign(null, utf8(text), secret)).toString("base64");
  return {
    publicKey: hex(bytes),
    keyId: hex(id),
    key: `${origin}+${id.toString("hex")}+${typed.toString("base64")}`,
    note: `${text}\n— ${origin} ${signature}\n`,
  };
}

/** The chain, the ledger and the operator of a log by its origin, or null if it is not such a log's. */
export function readOrigin(text) {
  const parts = /^reelproof\/([1-9]\d*)\/(0x[0-9a-f]{40})\/(0x[0-9a-f]{40})$/.exec(text);
  const chainId = Number(parts?.[1]);
  return Number.isSafeInteger(chainId) ? { chainId, ledger: parts[2], operator: parts[3] } : null;
}
