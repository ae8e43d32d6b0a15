// Recognises cells that no longer hold what was meant: damage by spreadsheets and web pages, and texts that stand for no value.
// The packing list, the alert list and the list of authorisations all ask here.

export type CellCode =
  | "SPREADSHEET_NUMBER"
  | "SPREADSHEET_ERROR"
  | "SPREADSHEET_FORMULA"
  | "SPREADSHEET_DATE"
  | "TEXT_GUARD"
  | "PLACEHOLDER"
  | "BAD_ENCODING"
  | "BAD_TEXT"
  | "DOUBTFUL_VALUE"
  | "WILDCARD"
  | "RANGE"
  | "SEVERAL_VALUES";

/** What is wrong with a cell, and what to do. */
export interface CellFault {
  code: CellCode;
  message: string;
}

/** The longest cell that is looked at. The schemas refuse longer ones, so that a hostile list costs little. */
const MAX_LENGTH = 1024;

type Test = readonly [pattern: RegExp, code: CellCode, message: string];
const first = (tests: readonly Test[], text: string): CellFault | undefined => {
  if (text.length > MAX_LENGTH) return undefined;
  const [, code, message] = tests.find(([pattern]) => pattern.test(text)) ?? [];
  return code && message !== undefined ? { code, message } : undefined;
};

/* DAMAGE: THE VALUE IS LOST */

// A spreadsheet writes a sign behind the E (1E+11). A code without one, such as 26E1044, is as it was.
// A web form or a link turns that sign into a blank.
const NUMBER = /^[+\-\u2212]?(?:\d+(?:[.,]\d+)?|[.,]\d+)\s?E\s?[+\-\u2212]\d+$|^\d[.,]\d+E \d+$/i;
const ERRORS =
  /#(N\/A|N\/D|N\/V|NV|REF!|NAME\?|VALUE!|DIV\/0!|NUM!|NULL!|SPILL!|CALC!)|^#[¡¿]?\p{L}[\p{L}\d/_ ]*[!?]$|^#{2,}$|^Err:\d{3}$/iu;
const MONTH =
  "jan|feb|mar|mär|mrz|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez|janv|févr|avr|juin|juil|août|déc|ene|abr|ago|dic|gen|mag|giu|lug|set|ott";
const TIME = "\\d{1,2}:\\d\\d(:\\d\\d([.,]\\d+)?)?( ?[AP]M)?Z?";
const MOMENT = new RegExp(
  `^(\\d{1,4}[-./]\\d{1,2}[-./]\\d{1,4}|\\d{1,2}[-./ ]{0,2}(${MONTH})[-./ ]{0,2}\\d{2,4})[ T]+${TIME}$`,
  "iu",
);

