// Reads labels: the vectors, the limits, and what stays private. The time grows no faster than
// the text.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DETAIL_FIELDS } from "../../../protocol/event/detail-fields.ts";
import {
  MAX_LABEL_CODES,
  MAX_LABEL_FIELDS,
  MAX_LABEL_LENGTH,
} from "../../../protocol/label/limits.ts";
import { readCountry } from "../../../protocol/event/country-codes.ts";
import { weeksInYear } from "../../../protocol/label/dates.ts";
import { HABITS, KEYED_FORMS, OWN_FORMS } from "../../../protocol/label/dialects.ts";
import { IDENTIFIERS } from "../../../protocol/label/identifiers.ts";
import { KINDS, KIND_NAMES } from "../../../protocol/label/kinds.ts";
import {
  DIALECTS,
  LabelReading,
  REPAIRS,
  REFUSALS,
  REFUSAL_CODES,
} from "../../../protocol/label/reading.ts";
import { readLabel } from "../../../protocol/label/label.ts";
import { labelVectors } from "../../support/label-vectors.ts";

const vectors = labelVectors();

/** A reading in the short form of the vectors: one item per code, null if it has none. */
function shortened(input: string | string[]): Record<string, unknown> {
  const reading = readLabel(input);
  LabelReading.parse(reading);
  if (reading.status === "refused") return { refusal: reading.refusal };
  const { dialect, codes, fields, record, conflicts } = reading;
  const read = codes.map((code) => (code.status === "read" ? code : null));
  const dropped = read.map((code) => code?.dropped ?? null);
  return {
    dialect: dialect.name,
    guess: dialect.guess,
    record,
    fields: fields.map(({ code, di, raw, kind }) => [code, di, raw, kind]),
    ...(read.some((code) => code?.mended.length)
      ? { mended: read.map((code) => code?.mended ?? null) }
      : {}),
    ...(dropped.some((each) => each?.length) ? { dropped } : {}),
    ...(read.some((code, i) => code && code.raw !== [input].flat()[i])
      ? { raw: read.map((code) => code?.raw ?? null) }
      : {}),
    ...(read.includes(null)
      ? { refusals: codes.map((code) => (code.status === "refused" ? code.refusal : null)) }
      : {}),
    ...(conflicts.length > 0 ? { conflicts } : {}),
    private: fields.flatMap(({ visibility }, i) => (visibility === "private" ? [i] : [])),
  };
}

describe("readLabel, on the vectors", () => {
  for (const [file, lines] of vectors)
    describe(`${file}`, () => {
      for (const { about, input, expected } of lines)
        it(`reads as its vector states: ${about}`, () => {
          expect(shortened(input)).to.deep.equal(expected);
        });
    });

  it("has the refused ones under invalid, and no others", () => {
    for (const [file, lines] of vectors)
      for (const { about, expected } of lines)
        expect("refusal" in expected, about).to.equal(file.startsWith("invalid/"));
  });

  it("has a vector for every dialect, every mending and every refusal that is not about size", () => {
    const readings = vectors.flatMap(([, lines]) => lines.map(({ input }) => readLabel(input)));
    const codes = readings.flatMap((reading) => reading.codes);
    const read = codes.flatMap((code) => (code.status === "read" ? [code] : []));
    expect(new Set(read.map(({ dialect }) => dialect.name))).to.deep.equal(new Set(DIALECTS));
    expect(new Set(read.flatMap(({ mended }) => mended))).to.deep.equal(new Set(REPAIRS));
    const refusals = new Set(
      codes.flatMap((code) => (code.status === "refused" ? [code.refusal] : [])),
    );
    const bySize = ["NOT_TEXT", "TOO_LONG", "TOO_MANY"];
    expect(refusals).to.deep.equal(new Set(REFUSAL_CODES.filter((code) => !bySize.includes(code))));
  });
});

