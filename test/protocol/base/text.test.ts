// Tests texts and scalar values: which are accepted, and with which code the others are refused.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { z } from "zod";
import { parseWith } from "../../../protocol/base/canonical.ts";
import type { ErrorCode } from "../../../protocol/base/errors.ts";
import { CustodyEvent } from "../../../protocol/event/event.ts";
import { MAX_ENTRIES, MAX_INTEGER, MAX_LOT_NUMBER_LENGTH } from "../../../protocol/base/limits.ts";
import { LotNumber } from "../../../protocol/event/lot.ts";
import { Text, textFault } from "../../../protocol/base/text.ts";
import { UNASSIGNED_CHARACTERS } from "../../../protocol/base/unassigned-characters.ts";
import {
  UNICODE_VERSION,
  UNWANTED_CHARACTERS,
} from "../../../protocol/base/unwanted-characters.ts";
import {
  Address,
  Hash,
  Quantity,
  Signature,
  Time,
  ZERO_ADDRESS,
  ZERO_HASH,
} from "../../../protocol/base/values.ts";
import { refused } from "../../support/refused.ts";

describe("LotNumber", () => {
  it("accepts any case, single blanks and all printable ASCII, and leaves it unchanged", () => {
    for (const text of ["R-0001", "r-0001", "a b", "a b c", "!~", "0007187692", "1E10", "A/B,C"])
      expect(parseWith(LotNumber, text)).to.equal(text);
  });

  it("refuses whatever else could look like another number", () => {
    for (const text of ["a  b", "Gehäuse", "批号 7", "\u0410", "Ω", "µ", "é", "\u{1f4a1}", "７"])
      refused(() => parseWith(LotNumber, text), "BAD_TEXT");
  });
});

describe("Text", () => {
  it("accepts all scripts and signs, and leaves them unchanged", () => {
    for (const text of ["100 µF ±5 %", "4,7 kΩ", "Ø 7", "Größe", "批号 7", "a  b", "\u{1f4a1}"])
      expect(parseWith(Text(1, 64), text)).to.equal(text);
  });

  const pointsOf = (ranges: string): number[] =>
    ranges.split(" ").flatMap((range) => {
      const [first, last = first] = range.split("-").map((point) => parseInt(point, 16));
      return Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
    });
  const listed = pointsOf(UNWANTED_CHARACTERS);
  const unassigned = pointsOf(UNASSIGNED_CHARACTERS);

  it("refuses every listed character, and no other", () => {
    const isListed = new Set([...listed, ...unassigned]);
    const wrong: string[] = [];
    for (let point = 0; point <= 0x10ffff; point++) {
      const text = `a${String.fromCodePoint(point)}b`;
      const isRefused = textFault(text, 1, 3) !== undefined;
      const isUnwanted = isListed.has(point) || text !== text.normalize("NFC");
      if (isRefused !== isUnwanted) wrong.push(point.toString(16));
    }
    expect(wrong).to.deep.equal([]);
  });

  // Another version has other characters. The list must not follow it.
  (process.versions.unicode === UNICODE_VERSION ? it : it.skip)(
    "has the list that Unicode's data gives",
    () => {
      const unwanted =
        /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\u{13441}\u{13442}\u{16FE4}\u{1D159}]/u;
      const made: number[] = [];
      for (let point = 0; point <= 0x10ffff; point++)
        if (point !== 0x20 && unwanted.test(String.fromCodePoint(point))) made.push(point);
      expect(listed).to.deep.equal(made);
    },
  );

  (process.versions.unicode === UNICODE_VERSION ? it : it.skip)(
    "has the list of unassigned characters that Unicode's data gives",
    () => {
      const isListed = new Set(listed);
      const made: number[] = [];
      for (let point = 0; point <= 0x10ffff; point++)
        if (!isListed.has(point) && /\p{Cn}/u.test(String.fromCodePoint(point))) made.push(point);
      expect(unassigned).to.deep.equal(made);
    },
  );

  it("has the list that docs/protocol.md gives", () => {
    const page = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");
    const lines = page.split("\n").filter((line) => line.startsWith("    U+"));
    expect(
      lines
        .map((line) => line.trim())
        .join(" ")
        .replaceAll("U+", ""),
    ).to.equal(UNWANTED_CHARACTERS);
  });
});

