// Reads and writes JSON: the canonical form, its limits, and every kind of malformed text.
import { expect } from "chai";
import { fc, runsOf } from "../../support/random.ts";
import { z } from "zod";
import {
  canonicalize,
  parsedBy,
  parseCanonical,
  parseJson,
  parseWith,
} from "../../../protocol/base/canonical.ts";
import { type ErrorCode, ProtocolError } from "../../../protocol/base/errors.ts";
import { MAX_JSON_BYTES, MAX_JSON_DEPTH } from "../../../protocol/base/limits.ts";
import { Text } from "../../../protocol/base/text.ts";
import { refused } from "../../support/refused.ts";
import { json } from "../../support/arbitraries.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

describe("canonicalize", () => {
  it("sorts keys by UTF-16 units and writes no white space", () => {
    expect(canonicalize({ b: [1, true, null], a: "é\n", "\u{1f600}": 1, "\ufb33": 2 })).to.equal(
      '{"a":"é\\n","b":[1,true,null],"\u{1f600}":1,"\ufb33":2}',
    );
  });

  it("writes text and bytes that parseCanonical reads back", () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalize(value);
        expect(canonicalize(parseCanonical(text))).to.equal(text);
        expect(parseCanonical(bytes(text))).to.deep.equal(parseCanonical(text));
        expect(parseJson(text)).to.deep.equal(parseCanonical(text));
      }),
    );
  });

  it("writes members in one order, for any order of input", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.integer()),
        fc.infiniteStream(fc.nat()),
        (object, random) => {
          const shuffled = Object.entries(object)
            .filter(([key]) => key !== "__proto__")
            .map((member) => ({ member, place: random.next().value as number }))
            .sort((a, b) => a.place - b.place)
            .map(({ member }) => member);
          const plain = Object.fromEntries(
            Object.entries(object).filter(([key]) => key !== "__proto__"),
          );
          expect(canonicalize(Object.fromEntries(shuffled))).to.equal(canonicalize(plain));
        },
      ),
    );
  });

  it("has exactly one accepted text for each value", () => {
    fc.assert(
      fc.property(
        json,
        fc.nat(),
        fc.constantFrom(" ", "\n", "\t", "0", "\\u0061", ","),
        (value, at, extra) => {
          const text = canonicalize(value);
          const changed =
            text.slice(0, at % (text.length + 1)) + extra + text.slice(at % (text.length + 1));
          let read: unknown;
          try {
            read = parseCanonical(changed);
          } catch (error) {
            expect(error).to.be.instanceOf(ProtocolError);
            return;
          }
          expect(canonicalize(read)).to.equal(changed);
        },
      ),
    );
  });

  it("refuses values that JSON does not have", () => {
    for (const value of [
      undefined,
      NaN,
      Infinity,
      1n,
      () => 1,
      Symbol("s"),
      new Date(0),
      new Map(),
      { a: undefined },
    ])
      refused(() => canonicalize(value), "BAD_FIELD");
    refused(() => canonicalize({ a: [{ b: NaN }] }), "BAD_FIELD", "a.0.b");
    refused(() => canonicalize({ a: "\ud800" }), "BAD_TEXT", "a");
    refused(() => canonicalize({ "\udc00": 1 }), "BAD_TEXT");
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    refused(() => canonicalize(cyclic), "TOO_LARGE");
  });
});

