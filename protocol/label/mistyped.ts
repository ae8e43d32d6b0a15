// Recognises linear codes that arrived through another keyboard layout, by what they should have been. `'` and `+` may stand in a
// code, so a code alone does not show it. One with a header does: of `[)>` no layout leaves all three.
import { isSameCode, listed } from "./several.ts";
import type { KindName } from "./kinds.ts";
import type { Read } from "./values.ts";

/** What some signs become, on the way from a scanner's keyboard layout to the computer's. All others stay. */
type Layout = Readonly<Record<string, string>>;

/** Where the scanner types as on a US keyboard, and the computer reads as in these countries. */
const EUROPEAN = { "/": "-", _: "?", "(": ")", ")": "=", "&": "/", "*": "(" };
const LAYOUTS: readonly Layout[] = [
  // Italy, Spain, Portugal, Latin America; in Switzerland, Croatia and Slovenia Y and Z as well.
  { ...EUROPEAN, "-": "'" },
  { ...EUROPEAN, "-": "'", Y: "Z", Z: "Y" },
  // Sweden, Finland, Denmark, Norway, Estonia.
  { ...EUROPEAN, "-": "+" },
  // Turkey.
  { ...EUROPEAN, "-": "*", "/": ".", "=": "-" },
  // The Netherlands.
  { ...EUROPEAN, "-": "/", ")": "'" },
  // France and Belgium, with digits from the numeric keypad; without and with the letters that change.
  { "-": ")" },
  { "-": ")", "/": "!", A: "Q", Q: "A", Z: "W", W: "Z", M: "?" },
  // Czechia and Slovakia, with digits from the numeric keypad.
  { "-": "=", Y: "Z", Z: "Y" },
  // The other way round, a scanner set to Italy, Spain, Portugal or a Nordic country; to Germany; to Turkey.
  { "-": "/", "/": "&", _: "?", "(": "*", ")": "(", "=": ")" },
  { "-": "/", "/": "&", _: "?", "(": "*", ")": "(", "=": ")", Y: "Z", Z: "Y" },
  { "-": "=", "/": "&", _: "+", "(": "*", ")": "(", ".": "/", "*": "-" },
];

const typed = (text: string, layout: Layout): string =>
  text
    .trim()
    .toUpperCase()
    .replace(/./gu, (sign) => layout[sign] ?? sign);

/** Without a hyphen too little changes to tell a mistyped code from another code. */
const isTypedAs = (scanned: string, original: string, layout: Layout): boolean =>
  scanned.length === original.length &&
  original.includes("-") &&
  isSameCode(typed(original, layout), scanned);

/** What a package's codes can have been meant to be: the record's values, and the order's. */
export interface Originals {
  packageIds: readonly string[];
  mpns: readonly string[];
  makerLots: readonly string[];
  /** Part numbers of the catalogue. A label's need not be among them. */
  catalogue?: readonly string[];
}

/** A code that was mistyped, and what it should have been. */
export interface Mistyped {
  field: "packageId" | "mpn" | "makerLot";
  scanned: string;
  original: string;
}

/**
 * Finds the linear codes of a label that one keyboard layout mistyped. There are none if a part number or a manufacturer's lot
 * differs in another way: then it is another package, and no matter of the keyboard.
 */
export function mistypedIn(reading: Read | null, originals: Originals): Mistyped[] {
  if (!reading) return [];
  const textsIn = (...kinds: KindName[]) => linearTexts(reading, kinds);
  const mpns = textsIn("mpn");
  const sides = [
    // A package carries an id of each party that had it, so others may stand beside the lot's own.
    side("packageId", textsIn("packageId", "licencePlate"), originals.packageIds, true),
    side("mpn", mpns, originals.mpns),
    side("mpn", mpns, originals.mpns.length > 0 ? [] : (originals.catalogue ?? []), true),
    side("makerLot", textsIn("makerLot", "furtherLot"), originals.makerLots.flatMap(eachOf)),
  ];
  for (const layout of LAYOUTS) {
    const found = sides.map(({ field, open, values, mayDiffer }) => {
      const mistyped = open.flatMap((scanned): Mistyped[] => {
        const original = values.find((each) => isTypedAs(scanned, each, layout));
        return original === undefined ? [] : [{ field, scanned, original }];
      });
      return mayDiffer || mistyped.length === open.length ? mistyped : undefined;
    });
    const all = found.flatMap((each) => each ?? []);
    if (all.length > 0 && !found.includes(undefined)) return all;
  }
  return [];
}

/** The codes of one field that are none of the values that they can have been. Without such values nothing is compared. */
const side = (
  field: Mistyped["field"],
  scanned: readonly string[],
  values: readonly string[],
  mayDiffer = false,
) => ({
  field,
  values,
  mayDiffer,
  open:
    values.length === 0
      ? []
      : scanned.filter((text) => !values.some((value) => isSameCode(value, text))),
});

/** A manufacturer's lot as it stands, and each where there may be several. */
const eachOf = (text: string): string[] => [...new Set([text, ...listed(text)])];

/** The values of some kinds in linear codes. */
function linearTexts({ codes, fields }: Read, kinds: readonly KindName[]): string[] {
  const texts = fields.flatMap(({ kind, value, code }) => {
    const of = codes[code];
    const isLinear = of?.status === "read" && of.dialect.name === "identifier";
    return isLinear && kinds.includes(kind) && typeof value === "string" ? [value] : [];
  });
  return [...new Set(texts)];
}

/** The codes that the package ids of a label can have been, if another keyboard layout mistyped them. */
export function idsBefore(reading: Read): string[] {
  const scanned = linearTexts(reading, ["packageId", "licencePlate"]);
  const originals = scanned.flatMap((text) =>
    LAYOUTS.flatMap((layout) => {
      const before = new Map(Object.entries(layout).map(([sign, other]) => [other, sign]));
      const original = text.replace(/./gu, (sign) => before.get(sign) ?? sign);
      return isTypedAs(text, original, layout) ? [original] : [];
    }),
  );
  return [...new Set(originals)];
}
