// Makes vectors of signed notes: checkpoints under an Ed25519 key, notes and keys that are refused, and origins.
import { ed25519 } from "@noble/curves/ed25519.js";
import { concat, fromHex, toHex, utf8 } from "../../protocol/base/bytes.ts";
import { keccakHex, sha256 } from "../../protocol/base/crypto.ts";
import { MAX_INTEGER } from "../../protocol/base/limits.ts";
import {
  type NotedCheckpoint,
  openNote,
  originOf,
  parseOrigin,
  signNote,
  verifierKey,
} from "../../protocol/log/signed-note.ts";
import { DOMAIN } from "../../test/support/model.ts";
import { faultOf } from "./fault.ts";
import type { Vector, Vectors } from "./vector.ts";

const OPERATOR = `0x${"0b".repeat(20)}`;
const ORIGIN = originOf(DOMAIN, OPERATOR);
const seed = fromHex(keccakHex(utf8("Reelproof test account: log's key")));
const strange = fromHex(keccakHex(utf8("Reelproof test account: another log's key")));
const KEY = verifierKey(ORIGIN, seed);
const stated: NotedCheckpoint = { origin: ORIGIN, size: 123, root: `0x${"a5".repeat(32)}` };
const note = signNote(stated, seed);
const [text, ours] = note.split("\n\n").map((part, i) => (i === 0 ? `${part}\n` : part)) as [
  string,
  string,
];
const ORDER = ed25519.Point.Fn.ORDER;

/** Points of small order, and bytes that are not the canonical encoding of a point, in hex. */
const WEAK_KEYS: Record<string, [about: string, publicKey: string]> = {
  "of-order-1": [
    "The neutral element, under which one signature fits every text.",
    `01${"00".repeat(31)}`,
  ],
  "of-order-2": ["The point of order 2.", `ec${"ff".repeat(30)}7f`],
  "of-order-4": ["A point of order 4: y is 0.", "00".repeat(32)],
  "of-order-4-negated": ["The other point of order 4.", `${"00".repeat(31)}80`],
  "of-order-8": [
    "A point of order 8.",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  ],
  "of-order-8-negated": [
    "Another point of order 8.",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  ],
  "not-canonical": ["The neutral element with y as p + 1.", `ee${"ff".repeat(30)}7f`],
  "not-canonical-sign": ["x is 0, and its sign bit is 1.", `01${"00".repeat(30)}80`],
  "not-on-the-curve": ["No point of the curve has y = 2.", `02${"00".repeat(31)}`],
};

const keyIdOf = (typed: Uint8Array) => sha256(concat(utf8(`${ORIGIN}\n`), typed)).subarray(0, 4);
function keyOf(publicKey: string): string {
  const typed = concat(Uint8Array.of(1), fromHex(`0x${publicKey}`));
  return `${ORIGIN}+${toHex(keyIdOf(typed)).slice(2)}+${base64(typed)}`;
}
/** What anyone can sign under the neutral element: R is that point, and s is 0. */
function forgedUnder(publicKey: string): string {
  const typed = concat(Uint8Array.of(1), fromHex(`0x${publicKey}`));
  const neutral = Uint8Array.from({ length: 64 }, (_, i) => (i === 0 ? 1 : 0));
  return `${text}\n${lineOf(ORIGIN, concat(keyIdOf(typed), neutral))}`;
}

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const bytesOf = (encoded: string) => Uint8Array.from(atob(encoded), (each) => each.charCodeAt(0));
const lineOf = (name: string, bytes: Uint8Array) => `— ${name} ${base64(bytes)}\n`;
const oursIn = (line: string) => bytesOf(line.trimEnd().split(" ")[2]!);

/** A note of any text, signed with the log's key under its name. */
function signed(some: string, name = ORIGIN): string {
  const signature = ed25519.sign(utf8(some), seed);
  return `${some}\n${lineOf(name, concat(oursIn(ours).subarray(0, 4), signature))}`;
}