describe("parseCanonical and parseJson, on malformed text", () => {
  const both: [string, string | Uint8Array, ErrorCode][] = [
    ["nothing", "", "BAD_JSON"],
    ["white space only", "  ", "BAD_JSON"],
    ["a byte order mark", "\ufeff{}", "BAD_JSON"],
    ["a byte order mark in bytes", Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d), "BAD_JSON"],
    ["invalid UTF-8", Uint8Array.of(0x22, 0xff, 0x22), "BAD_JSON"],
    ["an overlong form in UTF-8", Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), "BAD_JSON"],
    ["a surrogate in UTF-8", Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), "BAD_JSON"],
    ["a raw control character", '"\u0000"', "BAD_JSON"],
    ["two values", "{}{}", "BAD_JSON"],
    ["trailing junk", "{}x", "BAD_JSON"],
    ["an unclosed text", '{"a":"b', "BAD_JSON"],
    ["many quotes, none closed", `"${'\\"'.repeat(100_000)}`, "BAD_JSON"],
    ["a comment", "{/**/}", "BAD_JSON"],
    ["a trailing comma", "[1,]", "BAD_JSON"],
    ["NaN", "[NaN]", "BAD_JSON"],
    ["a leading zero", "[01]", "BAD_JSON"],
    ["5,000 levels of arrays", nested(5_000), "TOO_LARGE"],
    ["5,000 levels of objects", '{"a":'.repeat(5_000) + "1" + "}".repeat(5_000), "TOO_LARGE"],
    ["5,000 levels that never close", "[".repeat(5_000), "TOO_LARGE"],
    ["a lone surrogate as an escape", '["\\ud800"]', "BAD_TEXT"],
    ["a lone surrogate as a character", '["\udfff"]', "BAD_TEXT"],
    ["a lone surrogate in a key", '{"\\udc00":1}', "BAD_TEXT"],
    ["a member named __proto__", '{"__proto__":{"admin":true}}', "BAD_FIELD"],
    ["a member named __proto__, further down", '{"a":[{"__proto__":1}]}', "BAD_FIELD"],
    ["a member named __proto__, escaped", '{"\\u005f_proto__":1}', "BAD_FIELD"],
    ["a number too large for a double", "[1e999]", "BAD_FIELD"],
  ];
  for (const [what, text, code] of both)
    it(`refuse ${what} with a ProtocolError`, () => {
      refused(() => parseCanonical(text), code);
      refused(() => parseJson(text), code);
    });

  const differently: [string, string, "refused" | "accepted"][] = [
    ["a duplicate key", '{"a":1,"a":1}', "refused"],
    ["a duplicate key further down", '[{"b":{"a":1,"c":0,"a":2}}]', "refused"],
    ["a duplicate key, one of them escaped", '{"a":1,"\\u0061":2}', "refused"],
    ["an integer of 2^53", "[9007199254740992]", "refused"],
    ["an integer that no double holds", "[9007199254740993]", "refused"],
    ["an integer with a large exponent", "[1e30]", "refused"],
    ["1.0", "[1.0]", "accepted"],
    ["-0", "[-0]", "accepted"],
    ["1e2", "[1e2]", "accepted"],
    ["keys in another order", '{"b":1,"a":2}', "accepted"],
    ["white space", "[1, 2]", "accepted"],
    ["a needless escape", '["\\u0061"]', "accepted"],
    ["an escape in upper-case hex", '["\\u001F"]', "accepted"],
    ["colons and brackets in texts", '{"a:{[": "b:\\"}]:"}', "accepted"],
  ];
  for (const [what, text, leniently] of differently)
    it(`refuse ${what} as canonical; it is ${leniently} as free JSON`, () => {
      refused(() => parseCanonical(text), "NON_CANONICAL");
      if (leniently === "accepted") expect(parseJson(text)).to.deep.equal(JSON.parse(text));
      else refused(() => parseJson(text), "BAD_FIELD");
    });

  it("name the field with an unsafe integer", () => {
    refused(() => parseJson('{"a":[0,{"b":9007199254740993}]}'), "BAD_FIELD", "a.1.b");
    refused(() => parseCanonical('{"a":[0,{"b":9007199254740993}]}'), "NON_CANONICAL", "a.1.b");
  });

  it("never change a prototype", () => {
    refused(() => parseJson('{"__proto__":{"polluted":true}}'), "BAD_FIELD");
    expect(({} as Record<string, unknown>)["polluted"]).to.equal(undefined);
  });

  it("return a value or throw a ProtocolError, for random bytes and texts", () => {
    const reads = (input: string | Uint8Array) => {
      for (const read of [parseCanonical, parseJson])
        try {
          read(input);
        } catch (error) {
          expect(error).to.be.instanceOf(ProtocolError);
        }
    };
    fc.assert(fc.property(fc.uint8Array(), reads), { numRuns: runsOf(500) });
    fc.assert(fc.property(fc.string({ unit: "binary" }), reads), { numRuns: runsOf(500) });
    const shred = fc.array(fc.constantFrom(...'{}[]:,"\\u0dE-1.e_proto__ \ud800é'), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(shred, (parts) => reads(parts.join(""))),
      { numRuns: runsOf(2_000) },
    );
  });
});

