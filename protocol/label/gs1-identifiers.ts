// Lists the application identifiers of the GS1 General Specifications: their meaning, and which data they allow.
import type { Meaning } from "./kinds.ts";

const other: Meaning = { kind: "other" };
const day = { dates: ["YYMMDD"] } as const;

/**
 * The form of an identifier's data, component by component. `N`: digits; `X`: GS1's 82 characters; `Y`: 39; `Z`: 64. Then the
 * length; `-` the most; `/` the step between lengths. `!`: a check digit at the end. `d`: a date as YYMMDD.
 */
type Form = string;

const several = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
/** An identifier whose fourth digit is the number of decimals. */
const decimals = (stem: number | string, most: number) =>
  several(0, most).map((digit) => `${stem}${digit}`);
const measures = [...several(310, 316), ...several(320, 337), ...several(340, 357)].concat(
  several(360, 369),
);

const ROWS: readonly (readonly [ais: string | readonly string[], form: Form, meaning?: Meaning])[] =
  [
    ["00", "N18!", { kind: "licencePlate" }],
    ["01", "N14!", { kind: "gtin" }],
    [["02", "03"], "N14!"],
    ["10", "X1-20", { kind: "makerLot" }],
    ["11", "N6d", { kind: "productionDate", ...day }],
    [["12", "13", "15", "16"], "N6d"],
    ["17", "N6d", { kind: "expiryDate", ...day }],
    ["20", "N2"],
    ["21", "X1-20", { kind: "serialNumber" }],
    ["22", "X1-20"],
    ["235", "X1-28"],
    ["240", "X1-30", { kind: "mpn" }],
    ["241", "X1-30", { kind: "customerPartNumber" }],
    ["242", "N1-6"],
    ["243", "X1-20"],
    [["250", "251"], "X1-30"],
    ["253", "N13! X0-17"],
    ["254", "X1-20"],
    ["255", "N13! N0-12"],
    [["30", "37"], "N1-8", { kind: "quantity" }],
    [measures.flatMap((stem) => decimals(stem, 5)), "N6"],
    ["400", "X1-30", { kind: "purchaseOrder" }],
    ["401", "X1-30"],
    ["402", "N17!", { kind: "billOfLading" }],
    ["403", "X1-30"],
    [several(410, 417), "N13!"],
    ["420", "X1-20"],
    ["421", "N3 X1-9"],
    ["422", "N3", { kind: "countryOfOrigin" }],
    [["423", "425"], "N3-15/3"],
    [["424", "426"], "N3"],
    ["427", "X1-3"],
    [["4300", "4301", "4310", "4311", "4320"], "X1-35"],
    [[...several(4302, 4306), ...several(4312, 4316)], "X1-70"],
    [["4307", "4317"], "X2"],
    [["4308", "4319"], "X1-30"],
    ["4309", "N20"],
    ["4318", "X1-20"],
    [["4321", "4322", "4323"], "N1"],
    [["4324", "4325"], "N6d N4"],
    ["4326", "N6d"],
    [several(4330, 4333), "N6 X0-1"],
    ["7001", "N13"],
    ["7002", "X1-30"],
    ["7003", "N6d N4"],
    ["7004", "N1-4"],
    ["7005", "X1-12"],
    ["7006", "N6d"],
    ["7007", "N6d N0-6/6"],
    ["7008", "X1-3"],
    ["7009", "X1-10"],
    ["7010", "X1-2"],
    ["7011", "N6d N0-4/4"],
    [["7020", "7021", "7022"], "X1-20"],
    ["7023", "X1-30"],
    [decimals(703, 9), "N3 X1-27"],
    ["7040", "N1 X3"],
    ["7041", "X1-4"],
    [several(710, 717), "X1-20"],
    [decimals(723, 9), "X3-30"],
    ["7240", "X1-20"],
    ["7241", "N2"],
    ["7242", "X1-25"],
    ["7250", "N8"],
    ["7251", "N12"],
    ["7252", "N1"],
    [["7253", "7254", "7259"], "X1-40"],
    ["7255", "X1-10"],
    ["7256", "X1-90"],
    ["7257", "X1-70"],
    ["7258", "X3"],
    ["8001", "N14"],
    ["8002", "X1-20"],
    ["8003", "N14! X0-16"],
    ["8004", "X1-30"],
    ["8006", "N14! N4"],
    ["8007", "X1-34"],
    ["8008", "N6d N2-6/2"],
    ["8009", "X1-50"],
    ["8010", "Y1-30"],
    ["8011", "N1-12"],
    ["8012", "X1-20"],
    [["8013", "8014"], "X1-25"],
    [["8017", "8018"], "N18!"],
    ["8019", "N1-10"],
    ["8026", "N14! N4"],
    ["8030", "Z1-90"],
    [["8110", "8112", "8200"], "X1-70"],
    ["8111", "N4"],
    ["90", "X1-30"],
    [several(91, 99), "X1-90"],
  ];