/** The same signature with s plus the order of the group: some verifiers take it. */
function malleated(): string {
  const bytes = oursIn(ours);
  const s = bytes.slice(36).toReversed();
  const larger = (BigInt(toHex(s)) + ORDER).toString(16).padStart(64, "0");
  return lineOf(ORIGIN, concat(bytes.subarray(0, 36), fromHex(`0x${larger}`).toReversed()));
}

/** So many bytes as a signature of a type that this page does not know. */
const unknown = (name: string, length: number) =>
  lineOf(
    name,
    Uint8Array.from({ length }, (_, i) => i % 251),
  );

/** A line that stands so many times behind a note. */
interface Then {
  line: string;
  times: number;
}

function valid(about: string, some: string, then?: Then): Vector {
  const whole = some + (then ? then.line.repeat(then.times) : "");
  return {
    about,
    key: KEY,
    note: some,
    ...(then && { then }),
    checkpoint: openNote(whole, KEY),
  };
}

function invalid(about: string, some: string, more: { key?: string; then?: Then } = {}): Vector {
  const { key = KEY, then } = more;
  const whole = some + (then ? then.line.repeat(then.times) : "");
  return {
    about,
    key,
    note: some,
    ...(then && { then }),
    error: faultOf(() => openNote(whole, key)),
  };
}

/** A note as the log signs it, from its seed on. */
function made(about: string, checkpoint: NotedCheckpoint): Vector {
  const publicKey = ed25519.getPublicKey(seed);
  const key = verifierKey(checkpoint.origin, seed);
  return {
    about,
    seed: toHex(seed),
    publicKey: toHex(publicKey),
    keyId: toHex(
      sha256(concat(utf8(`${checkpoint.origin}\n`), Uint8Array.of(1), publicKey)).subarray(0, 4),
    ),
    key,
    note: signNote(checkpoint, seed),
    checkpoint,
  };
}

const root = (digits: string) => base64(fromHex(`0x${digits.repeat(32)}`));
const withText = (change: (lines: string[]) => string[]) =>
  signed(`${change(text.trimEnd().split("\n")).join("\n")}\n`);

const CONTROLS: Record<string, string> = {
  nul: "\0",
  tab: "\t",
  "carriage-return": "\r",
  escape: "\u001b",
  delete: "\u007f",
};

const origins: Record<string, [about: string, origin: string]> = {
  "origin-of-chain-1": ["The smallest chain id.", ORIGIN.replace("31337", "1")],
  "origin-of-the-largest-chain": [
    "The largest chain id.",
    ORIGIN.replace("31337", String(MAX_INTEGER)),
  ],
};
const badOrigins: Record<string, [about: string, origin: string]> = {
  "origin-of-another-system": ["Another system's log.", "example.com/log"],
  "origin-in-upper-case": [
    "Hex is lower-case.",
    ORIGIN.toUpperCase().replace("REELPROOF", "reelproof"),
  ],
  "origin-with-leading-zero": [
    "A chain id has no zeros before it.",
    ORIGIN.replace("31337", "031337"),
  ],
  "origin-of-chain-0": ["There is no chain 0.", ORIGIN.replace("31337", "0")],
  "origin-of-unsafe-chain": ["A chain id of 2^53.", ORIGIN.replace("31337", "9007199254740992")],
  "origin-with-more": ["A fifth part.", `${ORIGIN}/x`],
};

