// Makes vectors of JSON: texts with their canonical form, and texts that are refused.
import { concat, toHex, utf8 } from "../../protocol/base/bytes.ts";
import { canonicalize, parseCanonical, parseJson } from "../../protocol/base/canonical.ts";
import { MAX_JSON_DEPTH } from "../../protocol/base/limits.ts";
import type { Vectors } from "./vector.ts";
import { faultOf } from "./fault.ts";

const valid: Record<string, [about: string, json: string]> = {
  "empty-object": ["An object without members.", "{}"],
  "keys-sorted": [
    "Members stand in the order of the UTF-16 units of their keys.",
    '{"b":1,"a":2,"B":3,"":4}',
  ],
  "keys-beyond-the-bmp": [
    "A key beyond U+FFFF sorts by its surrogates, before U+FB33.",
    '{"\\ufb33":1,"\\ud83d\\ude00":2,"\\u20ac":3,"1":4,"\\r":5,"\\u0080":6,"\\u00f6":7}',
  ],
  escapes: [
    "Only the escapes of RFC 8785 are written; all else stands as it is.",
    '["\\u0000\\u0008\\u0009\\u000a\\u000c\\u000d\\u001f\\u007f\\u0022\\u005c\\/\\u00e9\\u2028"]',
  ],
  "white-space": ["White space goes.", ' { "a" : [ 1 , 2 ] ,\n"b" :\ttrue } '],
  "numbers-as-integers": ["Numbers that are integers are written as such.", "[1.0,1e2,-0,0.0,1e0]"],
  "largest-integer": ["2^53 - 1 is the largest integer.", "[9007199254740991,-9007199254740991]"],
  "number-rounded-to-an-integer": [
    "Numbers are read as doubles before they are judged: the nearest one here is 2^53 - 1.",
    "[9007199254740990.9,1.0000000000000000001,1e-400]",
  ],
  floats: [
    "JSON may hold floats; no field of the protocol does.",
    "[0.5,4.50,2e-3,0.000000000000000000000000001]",
  ],
  "deepest-nesting": [
    `${MAX_JSON_DEPTH} levels are the most.`,
    "[".repeat(MAX_JSON_DEPTH) + "]".repeat(MAX_JSON_DEPTH),
  ],
};

const notCanonical: Record<string, [about: string, json: string]> = {
  "white-space": ["White space between tokens.", '{"a": 1}'],
  "line-feed-at-the-end": ["A line feed behind the value.", '{"a":1}\n'],
  "keys-not-sorted": ["Members out of order.", '{"b":1,"a":2}'],
  "duplicate-key": ["A key twice.", '{"a":1,"a":1}'],
  "duplicate-key-escaped": ["A key twice, once with an escape.", '{"a":1,"\\u0061":2}'],
  "number-with-fraction": ["1.0 for 1.", "[1.0]"],
  "number-with-exponent": ["1e2 for 100.", "[1e2]"],
  "negative-zero": ["-0 for 0.", "[-0]"],
  "integer-unsafe": [
    "2^53: a reader with doubles cannot tell it from 2^53 + 1.",
    "[9007199254740992]",
  ],
  "integer-rounded": ["2^53 + 1 is no double.", "[9007199254740993]"],
  "escape-needless": ["An escape for a letter.", '["\\u0061"]'],
  "escape-upper-case": ["An escape in upper-case hex.", '["\\u001F"]'],
  "escape-of-slash": ["A slash with an escape.", '["\\/"]'],
};