/** Amounts payable, prices, discounts and payment slips. */
const MONETARY: readonly (readonly [ais: readonly string[], form: Form])[] = [
  [[...decimals(390, 9), ...decimals(392, 9)], "N1-15"],
  [[...decimals(391, 9), ...decimals(393, 9)], "N4-18"],
  [decimals(394, 3), "N4"],
  [[...decimals(395, 5), "8005"], "N6"],
  [["8020"], "X1-25"],
];

/** An application identifier. */
export interface Application {
  meaning: Meaning;
  isMonetary: boolean;
  /** The most characters of its data. */
  max: number;
  /** Its first two digits fix its length, so it needs no separator (GS1 General Specifications, 7.8.5). */
  isSelfEnding: boolean;
  /** Whether data have the identifier's form. */
  accepts: (data: string) => boolean;
}

const CHARACTERS: Record<string, string> = {
  N: "[0-9]",
  X: `[!"%-?A-Z_a-z]`,
  Y: "[#/0-9A-Z-]",
  Z: "[0-9A-Z_a-z=-]",
};
/** A character outside GS1's 82: in most elements it proves that the text was changed on the way. */
export const FOREIGN = /[^!"%-?A-Z_a-z]/u;

/** Whether the check digit of GS1 is right: weights 1 and 3 from the right. */
function isCheckDigitRight(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++)
    sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 1 : 3);
  return sum % 10 === 0;
}

/** Whether six digits are a date, with 00 for a day that is not stated (GS1 General Specifications, 3.4.2). */
function isDate(digits: string): boolean {
  const [year, month, date] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)));
  return (
    month! >= 1 && month! <= 12 && date! <= new Date(Date.UTC(2000 + year!, month!, 0)).getUTCDate()
  );
}

function checker(form: Form): { max: number; accepts: Application["accepts"] } {
  const parts = form.split(" ").map((part) => {
    const [, type, least, most = least, step = "1", check] =
      /^([NXYZ])(\d+)(?:-(\d+))?(?:\/(\d+))?([!d]?)$/.exec(part)!;
    return { type: type!, least: Number(least), most: Number(most), step: Number(step), check };
  });
  const groups = parts.map(({ type, least, most }) => `(${CHARACTERS[type]}{${least},${most}})`);
  const pattern = new RegExp(`^${groups.join("")}$`);
  return {
    max: parts.reduce((sum, { most }) => sum + most, 0),
    accepts(data) {
      const values = pattern.exec(data)?.slice(1);
      return (
        values !== undefined &&
        parts.every(({ least, step, check }, i) => {
          const value = values[i]!;
          if ((value.length - least) % step !== 0) return false;
          if (check === "!") return isCheckDigitRight(value);
          return check !== "d" || isDate(value);
        })
      );
    },
  };
}

const SELF_ENDING = /^(?:0[0-4]|1[1-9]|20|3[1-6]|41)/;

const APPLICATIONS = new Map<string, Application>();
for (const [rows, isMonetary] of [
  [ROWS, false],
  [MONETARY, true],
] as const)
  for (const [ais, form, meaning = other] of rows as typeof ROWS) {
    const { max, accepts } = checker(form);
    for (const ai of [ais].flat() as string[])
      APPLICATIONS.set(ai, {
        meaning,
        isMonetary,
        max,
        isSelfEnding: SELF_ENDING.test(ai),
        accepts,
      });
  }

/** An identifier that GS1 added after this table was written. Only a separator or the text's end can end its data. */
const UNLISTED: Application = {
  meaning: other,
  isMonetary: false,
  isSelfEnding: false,
  ...checker("X1-90"),
};

/** The first two digits of an identifier fix its length (GS1 General Specifications, 7.8.1). */
function lengthOf(ai: string): number {
  if (/^(?:0[0-4]|1|2[0-2]|30|37|9[0-9])/.test(ai)) return 2;
  if (/^(?:2[3-5]|4[0-2]|71)/.test(ai)) return 3;
  return /^(?:3[1-69]|43|7[02]|8[0-2])/.test(ai) ? 4 : 0;
}

/** The identifier with this number. Undefined if GS1 has not assigned its first digits. */
export function application(ai: string): Application | undefined {
  const known = APPLICATIONS.get(ai);
  if (known) return known;
  if (!/^\d+$/.test(ai) || lengthOf(ai) !== ai.length || SELF_ENDING.test(ai)) return undefined;
  return { ...UNLISTED, isMonetary: ai.startsWith("39") }; // 39 is for money
}

/** The identifier with this number, if this table lists it. */
export const listedApplication = (ai: string): Application | undefined => APPLICATIONS.get(ai);

/** The number of the identifier at a position of an element string; undefined if none can begin there. */
export function aiAt(text: string, at: number): string | undefined {
  const length = lengthOf(text.slice(at, at + 2));
  const ai = text.slice(at, at + length);
  return length > 0 && ai.length === length && /^\d+$/.test(ai) ? ai : undefined;
}