describe("readLabel, on its limits", () => {
  const refusal = (input: string | string[]) => {
    const reading = readLabel(input);
    return reading.status === "refused" ? reading.refusal : undefined;
  };
  const label = (fields: number) => `[)>\x1e06${"\x1d1TA".repeat(fields)}\x1e\x04`;

  it(`accepts ${MAX_LABEL_LENGTH} characters, and no more`, () => {
    const header = "[)>\x1e06\x1d1T";
    expect(refusal(header.padEnd(MAX_LABEL_LENGTH, "A"))).to.equal(undefined);
    expect(refusal(header.padEnd(MAX_LABEL_LENGTH + 1, "A"))).to.equal("TOO_LONG");
  });

  it(`accepts ${MAX_LABEL_FIELDS} fields, and no more`, () => {
    expect(refusal(label(MAX_LABEL_FIELDS))).to.equal(undefined);
    expect(refusal(label(MAX_LABEL_FIELDS + 1))).to.equal("TOO_LONG");
  });

  it(`accepts ${MAX_LABEL_CODES} codes, and no more`, () => {
    expect(refusal(Array<string>(MAX_LABEL_CODES).fill("Q1"))).to.equal(undefined);
    expect(refusal(Array<string>(MAX_LABEL_CODES + 1).fill("Q1"))).to.equal("TOO_MANY");
    expect(refusal([])).to.equal("EMPTY");
  });

  it("refuses input that is not text, without an exception", () => {
    for (const input of [undefined, null, 1, {}, Symbol("label"), new String("Q1"), new Map()])
      expect(refusal(input as unknown as string)).to.equal("NOT_TEXT");
    const mixed = readLabel(["Q10", null as unknown as string]);
    expect(mixed.codes.map(({ status }) => status)).to.deep.equal(["read", "refused"]);
  });

  it("reports the refusal that comes first in the list", () => {
    expect(refusal(["RX-4711", "[)>06Q10", ""])).to.equal("EMPTY");
    expect(refusal(["RX-4711", "[)>06Q10"])).to.equal("SEPARATORS_LOST");
  });

  it("does not keep a refused text", () => {
    expect(
      JSON.stringify(readLabel(["[)>06KPO12Q1999USD", "https://example.com/12Q1999USD"])),
    ).to.not.include("1999");
  });

  it("has a different sentence for each refusal", () => {
    const sentences = Object.values(REFUSALS);
    expect(new Set(sentences).size).to.equal(sentences.length);
  });
});