export function noteVectors(): Vectors {
  const witness = unknown("witness.example/w", 76);
  return {
    "valid/made": made("A note as the log makes it, with its key.", stated),
    "valid/made-empty": made("An empty log.", {
      ...stated,
      size: 0,
      root: toHex(sha256(new Uint8Array())),
    }),
    "valid/made-largest": made("The largest size.", { ...stated, size: MAX_INTEGER }),
    "valid/witness-behind": valid(
      "A witness's line behind the log's is passed over.",
      note + witness,
    ),
    "valid/witness-before": valid(
      "A witness's line before the log's.",
      `${text}\n${witness}${ours}`,
    ),
    "valid/own-name-another-key": valid(
      "A line of the log's name and another key's id is another key's.",
      `${text}\n${lineOf(ORIGIN, new Uint8Array(68).fill(7))}${ours}`,
    ),
    "valid/signature-of-one-byte": valid(
      "A signature has at least one byte behind the id.",
      note + unknown("witness.example/w", 5),
    ),
    "valid/post-quantum": valid(
      "Sixteen witnesses with signatures of 5,000 bytes behind the id: a verifier must take as many.",
      note,
      { line: unknown("witness.example/ml-dsa", 5004), times: 16 },
    ),
    "valid/most-signatures": valid("100 lines are the most.", note, { line: witness, times: 99 }),
    "valid/extension-lines": valid(
      "Lines behind the root belong to the signed text, and are passed over.",
      withText((lines) => [...lines, "extension: 1", "ümlaut"]),
    ),
    "invalid/signatures-101": invalid("One line too many.", note, {
      then: { line: witness, times: 100 },
    }),
    "invalid/too-long": invalid("More than 131,072 characters.", note, {
      then: { line: unknown("witness.example/w", 9004), times: 11 },
    }),
    ...Object.fromEntries(
      Object.entries(CONTROLS).flatMap(([name, control]) => [
        [
          `invalid/control-${name}-in-the-text`,
          invalid(
            "A control character in a line that the log's key signed.",
            withText((lines) => [...lines, `x${control}y`]),
          ),
        ],
        [
          `invalid/control-${name}-in-a-signature-line`,
          invalid(
            "A control character in a witness's line, which nobody else would check.",
            `${note}— witness.example/w${control} AAAAAAA=\n`,
          ),
        ],
      ]),
    ),
    "invalid/lone-surrogate": invalid(
      "A text that no UTF-8 has.",
      note + witness.replace("w ", "\ud800 "),
    ),
    "invalid/root-altered": invalid(
      "The root is another than what was signed.",
      note.replace(root("a5"), root("a6")),
    ),
    "invalid/size-altered": invalid("The size is another.", note.replace("\n123\n", "\n124\n")),
    "invalid/signature-altered": invalid(
      "The signature's last byte is another.",
      `${text}\n${lineOf(ORIGIN, oursIn(ours).with(67, 0))}`,
    ),
    "invalid/signature-short": invalid(
      "A signature of 63 bytes.",
      `${text}\n${lineOf(ORIGIN, oursIn(ours).subarray(0, 67))}`,
    ),
    "invalid/signature-malleated": invalid(
      "The same signature with s beyond the group's order.",
      `${text}\n${malleated()}`,
    ),
    "invalid/first-of-two-wrong": invalid(
      "Of two lines of the log's key the first counts.",
      `${text}\n${lineOf(ORIGIN, oursIn(ours).with(67, 0))}${ours}`,
    ),
    "invalid/by-another-key": invalid(
      "Another key under the log's name.",
      signNote(stated, strange),
    ),
    "invalid/not-signed-by-the-log": invalid("A witness alone signed it.", `${text}\n${witness}`),
    "invalid/of-another-log": invalid(
      "The log's key under its own name, over another log's checkpoint.",
      withText(([, ...rest]) => [ORIGIN.replace("31337", "1"), ...rest]),
    ),
    "invalid/empty": invalid("No note.", ""),
    "invalid/without-signatures": invalid("A text alone.", text),
    "invalid/without-last-line-break": invalid("The last line does not end.", note.trimEnd()),
    "invalid/empty-line-behind": invalid("An empty line behind the signatures.", `${note}\n`),
    "invalid/without-empty-line": invalid(
      "No empty line before the signatures.",
      note.replace("\n\n", "\n"),
    ),
    "invalid/hyphens-for-the-dash": invalid(
      "A signature line begins with an em dash, U+2014.",
      note.replace("—", "--"),
    ),
    "invalid/line-of-another-form": invalid("A line that is no signature.", `${note}see above\n`),
    "invalid/signature-without-name": invalid(
      "A signature line has a name.",
      `${note}— AAAAAAA=\n`,
    ),
    "invalid/name-with-plus": invalid("A name has no plus.", note + unknown("witness+w", 76)),
    "invalid/signature-of-id-alone": invalid(
      "An id, and no signature behind it.",
      note + unknown("witness.example/w", 4),
    ),
    "invalid/base64-not-canonical": invalid(
      "Base64 with bits that no byte has.",
      `${note}— witness.example/w AAAAAAB=\n`,
    ),
    "invalid/base64-without-padding": invalid(
      "Base64 is padded.",
      `${note}— witness.example/w AAAAAAA\n`,
    ),
    "invalid/size-with-leading-zero": invalid(
      "A size has no zeros before it.",
      withText(([origin, , ...rest]) => [origin!, "0123", ...rest]),
    ),
    "invalid/size-unsafe": invalid(
      "A size of 2^53.",
      withText(([origin, , ...rest]) => [origin!, String(MAX_INTEGER + 1), ...rest]),
    ),
    "invalid/size-in-hex": invalid(
      "A size is decimal.",
      withText(([origin, , ...rest]) => [origin!, "0x7b", ...rest]),
    ),
    "invalid/root-short": invalid(
      "A root of 31 bytes.",
      withText(([origin, size]) => [origin!, size!, base64(new Uint8Array(31))]),
    ),
    "invalid/root-not-canonical": invalid(
      "A root whose base64 has bits that no byte has.",
      withText(([origin, size, hash]) => [origin!, size!, hash!.replace(/.=$/, "V=")]),
    ),
    "invalid/empty-extension-line": invalid(
      "An empty line within the text.",
      withText((lines) => [...lines, "", "x"]),
    ),
    "invalid/without-root": invalid(
      "No root.",
      withText((lines) => lines.slice(0, 2)),
    ),
    "invalid/key-id-wrong": invalid("The key's id does not follow from it.", note, {
      key: KEY.replace(/\+[0-9a-f]{8}\+/, "+00000000+"),
    }),
    "invalid/key-of-another-type": invalid("A key whose type is not Ed25519.", note, {
      key: otherType(),
    }),
    "invalid/key-short": invalid("A key of 31 bytes.", note, {
      key: KEY.replace(/[^+]+$/, base64(concat(Uint8Array.of(1), new Uint8Array(31)))),
    }),
    ...Object.fromEntries(
      Object.entries(WEAK_KEYS).map(([name, [about, bytes]]) => [
        `invalid/key-${name}`,
        invalid(about, forgedUnder(bytes), { key: keyOf(bytes) }),
      ]),
    ),
    "invalid/key-without-name": invalid("A key has a name.", note, {
      key: KEY.slice(ORIGIN.length),
    }),
    "invalid/key-id-in-upper-case": invalid("A key's id is lower-case hex.", note, {
      key: KEY.replace(/\+[0-9a-f]{8}\+/, (id) => id.toUpperCase()),
    }),
    "valid/origin": originVector("The chain, the ledger and the operator whose log it is.", ORIGIN),
    ...Object.fromEntries(
      Object.entries(origins).map(([name, [about, origin]]) => [
        `valid/${name}`,
        originVector(about, origin),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(badOrigins).map(([name, [about, origin]]) => {
        if (parseOrigin(origin)) throw new Error(`${name} is an origin`);
        return [`invalid/${name}`, { about, origin }];
      }),
    ),
  };
}

/** The log's key under another type, with the id that follows. */
function otherType(): string {
  const key = concat(Uint8Array.of(2), ed25519.getPublicKey(seed));
  const id = toHex(sha256(concat(utf8(`${ORIGIN}\n`), key)).subarray(0, 4)).slice(2);
  return `${ORIGIN}+${id}+${base64(key)}`;
}

function originVector(about: string, origin: string): Vector {
  const { domain, operator } = parseOrigin(origin)!;
  return { about, origin, ...domain, operator };
}