describe("the JSON limits", () => {
  it(`accept ${MAX_JSON_DEPTH} levels, and no more`, () => {
    expect(parseCanonical(nested(MAX_JSON_DEPTH))).to.be.an("array");
    expect(parseJson(nested(MAX_JSON_DEPTH))).to.be.an("array");
    expect(canonicalize(JSON.parse(nested(MAX_JSON_DEPTH)))).to.equal(nested(MAX_JSON_DEPTH));
    refused(() => parseCanonical(nested(MAX_JSON_DEPTH + 1)), "TOO_LARGE");
    refused(() => parseJson(nested(MAX_JSON_DEPTH + 1)), "TOO_LARGE");
    refused(() => canonicalize(JSON.parse(nested(MAX_JSON_DEPTH + 1))), "TOO_LARGE");
  });

  it(`accept ${MAX_JSON_BYTES} bytes of UTF-8, and no more`, () => {
    const atLimit = `"${"é".repeat((MAX_JSON_BYTES - 2) / 2)}"`;
    const above = `"${"é".repeat((MAX_JSON_BYTES - 2) / 2)}a"`;
    expect(parseCanonical(atLimit)).to.have.length((MAX_JSON_BYTES - 2) / 2);
    expect(parseJson(bytes(atLimit))).to.have.length((MAX_JSON_BYTES - 2) / 2);
    for (const text of [above, bytes(above), " ".repeat(MAX_JSON_BYTES + 1)]) {
      refused(() => parseCanonical(text), "TOO_LARGE");
      refused(() => parseJson(text), "TOO_LARGE");
    }
  });
});

describe("parseWith", () => {
  const Item = z.strictObject({ name: Text(1, 3), count: z.int() });
  const List = z.strictObject({ items: z.array(Item).max(2) });

  it("returns a value that fits the schema", () => {
    expect(parseWith(List, { items: [{ name: "a", count: 1 }] })).to.deep.equal({
      items: [{ name: "a", count: 1 }],
    });
  });

  it("throws the code and the path of a value that does not fit", () => {
    const item = { name: "a", count: 1 };
    refused(
      () => parseWith(List, { items: [item, { name: "a\u0000", count: 1 }] }),
      "BAD_TEXT",
      "items.1.name",
    );
    refused(
      () => parseWith(List, { items: [item, { name: "a", count: 1.5 }] }),
      "BAD_FIELD",
      "items.1.count",
    );
    refused(
      () => parseWith(List, { items: [{ ...item, price: 1 }] }),
      "BAD_FIELD",
      "items.0.price",
    );
    refused(() => parseWith(List, { items: [item, item, item] }), "TOO_LARGE", "items");
    refused(
      () => parseWith(List, JSON.parse('{"items":[],"__proto__":1}')),
      "BAD_FIELD",
      "__proto__",
    );
    refused(() => parseWith(List, null), "BAD_FIELD");
    refused(() => parseWith(List, { items: "x" }, "BAD_PATH"), "BAD_PATH", "items");
  });
});

describe("parsedBy", () => {
  it("returns the value of a text that fits the schema", () => {
    expect(parsedBy(z.array(z.int()), "[1, 2]")).to.deep.equal([1, 2]);
    expect(parsedBy(z.null(), "null")).to.equal(null);
  });

  it("returns undefined for text that is not JSON or does not fit", () => {
    for (const text of ["", "[1", '["1"]', "null"])
      expect(parsedBy(z.array(z.int()), text)).to.equal(undefined);
  });
});
