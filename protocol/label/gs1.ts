// Cuts GS1 element strings: application identifiers with their data, in brackets or as the scanner delivers them.
import type { Element } from "./cut.ts";
import type { Meaning } from "./kinds.ts";

/** The meaning of an application identifier, and the length of its data. */
interface Application {
  meaning: Meaning;
  min: number;
  max: number;
  /** Its first two digits fix its length, so it needs no separator (GS1 General Specifications, 7.8.5). */
  selfEnding: boolean;
  checked: boolean;
  monetary: boolean;
}

const other: Meaning = { kind: "other" };
const day = { dates: ["YYMMDD"] } as const;
/** `n6`: six characters; `20`: up to twenty. `!`: a check digit at the end. `$`: money. */
type Size = `n${number}` | `n${number}!` | `${number}` | `${number}$` | `n${number}$`;
const rows: readonly (readonly [ai: string, size: Size, meaning: Meaning])[] = [
  ["00", "n18!", { kind: "licencePlate" }],
  ["01", "n14!", { kind: "gtin" }],
  ["02", "n14!", other],
  ["10", "20", { kind: "makerLot" }],
  ["11", "n6", { kind: "productionDate", ...day }],
  ["12", "n6", other],
  ["13", "n6", other],
  ["15", "n6", other],
  ["16", "n6", other],
  ["17", "n6", { kind: "expiryDate", ...day }],
  ["20", "n2", other],
  ["21", "20", { kind: "serialNumber" }],
  ["22", "20", other],
  ["235", "28", other],
  ["240", "30", { kind: "mpn" }],
  ["241", "30", { kind: "customerPartNumber" }],
  ["242", "6", other],
  ["243", "20", other],
  ["250", "30", other],
  ["251", "30", other],
  ["253", "30", other],
  ["254", "20", other],
  ["255", "25", other],
  ["30", "8", { kind: "quantity" }],
  ["37", "8", { kind: "quantity" }],
  ["400", "30", { kind: "purchaseOrder" }],
  ["401", "30", other],
  ["402", "n17", { kind: "billOfLading" }],
  ["403", "30", other],
  ["420", "20", other],
  ["421", "12", other],
  ["422", "n3", { kind: "countryOfOrigin" }],
  ["423", "15", other],
  ["424", "n3", other],
  ["425", "15", other],
  ["426", "n3", other],
  ["427", "3", other],
  ["7003", "n10", other],
  ["8002", "20", other],
  ["8003", "30", other],
  ["8004", "30", other],
  ["8005", "n6$", other],
  ["8006", "n18", other],
  ["8008", "12", other],
  ["8009", "50", other],
  ["8010", "30", other],
  ["8011", "12", other],
  ["8012", "20", other],
  ["8013", "25", other],
  ["8017", "n18!", other],
  ["8018", "n18!", other],
  ["8019", "10", other],
  ["8020", "25$", other],
  ["8200", "70", other],
  ["90", "30", other],
  ...Array.from({ length: 9 }, (_, i): [string, Size, Meaning] => [`9${i + 1}`, "90", other]),
  // Parties' location numbers. Then weights and measures, whose fourth digit is the number of decimals.
  ...Array.from({ length: 8 }, (_, i): [string, Size, Meaning] => [`41${i}`, "n13!", other]),
  ...[31, 32, 33, 34, 35, 36].flatMap((stem) =>
    Array.from({ length: 100 }, (_, i): [string, Size, Meaning] => [
      `${stem}${String(i).padStart(2, "0")}`,
      "n6",
      other,
    ]),
  ),
  // Amounts payable, discounts and prices.
  ...[390, 391, 392, 393, 394, 395].flatMap((stem) =>
    Array.from({ length: 10 }, (_, i): [string, Size, Meaning] => [`${stem}${i}`, "18$", other]),
  ),
];

