// Reads random mutations of labels. Nothing throws, and no reading has a value that its label
// lacks.
import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DateFormat } from "../../../protocol/label/dates.ts";
import { separateCodes } from "../../../protocol/label/code.ts";
import { LabelReading, type LabelField } from "../../../protocol/label/reading.ts";
import { readLabel } from "../../../protocol/label/label.ts";
import { labelVectors } from "../../support/label-vectors.ts";
import { Random, SEED, runsOf } from "../../support/random.ts";

const RUNS = runsOf(100_000);
/** How many labels must be read. If nearly all were refused, the test would check nothing. */
const MUST_BE_READ = RUNS / 4;

/** Labels printed by others where there are any, and our own. */
function corpus(): string[] {
  const own = labelVectors().flatMap(([, lines]) => lines.flatMap(({ input }) => input));
  const others = join(process.env["CONFORMANCE_DIR"] ?? import.meta.dirname, "labels.json");
  if (!existsSync(others)) return own;
  const { labels } = JSON.parse(readFileSync(others, "utf8")) as { labels: { raw: string }[] };
  return [...own, ...labels.map(({ raw }) => raw)];
}

const PIECES = [
  "\x1d",
  "\x1e",
  "\x04",
  "\u241d",
  "\u241e",
  "{GS}",
  "<RS>",
  "]",
  "^",
  "@",
  "|",
  "\t",
  "\r",
  "\n",
  " ",
  "+",
  "/",
  "[)>",
  "06",
  "05",
  "12Q",
  "27Q",
  "1P",
  "1T",
  "9D",
  "10D",
  "13D",
  "4L",
  "13E",
  "3Z",
  "30P",
  "Q",
  "K",
  "P",
  "D",
  "0",
  "1",
  "9",
  "2453",
  "240229",
  "A",
  "Z",
  "a",
  "z",
  "é",
  "e\u0301",
  "ß",
  "İ",
  "\u{1F600}",
  "\ud800",
  "\u0000",
  "(10)",
  "(3922)",
  "https://",
  "/lots/0x",
  "?chain=",
  "&ledger=",
  "%",
  "%C3",
  "{",
  "}",
  ":",
  ",",
  "AA",
  "MIXED",
];
const GS = ["\x1d", "\u241d", "{GS}", "]", "@", "|", "^]", ""];

function mutate(random: Random, texts: readonly string[]): string {
  let text = random.pick(texts);
  for (let rounds = random.int(0, 4); rounds > 0; rounds--) {
    const at = random.int(0, text.length);
    const to = Math.min(text.length, at + random.int(0, 8));
    const other = random.pick(texts);
    text = random.pick([
      () => text.slice(0, at) + text.slice(to),
      () => text.slice(0, at) + random.pick(PIECES) + text.slice(at),
      () => text.slice(0, at) + random.pick(PIECES) + text.slice(to),
      () => text.slice(0, at) + text.slice(at, to) + text.slice(at),
      () => text.slice(0, at),
      () => text.slice(at),
      () => text.slice(0, at) + other.slice(random.int(0, other.length)),
      () => text.replaceAll("\x1d", random.pick(GS)),
      () => text.toLowerCase(),
      () => text.slice(0, at) + String.fromCharCode(random.int(0, 0xffff)) + text.slice(to),
    ])();
  }
  return text;
}