/** Damage to a cell of any column. */
const DAMAGE: readonly Test[] = [
  [/\ufffd/, "BAD_ENCODING", "The cell is not UTF-8: save the file as CSV UTF-8."],
  [
    /[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac/,
    "BAD_ENCODING",
    "The cell was once read in the wrong encoding. Export the list again as CSV UTF-8.",
  ],
  [
    /&(#\d+|#x[\da-f]+|amp|nbsp|lt|gt|quot|apos|[nm]dash);/i,
    "BAD_ENCODING",
    "The cell has a character in HTML's form. Write the character itself.",
  ],
  [
    /^[={\uff1d]|^[+\-@][A-Z]{2,}\(/i,
    "SPREADSHEET_FORMULA",
    "The cell is a formula, not its result. Export the column as text.",
  ],
  [
    NUMBER,
    "SPREADSHEET_NUMBER",
    "A spreadsheet turned this code into a number. Export the column as text.",
  ],
  [
    ERRORS,
    "SPREADSHEET_ERROR",
    "The cell is a spreadsheet's error, or its column was too narrow. Correct it in the spreadsheet.",
  ],
  [
    MOMENT,
    "SPREADSHEET_DATE",
    "A spreadsheet made a date and time of this cell. Export it as text.",
  ],
  [
    /^['\u2018\u2019`\u00b4][-+=@\d]/,
    "TEXT_GUARD",
    "The apostrophe in front is a spreadsheet's. Remove it.",
  ],
];

/** Damage to a code, beyond that of any cell. */
const CODE_DAMAGE: readonly Test[] = [
  [
    new RegExp(`^${TIME}$`, "i"),
    "SPREADSHEET_DATE",
    "A spreadsheet made a time of this cell. Export it as text.",
  ],
  [
    /^['\u2018\u2019`\u00b4]|^["\u201c\u201d\u201e].*["\u201c\u201d]$/,
    "TEXT_GUARD",
    "The quotation mark around the code is a spreadsheet's or a text's. Remove it.",
  ],
];

/** Why a cell of any column does not hold a value; undefined if nothing shows it. */
export const damageOf = (text: string): CellFault | undefined => first(DAMAGE, text);

/** The same for a cell that holds a code: a part number, a lot code, the number of a package or paper. */
export const codeDamageOf = (text: string): CellFault | undefined =>
  damageOf(text) ?? lookalikeIn(text) ?? first(CODE_DAMAGE, text);

/** The ASCII character that people take a foreign one for. */
const LOOKS_LIKE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [..."\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\u00ad"].map((c) => [c, "-"]),
  ),
  ...Object.fromEntries(
    [..."\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000"].map((c) => [c, "a blank"]),
  ),
  "\u2044": "/",
  "\u2215": "/",
};
const CYRILLIC_AND_GREEK =
  "\u0410A\u0412B\u0415E\u041aK\u041cM\u041dH\u041eO\u0420P\u0421C\u0422T\u0425X\u0391A\u0392B\u0395E\u0396Z\u0397H\u0399I\u039aK\u039cM\u039dN\u039fO\u03a1P\u03a4T\u03a5Y\u03a7X";
const LETTERS = new Map(
  [...CYRILLIC_AND_GREEK].flatMap((c, i, all) => (i % 2 === 0 ? [[c, all[i + 1]!]] : [])),
);

function asciiFor(character: string): string | undefined {
  const folded = character.normalize("NFKC");
  return (
    LOOKS_LIKE[character] ??
    LETTERS.get(character.toUpperCase()) ??
    (/^[!-~]+$/.test(folded) ? folded : undefined)
  );
}

/** The first character of a code that is not printable ASCII, or a double blank: two codes that look the same must be the same. */
function lookalikeIn(text: string): CellFault | undefined {
  const characters = [...text.slice(0, MAX_LENGTH)];
  const index = characters.findIndex((c) => !/^[ -~]$/.test(c));
  if (index >= 0) {
    const character = characters[index]!;
    const name = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
    const like = asciiFor(character);
    const advice =
      like === undefined ? "Codes are printable ASCII." : `It looks like ${like}. Type it anew.`;
    return { code: "BAD_TEXT", message: `Character ${index + 1} is ${name}. ${advice}` };
  }
  if (!/ {2}/.test(text)) return undefined;
  return { code: "BAD_TEXT", message: "The cell has two blanks in a row. Leave one." };
}

/* TEXT THAT STANDS FOR NO VALUE */

const NO_VALUES = new Set(
  (
    "n/a|n.a.|n.a|n/d|n.d.|not available|not applicable|none|null|nil|nan|<na>|undefined|empty|blank|tbd|tba|tbc|t.b.d.|" +
    "to be determined|to be advised|to be confirmed|unknown|unk|unknow|not known|various|misc|miscellaneous|mixed lots|multiple|" +
    "several|diverse|divers|verschiedene|unbekannt|keine angabe|k.a.|k. a.|entfällt|ohne|keine|keiner|inconnu|sans objet|néant|s/o|" +
    "desconocido|varios|ninguno|sin datos|sconosciuto|vari|see label|see below|see above|see list|see attached|see attachment|" +
    "see packing list|siehe etikett|siehe oben|siehe anlage|as above|same as above|same|ditto|do.|idem|dto.|dito|any|all|all lots|all parts|every|" +
    "alle|tous|todos|tutti|any lot|whole range|no lot|no lot code|no date code|no code|not marked|unmarked|无|未知|不详|全部|なし|不明|未定"
  ).split("|"),
);
const SIGNS_ALONE = /^[\s\p{P}\p{S}]+$/u;
const CROSSES = /^x{2,}$/i;

/** Whether a text stands for "no value", "unknown" or "all": `N/A`, `-`, `TBD`, `various`, `*`. */
export function isPlaceholder(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/^[([]\s*(.*?)\s*[)\]]$/, "$1");
  return (
    NO_VALUES.has(plain) ||
    NO_VALUES.has(plain.replaceAll(".", "")) ||
    SIGNS_ALONE.test(plain) ||
    CROSSES.test(plain)
  );
}

/* TEXT THAT IS PROBABLY NOT A CODE: A PERSON HAS TO SAY */

const DATES = new RegExp(
  [
    `^\\d{1,2}[-./ ]{1,2}(${MONTH})\\.?([-./ ]\\d{2,4})?$`,
    `^(${MONTH})\\.?[-./ ]\\d{1,4}$`,
    "^(19|20)\\d\\d-\\d{1,2}-\\d{1,2}$",
    "^(19|20)\\d\\d[./]\\d{1,2}[./]\\d{1,2}$",
    "^\\d{1,2}[./]\\d{1,2}[./](19|20)?\\d\\d$",
  ].join("|"),
  "iu",
);

const DOUBTS: readonly Test[] = [
  [DATES, "DOUBTFUL_VALUE", "The cell looks like a date that a spreadsheet made of a code."],
  [
    /^(true|false|wahr|falsch|vrai|faux|verdadero|falso|vero)$/i,
    "DOUBTFUL_VALUE",
    "The cell looks like a spreadsheet's true or false.",
  ],
  [
    /^\d{1,2}\/\d{1,2}$|^\d+ (of|von|de|sur) \d+$/i,
    "DOUBTFUL_VALUE",
    "The cell looks like a fraction or a date, not like a code.",
  ],
  [/^[-+]?\d+([.,]\d+)?\s?%$/, "DOUBTFUL_VALUE", "The cell looks like a percentage."],
  [
    /^[-+]?\d{1,3}([.,' ]\d{3})+([.,]\d+)?$|^\d+[.,]0+$/,
    "DOUBTFUL_VALUE",
    "The cell looks like a number that a spreadsheet formatted: it may have lost zeros in front.",
  ],
  [
    /^\d+[.,]\d+E\d+$|^\d+E \d+$/i,
    "DOUBTFUL_VALUE",
    "The cell looks like a number with an exponent.",
  ],
  [
    /^(na|nd|no|yes|nein|non|kein|0+|mix|mixed|assorted|generic|misc)$|^(no|not|see|as per|per|various|unknown|siehe|any|all) \D*$/i,
    "DOUBTFUL_VALUE",
    "The cell looks like a remark, not like a code.",
  ],
  [
    /^[([]\d{0,2}[A-Z][)\]]./,
    "DOUBTFUL_VALUE",
    "The cell has a label's data identifier in front of the code. Leave the code alone in the cell.",
  ],
  [
    /^(lot|batch|charge|los|p\/?n|mpn|d\/?c|dc|date code)\b\.?\s*(no\.?|nr\.?|number|code)?\s*[:#=]/i,
    "DOUBTFUL_VALUE",
    "The cell has a title in front of the code. Leave the code alone in the cell.",
  ],
];

/** Why a cell is probably not a code, though it might be one; undefined if nothing shows it. */
export const codeDoubtOf = (text: string): CellFault | undefined => first(DOUBTS, text);

const WILDCARDS = /[*?]|%$|[^x]x{2,}$|\.\.\.$|\u2026$/i;

/** Whether a text has a sign that may stand for other characters: `VSMB*`, `L71??`, `L71xx`. */
export const hasWildcard = (text: string): boolean =>
  text.length <= MAX_LENGTH && WILDCARDS.test(text);

/** Whether a name mixes letters of two scripts in one word, as look-alikes do. */
const mixesScripts = (text: string): boolean =>
  text
    .split(/[^\p{L}]+/u)
    .some(
      (word) =>
        /\p{Script=Latin}/u.test(word) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(word),
    );

/** Why a text is probably not one company's or brand's name; undefined if nothing shows it. */
export function nameDoubtOf(text: string): CellFault | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (/[;|\n*]|\s\/\s/.test(text))
    return { code: "SEVERAL_VALUES", message: "The cell looks like several names." };
  if (mixesScripts(text))
    return { code: "DOUBTFUL_VALUE", message: "A word of the name mixes letters of two scripts." };
  if (!/^[\d.,\s]+$|^(true|false|na|no|yes)$|^(unknown|various|see|not|any|all) /i.test(text))
    return undefined;
  return { code: "DOUBTFUL_VALUE", message: "The cell does not look like a name." };
}