const SELF_ENDING = new Set([
  "00",
  "01",
  "02",
  "03",
  "04",
  "11",
  "12",
  "13",
  "14",
  "15",
  "16",
  "17",
  "18",
  "19",
  "20",
  "31",
  "32",
  "33",
  "34",
  "35",
  "36",
  "41",
]);

const APPLICATIONS = new Map<string, Application>(
  rows.map(([ai, size, meaning]) => {
    const length = Number(/\d+/.exec(size)![0]);
    return [
      ai,
      {
        meaning,
        max: length,
        min: size.startsWith("n") ? length : 1,
        selfEnding: SELF_ENDING.has(ai.slice(0, 2)),
        checked: size.endsWith("!"),
        monetary: size.endsWith("$"),
      },
    ];
  }),
);

/** Whether the check digit of GS1 is right: weights 1 and 3 from the right. */
function checkDigitHolds(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++)
    sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 1 : 3);
  return sum % 10 === 0;
}

function dataHolds(data: string, { min, max, checked, selfEnding }: Application): boolean {
  if (data.length < min || data.length > max) return false;
  if ((checked || selfEnding) && !/^\d+$/.test(data)) return false;
  return !checked || checkDigitHolds(data);
}

/** The element of an application identifier; undefined if the identifier is unknown or its data break its rules. */
export function applicationElement(ai: string, data: string, at: number): Element | undefined {
  const application = APPLICATIONS.get(ai);
  if (application === undefined || !dataHolds(data, application)) return undefined;
  return { di: ai, data, at, meaning: application.meaning, monetary: application.monetary };
}

function applicationAt(text: string, at: number): [ai: string, Application] | undefined {
  for (const length of [2, 3, 4]) {
    const ai = text.slice(at, at + length);
    const application = APPLICATIONS.get(ai);
    if (application) return [ai, application];
  }
  return undefined;
}

/** Cuts consecutive elements. A separator ends those of variable length. Undefined if an element breaks a rule. */
export function cutElementString(
  text: string,
  gs: string,
  from: number,
  to: number,
): Element[] | undefined {
  const elements: Element[] = [];
  let at = from;
  while (at < to) {
    if (text.startsWith(gs, at)) {
      at += gs.length;
      continue;
    }
    const match = applicationAt(text, at);
    if (match === undefined) return undefined;
    const [ai, { selfEnding, max }] = match;
    const start = at + ai.length;
    const separator = selfEnding
      ? -1
      : text.slice(start, Math.min(to, start + max + gs.length)).indexOf(gs);
    const end = selfEnding ? start + max : separator < 0 ? to : start + separator;
    const element = end <= to ? applicationElement(ai, text.slice(start, end), start) : undefined;
    if (element === undefined) return undefined;
    elements.push(element);
    at = end;
  }
  return elements;
}

/** Cuts `(01)09506000134352(10)ABC`, the form that people write. */
export function cutBracketed(text: string): Element[] | undefined {
  const elements: Element[] = [];
  let at = 0;
  while (at < text.length) {
    const close = text.startsWith("(", at) ? text.slice(at, at + 6).indexOf(")") : -1;
    if (close < 0) return undefined;
    const start = at + close + 1;
    // Data may contain brackets too. Only a bracket with an identifier inside begins the next element.
    let end = text.indexOf("(", start);
    while (end >= 0 && !/^\(\d{2,4}\)/.test(text.slice(end, end + 6)))
      end = text.indexOf("(", end + 1);
    if (end < 0) end = text.length;
    const element = applicationElement(
      text.slice(at + 1, at + close),
      text.slice(start, end),
      start,
    );
    if (element === undefined) return undefined;
    elements.push(element);
    at = end;
  }
  return elements.length > 0 ? elements : undefined;
}

/** Whether data of variable length could hide another element, if the scanner dropped a separator. */
export function couldHideElement({ di, data }: Element): boolean {
  const application = APPLICATIONS.get(di ?? "");
  return (
    application?.selfEnding === false &&
    application.min < application.max &&
    /10|17|21|24|30|37|40/.test(data)
  );
}