/** The day before or after: an ISO week's number by another way than the reader's. */
function isoWeek(day: string): [year: number, week: number] {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const year = date.getUTCFullYear();
  return [year, Math.ceil(((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000 + 1) / 7)];
}
const two = (number: number | string) => String(number).padStart(2, "0").slice(-2);

/** A date in each format's form. The reading must match the label. */
function written(format: DateFormat, from: string, to: string): string[] {
  const [year, month, day] = from.split("-") as [string, string, string];
  const yyww = (date: string) => isoWeek(date).map(two).join("");
  const yyyyww = () => isoWeek(from)[0] + two(isoWeek(from)[1]);
  const week = yyww(from);
  return {
    YYWW: () => [week, `${week}M`],
    WWYY: () => [week.slice(2) + week.slice(0, 2)],
    "YY/WW": () => [`${week.slice(0, 2)}/${week.slice(2)}`],
    "YYWW+1": () => Array.from({ length: 10 }, (_, i) => `${week}${i}`),
    "YYWW+2": () => Array.from({ length: 100 }, (_, i) => week + two(i)),
    YYYYWW: () => [yyyyww()],
    YYYYMM: () => [year + month],
    YYMMDD: () => [two(year) + month + (from === to ? day : "00")],
    MMDDYY: () => [month + day + two(year)],
    DDMMYY: () => [day + month + two(year)],
    YYYYMMDD: () => [year + month + day],
    DDMMYYYY: () => [day + month + year],
    "YYYY-MM": () => [`${year}-${month}`],
    "YYYY.MM": () => [`${year}.${month}`],
    "YYYY-MM-DD": () => [from],
    YYWWYYWW: () => [yyww(from) + yyww(to)],
  }[format]();
}

const HOURS = [1, 24, 168, 8_760];
const tidy = (text: string) => text.normalize("NFC").trim();

/** Whether a field's value is in its text, by the rules that docs/labels.md states. */
function carried({ kind, raw, value }: LabelField, isKoa: boolean): boolean {
  if (value === null) return true;
  if (typeof value === "object") {
    const text = raw.trim().toUpperCase().split("+")[0]!;
    return (
      value.raw === raw &&
      value.readings.every(({ format, from, to }) => written(format, from, to).includes(text))
    );
  }
  if (typeof value === "number") {
    const digits = Number(/\d+/.exec(raw)?.[0]);
    // KOA's last digit counts the zeros behind the others.
    const counted = /^\d{2,}$/.test(raw) ? Number(raw.slice(0, -1)) * 10 ** Number(raw.at(-1)) : 0;
    if (kind === "quantity" && isKoa && counted === value) return true;
    return kind === "floorLifeHours"
      ? HOURS.some((hours) => digits * hours === value)
      : digits === value;
  }
  const code = raw.trim().toUpperCase();
  switch (kind) {
    case "countryOfOrigin":
    case "fabCountry":
    case "assemblyCountry":
      // The test of the tables checks that the longer codes belong to these countries.
      return value === "mixed"
        ? ["AA", "MIXED"].includes(code)
        : code === value || /^([A-Z]{3}|\d{3})$/.test(code);
    case "msl":
      return code.endsWith(value.toUpperCase());
    case "gtin":
      return value === decodeURIComponent(raw).padStart(14, "0");
    case "lot":
    case "ledger":
      return raw.toLowerCase() === value;
    case "bagSealDate":
    case "expiryDate":
    case "shipDate":
      return (["YYMMDD", "MMDDYY", "YYYYMMDD", "DDMMYYYY"] as const).some((format) =>
        [value, `${value.slice(0, 8)}01`].some((from) =>
          written(format, from, value).includes(code),
        ),
      );
    default:
      return (
        value === tidy(raw) ||
        value === tidy(raw.replaceAll("\\(", "(")) ||
        value === tidy(decodeURIComponent(raw))
      );
  }
}

/** Whether a text remains of another when parts are removed. */
function isLeftOf(part: string, whole: string): boolean {
  let at = 0;
  for (const unit of part.split("")) {
    at = whole.indexOf(unit, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

const PICTURES: Readonly<Record<string, string>> = {
  "\u2420": " ",
  "\u2409": "\t",
  "\u240d": "\r",
  "\u240a": "\n",
  "\u2424": "\n",
};
/** The texts of the codes in an input. They are in the input, in its order; only pictures may have become what they show. */
function codesOf(input: string | string[]): string[] {
  return [input].flat().flatMap((text) => {
    const { texts } = separateCodes(text);
    const shown = (each: string) =>
      each.replaceAll(/[\u2409\u240a\u240d\u2420\u2424]/g, (one) => PICTURES[one]!);
    if (!isLeftOf(shown(texts.join("")), shown(text)))
      throw new Error("a code that the input has not");
    return texts.length === 0 ? [""] : texts;
  });
}

function check(input: string | string[]): void {
  const reading = readLabel(input);
  if (reading.status === "refused") return;
  const texts = codesOf(input);
  const { codes, fields, record, conflicts } = reading;
  for (const field of fields) {
    const code = codes[field.code]!;
    if (code.status !== "read") throw new Error("a field of a refused code");
    const text = texts[field.code]!;
    const turned = code.mended.includes("CAPS_LOCK");
    const said = turned
      ? text.toLowerCase().includes(field.raw.toLowerCase())
      : text.includes(field.raw);
    if (!said)
      throw new Error(`${field.kind}: text that the label has not: ${JSON.stringify(field)}`);
    if (field.di !== null && !text.toUpperCase().includes(field.di.toUpperCase()))
      throw new Error(`di ${field.di}`);
    if (!carried(field, code.dialect.name === "koa"))
      throw new Error(`${field.kind}: a value that its text has not: ${JSON.stringify(field)}`);
  }
  codes.forEach((code, i) => {
    if (code.status !== "read") return;
    if (
      code.dropped.length === 0 ? !texts[i]!.startsWith(code.raw) : !isLeftOf(code.raw, texts[i]!)
    )
      throw new Error("raw text that is not the label's");
  });
  for (const [kind, value] of Object.entries(record))
    if (
      !fields.some(
        (field) =>
          field.value === value && (field.kind === kind || field.kind === "productionDate"),
      )
    )
      throw new Error(`${kind} in the record that no field says`);
  for (const { kind, fields: indexes } of conflicts) {
    const different = new Set(indexes.map((index) => JSON.stringify(fields[index]!.value)));
    if (different.size !== indexes.length || indexes.some((index) => fields[index]!.kind !== kind))
      throw new Error(`no conflict of ${kind}`);
  }
}

describe("readLabel, on mutated labels", () => {
  const texts = corpus();
  const say = (input: unknown, run: number) => `SEED=${SEED}, run ${run}: ${JSON.stringify(input)}`;

  it(`never throws and never invents a value, in ${RUNS} mutations of ${texts.length} labels`, function () {
    this.timeout(600_000);
    const random = new Random(SEED);
    let read = 0;
    for (let run = 0; run < RUNS || (read < MUST_BE_READ && run < 2 * RUNS); run++) {
      const several = random.chance(0.1);
      const input = several
        ? Array.from({ length: random.int(1, 5) }, () => mutate(random, texts))
        : mutate(random, texts);
      try {
        check(input);
        const reading = readLabel(input);
        if (reading.status === "read") read++;
        if (run % 20 === 0) LabelReading.parse(reading);
      } catch (error) {
        throw new Error(say(input, run), { cause: error });
      }
    }
    expect(read, `SEED=${SEED}: labels that were read`).to.be.at.least(MUST_BE_READ);
  });

  it("does not reveal an amount of money between a label's fields", () => {
    const random = new Random(SEED);
    for (let run = 0; run < runsOf(5_000); run++) {
      const amount = `${random.int(10_000_000, 99_999_999)}.50`;
      const label = random.pick(texts);
      const gs = ["\x1d", "\u241d", "{GS}", "^]", "]"].find(
        (each) => label.includes(each) && /\[\)>/.test(label),
      );
      if (gs === undefined) continue;
      const places = label.split(gs);
      const at = random.int(1, places.length);
      const input = [
        ...places.slice(0, at),
        `${random.pick(["12Q", "27Q", "12q"])}${amount}`,
        ...places.slice(at),
      ].join(gs);
      expect(JSON.stringify(readLabel(input)), say(input, run)).to.not.include(amount);
    }
  });
});