const broken: Record<string, [about: string, bytes: Uint8Array | string]> = {
  empty: ["No bytes at all.", ""],
  "byte-order-mark": [
    "A byte order mark before the value.",
    Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d),
  ],
  "utf-8-invalid": ["A byte that no UTF-8 has.", Uint8Array.of(0x22, 0xff, 0x22)],
  "utf-8-overlong": ["A slash in two bytes.", Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
  "utf-8-surrogate": ["A surrogate in UTF-8.", Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
  "control-character-raw": ["NUL within a text, without an escape.", '"\u0000"'],
  "two-values": ["Two values.", "{}{}"],
  "trailing-comma": ["A comma behind the last item.", "[1,]"],
  "leading-zero": ["A number with a leading zero.", "[01]"],
  "not-a-number": ["NaN is no JSON.", "[NaN]"],
  "text-unclosed": ["A text without an end.", '{"a":"b'],
  "number-infinite": ["A number beyond all doubles.", "[1e999]"],
  "lone-surrogate": ["A high surrogate alone.", '["\\ud800"]'],
  "lone-surrogate-in-key": ["A low surrogate alone, in a key.", '{"\\udc00":1}'],
  "proto-member": ["A member named __proto__.", '{"a":{"__proto__":{"admin":true}}}'],
  "nesting-too-deep": [
    `${MAX_JSON_DEPTH + 1} levels.`,
    "[".repeat(MAX_JSON_DEPTH + 1) + "]".repeat(MAX_JSON_DEPTH + 1),
  ],
};

const deep = "[".repeat(MAX_JSON_DEPTH + 1);
/** Texts with two faults. The first in the page's order is the refusal. */
const twofold: Record<string, [about: string, text: string | Uint8Array]> = {
  "levels-before-utf-8": [
    "Too many levels, and then a byte that no UTF-8 has: levels are counted over bytes.",
    concat(utf8(deep), Uint8Array.of(0xff)),
  ],
  "levels-before-json": ["Too many levels, and not JSON.", `${deep}x`],
  "json-before-levels-in-a-text": [
    "Brackets in a text that does not end are no levels.",
    `["${deep}`,
  ],
  "utf-8-before-values": [
    "A lone surrogate, and behind it a byte that no UTF-8 has.",
    concat(utf8('["\\ud800","'), Uint8Array.of(0xff), utf8('"]')),
  ],
  "json-before-values": ["A lone surrogate, and behind it no JSON.", '["\\ud800",]'],
  "text-before-number": [
    "A lone surrogate one level further down, before a number beyond all doubles.",
    '[["\\ud800"],1e999]',
  ],
  "number-before-text": [
    "A number beyond all doubles, before a lone surrogate.",
    '[1e999,["\\ud800"]]',
  ],
  "number-before-form": ["A number beyond all doubles, behind 1.0 for 1.", "[1.0,1e999]"],
  "text-before-order": [
    "A lone surrogate, in an object whose members are out of order.",
    '{"b":"\\ud800","a":1}',
  ],
  "text-before-integer": [
    "A lone surrogate, before an integer beyond 2^53 - 1.",
    '["\\ud800",9007199254740992]',
  ],
  "integer-before-text": [
    "An integer beyond 2^53 - 1, before a lone surrogate.",
    '[9007199254740992,"\\ud800"]',
  ],
  "text-of-a-member-replaced": [
    "A lone surrogate in a member that a later one of the same name replaces.",
    '{"a":"\\ud800","a":1}',
  ],
  "text-of-a-member-that-replaces": [
    "A lone surrogate in the second member of a name.",
    '{"a":1,"a":"\\ud800"}',
  ],
  "key-before-its-members": [
    "A member named __proto__ behind one with a lone surrogate: an object's keys come first.",
    '{"a":"\\ud800","__proto__":1}',
  ],
  "key-before-another-key": [
    "Of two keys at fault the first in the text counts.",
    '{"\\ud800":1,"__proto__":2}',
  ],
  "key-of-a-member-before-the-next": [
    "A key at fault in the first member, and the second member at fault.",
    '{"a":{"\\ud800":1},"b":1e999}',
  ],
  "members-in-the-order-of-the-text": [
    "Members whose names are numbers stay in the order of the text.",
    '{"2":"\\ud800","1":1e999}',
  ],
  "key-twice-after-values": [
    "A key twice further up, and a number beyond all doubles behind it.",
    '[{"a":1,"a":2},1e999]',
  ],
  "key-twice-further-down": [
    "A key twice stands at the path of its object, where keys may stand in any order.",
    '{"b":{"a":1,"a":2},"a":1}',
  ],
};

/** Makes the vectors. `bytes` replaces `json` if it is not a text. `error` is the strict reader's, `leniently` the free reader's. */
export function canonicalVectors(): Vectors {
  const refused = ([about, text]: [string, string | Uint8Array]) => {
    const bytes = typeof text === "string" ? utf8(text) : text;
    return {
      about,
      ...(typeof text === "string" ? { json: text } : { bytes: toHex(bytes) }),
      error: faultOf(() => parseCanonical(bytes)),
      leniently: leniently(bytes),
    };
  };
  return {
    ...named("valid", valid, ([about, json]) => ({
      about,
      json,
      canonical: canonicalize(JSON.parse(json)),
    })),
    ...named("invalid", notCanonical, refused),
    ...named("invalid", broken, refused),
    ...named("invalid", twofold, refused),
  };
}

function leniently(bytes: Uint8Array): unknown {
  try {
    return { value: parseJson(bytes) };
  } catch {
    return { error: faultOf(() => parseJson(bytes)) };
  }
}

function named<T>(
  folder: string,
  cases: Record<string, T>,
  make: (value: T) => Vectors[string],
): Vectors {
  return Object.fromEntries(
    Object.entries(cases).map(([name, value]) => [`${folder}/${name}`, make(value)]),
  );
}