describe("LotNumber and Text", () => {
  const bad: [string, string][] = [
    ["nothing", ""],
    ["white space alone", " "],
    ["white space before", " R1"],
    ["white space behind", "R1\u00a0"],
    ["NUL", "R\u00001"],
    ["a tab", "R\t1"],
    ["a line feed", "R1\n"],
    ["a C1 control", "R\u00851"],
    ["a record separator", "R\u001e1"],
    ["a decomposed letter (NFD)", "e\u0301"],
    ["a singleton that NFC replaces", "\u212b"],
    ["a right-to-left override", "R\u202e1"],
    ["a left-to-right mark", "R1\u200e"],
    ["an isolate", "\u2066R1\u2069"],
    ["a zero-width space", "R\u200b1"],
    ["a zero-width joiner", "R\u200d1"],
    ["a soft hyphen", "R\u00ad1"],
    ["a byte order mark", "\ufeffR1"],
    ["a line separator", "R\u20281"],
    ["a private-use character", "R\ue0001"],
    ["an unassigned character", "R\u03781"],
    ["an unassigned character beyond the first plane", "R\u{1fc00}1"],
    ["a lone high surrogate", "R\ud800"],
    ["a lone low surrogate", "\udc00R"],
  ];
  for (const [what, text] of bad)
    it(`refuse ${what}`, () => {
      refused(() => parseWith(LotNumber, text), "BAD_TEXT");
      refused(
        () => parseWith(Text(0, 512), text === "" ? "\u0000" : text === " " ? " x" : text),
        "BAD_TEXT",
      );
    });

  it(`accept at most ${MAX_LOT_NUMBER_LENGTH} code points`, () => {
    const [number, text] = [LotNumber, Text(1, MAX_LOT_NUMBER_LENGTH)];
    for (const [schema, character] of [
      [number, "a"],
      [text, "é"],
      [text, "\u{1f4a1}"],
    ] as const) {
      expect(parseWith(schema, character.repeat(MAX_LOT_NUMBER_LENGTH))).to.be.a("string");
      refused(() => parseWith(schema, character.repeat(MAX_LOT_NUMBER_LENGTH + 1)), "BAD_TEXT");
    }
  });

  it("refuse any value that is not a text", () => {
    for (const value of [1, null, undefined, ["R1"], { toString: "R1" }])
      refused(() => parseWith(LotNumber, value), "BAD_FIELD");
  });
});

describe("the schemas of scalar values", () => {
  const cases: [string, z.ZodType, unknown[], unknown[]][] = [
    [
      "addresses",
      Address,
      [ZERO_ADDRESS],
      ["0x", `0x${"A".repeat(40)}`, "a".repeat(40), `${ZERO_ADDRESS}0`, `${ZERO_ADDRESS}\n`],
    ],
    [
      "hashes",
      Hash,
      [ZERO_HASH],
      [ZERO_ADDRESS, `0X${"0".repeat(64)}`, `${ZERO_HASH}0`, ` ${ZERO_HASH}`, 0],
    ],
    [
      "signatures",
      Signature,
      [`0x${"0".repeat(130)}`],
      [`0x${"0".repeat(128)}`, `0x${"0".repeat(132)}`, `0x${"g".repeat(130)}`],
    ],
    [
      "quantities",
      Quantity,
      [0, 1, MAX_INTEGER],
      [-1, MAX_INTEGER + 1, 0.5, "1", NaN, Infinity, 1n, null, true],
    ],
    [
      "times",
      Time,
      [0, 1_700_000_000, MAX_INTEGER],
      [-1, MAX_INTEGER + 1, 1.5, "2024-01-01", new Date(0)],
    ],
  ];
  for (const [what, schema, good, bad] of cases)
    it(`accept exactly one form: ${what}`, () => {
      for (const value of good) expect(parseWith(schema, value)).to.equal(value);
      for (const value of bad) refused(() => parseWith(schema, value), "BAD_FIELD");
    });
});

describe("CustodyEvent", () => {
  const entry = { lot: `0x${"11".repeat(32)}`, previous: ZERO_HASH, quantity: 5 };
  const event = {
    action: 1,
    actor: `0x${"22".repeat(20)}`,
    holder: `0x${"22".repeat(20)}`,
    consignee: ZERO_ADDRESS,
    entries: [entry],
    time: 1_700_000_000,
    details: ZERO_HASH,
  };

  it("accepts an event and leaves it unchanged", () => {
    expect(parseWith(CustodyEvent, event)).to.deep.equal(event);
  });

  it(`accepts ${MAX_ENTRIES} entries, and no more`, () => {
    const of = (length: number) => ({ ...event, entries: Array.from({ length }, () => entry) });
    expect(parseWith(CustodyEvent, of(MAX_ENTRIES)).entries).to.have.length(MAX_ENTRIES);
    refused(() => parseWith(CustodyEvent, of(MAX_ENTRIES + 1)), "TOO_LARGE", "entries");
  });

  const wrong: [unknown, ErrorCode, string | undefined][] = [
    [{ ...event, extra: 1 }, "BAD_FIELD", "extra"],
    [{ ...event, action: 256 }, "BAD_FIELD", "action"],
    [{ ...event, action: -1 }, "BAD_FIELD", "action"],
    [{ ...event, actor: event.actor.toUpperCase() }, "BAD_FIELD", "actor"],
    [{ ...event, details: undefined }, "BAD_FIELD", "details"],
    [{ ...event, entries: [{ ...entry, price: 1 }] }, "BAD_FIELD", "entries.0.price"],
    [
      { ...event, entries: [entry, { ...entry, quantity: 2 ** 53 }] },
      "BAD_FIELD",
      "entries.1.quantity",
    ],
    [{ ...event, entries: { length: 1, 0: entry } }, "BAD_FIELD", "entries"],
    [[event], "BAD_FIELD", undefined],
    [null, "BAD_FIELD", undefined],
  ];
  wrong.forEach(([value, code, field], i) =>
    it(`refuses what is not an event (${field ?? `case ${i}`})`, () => {
      refused(() => parseWith(CustodyEvent, value), code, field);
    }),
  );
});