describe("the label tables", () => {
  it("give each kind the visibility of the detail field with the same name", () => {
    for (const kind of KIND_NAMES)
      if (kind in DETAIL_FIELDS)
        expect(KINDS[kind].visibility, kind).to.equal(
          DETAIL_FIELDS[kind as keyof typeof DETAIL_FIELDS].visibility,
        );
  });

  it("make orders and customers private", () => {
    for (const di of [
      "P",
      "K",
      "1K",
      "4K",
      "10K",
      "11K",
      "14K",
      "16K",
      "V",
      "8V",
      "9V",
      "14V",
      "30P",
    ])
      expect(KINDS[IDENTIFIERS[di]!.kind].visibility, di).to.equal("private");
  });

  it("list exactly the dialects that are not general among HABITS, OWN_FORMS and KEYED_FORMS", () => {
    const general = ["lot-link", "format-06", "identifier", "gs1"];
    const own = new Set([...HABITS, ...OWN_FORMS, ...KEYED_FORMS].map(({ name }) => name));
    expect([...own].toSorted()).to.deep.equal(
      DIALECTS.filter((name) => !general.includes(name)).toSorted(),
    );
  });

  it("accept 249 countries as alpha-2, alpha-3 and number, and no other code", () => {
    const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
    const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
    const pairs = letters.flatMap((a) => letters.map((b) => a + b));
    const known = pairs.filter((code) => readCountry(code) !== null && code !== "AA");
    expect(known).to.have.length(249);
    for (const code of known) expect(names.of(code), code).to.be.a("string");
    const numbers = Array.from({ length: 1000 }, (_, i) =>
      readCountry(String(i).padStart(3, "0")),
    ).filter(Boolean);
    expect(numbers.toSorted()).to.deep.equal(known);
    const triples = pairs
      .flatMap((pair) => letters.map((c) => readCountry(pair + c)))
      .filter(Boolean);
    expect(triples.toSorted()).to.deep.equal(known);
    expect(["DEU", "USA", "MYS", "TWN", "276", "840", "aa"].map(readCountry)).to.deep.equal([
      "DE",
      "US",
      "MY",
      "TW",
      "DE",
      "US",
      "mixed",
    ]);
    expect(["UK", "XX", "000", "", "constructor"].map(readCountry)).to.deep.equal([
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it("give 53 weeks to years that begin on a Thursday, or on a Wednesday if they are leap years", () => {
    const long = Array.from({ length: 130 }, (_, i) => 1970 + i).filter(
      (year) => weeksInYear(year) === 53,
    );
    const expected = Array.from({ length: 130 }, (_, i) => 1970 + i).filter((year) => {
      const first = new Date(Date.UTC(year, 0, 1)).getUTCDay();
      const leap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
      return first === 4 || (leap && first === 3);
    });
    expect(long).to.deep.equal(expected);
  });
});

describe("readLabel, on long texts", () => {
  const [LEAST_RUNS, MOST_RUNS] = [5, 200];
  /** Between 8, for time that grows with the text, and 64, for time that grows with its square. */
  const MOST_RATIO = 32;
  const repeated = (unit: string) => (length: number) =>
    unit.repeat(length / unit.length + 1).slice(0, length);
  const shapes: Record<string, (length: number) => string> = {
    "one long field": (length) => `[)>\x1e06\x1d1P${"A".repeat(length - 9)}`,
    "many long fields": (length) =>
      `[)>\x1e06${repeated("\x1d1PABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMN")(length - 6)}`,
    "many envelopes": (length) => `[)>${repeated("\x1e06\x1d")(length - 3)}`,
    "typed ends": (length) => `[)>^06]${repeated("^")(length - 8)}x`,
    "names of separators": (length) => `[)>{RS}06{GS}${repeated("{G")(length - 13)}`,
    "line ends": (length) => `${repeated("\n")(length - 1)}x`,
    blanks: (length) => `${repeated(" ")(length - 1)}x`,
    brackets: (length) => `(10)${repeated("(")(length - 4)}`,
    "application identifiers": (length) => `]d2${repeated("10A\x1d")(length - 3)}`,
    "keys in braces": (length) => `{${repeated("pc:a,")(length - 2)}}`,
    "words with keys": repeated("QTY:1 PN:2 "),
    "a run without separators": (length) => `P${repeated("Q1K1/")(length - 1)}`,
    "a run that is twice the same": (length) =>
      `P${"A".repeat(length / 2)}1P${"A".repeat(length / 2)}`.slice(0, length),
    "blanks between identifiers": (length) => `P${repeated("A 1P")(length - 1)}`,
    "a path": (length) => `https://a/01/09506000134352${"/10/AB".repeat((length - 27) / 6)}`,
    "a query": (length) => `https://a/lots/b?${repeated("a&")(length - 17)}`,
    escapes: (length) => `https://a/01/${repeated("%41")(length - 13)}`,
    "combining marks": (length) => `[)>\x1e06\x1d1P${repeated("e\u0301")(length - 9)}`,
    "symbology identifiers": repeated("]d1"),
    digits: repeated("0123456789"),
    columns: (length) => `${repeated("31PA\r32PB\r1TC\rQ1\r")(length)}`,
  };

  function millisecondsFor(text: string): number {
    const start = performance.now();
    for (let again = 0; again < 5; again++) readLabel(text);
    return performance.now() - start;
  }

  // The shortest of several runs counts, for what else the machine does only makes a run longer. Time that grows with the
  // square is never in a small ratio, so the first small ratio decides, however busy the machine is.
  for (const [name, shape] of Object.entries(shapes))
    it(`takes less than ${MOST_RATIO} times as long for eight times the text: ${name}`, () => {
      const texts = [MAX_LABEL_LENGTH / 8, MAX_LABEL_LENGTH].map(shape) as [string, string];
      const shortest = [Infinity, Infinity] as [number, number];
      const ratio = () => shortest[1] / Math.max(shortest[0], 0.0125);
      for (let run = 0; run < LEAST_RUNS || (ratio() >= MOST_RATIO && run < MOST_RUNS); run++)
        for (const i of [0, 1] as const)
          shortest[i] = Math.min(shortest[i], millisecondsFor(texts[i]));
      expect(ratio()).to.be.below(MOST_RATIO);
    });
});

describe("docs/labels.md", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/labels.md"), "utf8");

  it("names every dialect, refusal and mending", () => {
    for (const name of [...DIALECTS, ...REFUSAL_CODES, ...REPAIRS])
      expect(page, name).to.include(`\`${name}\``);
  });
});
