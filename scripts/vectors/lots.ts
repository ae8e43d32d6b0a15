// Makes vectors of lots: ids from lot numbers, words from states, and lot numbers that are refused.
import { parseWith } from "../../protocol/base/canonical.ts";
import { MAX_INTEGER, MAX_LOT_NUMBER_LENGTH } from "../../protocol/base/limits.ts";
import { LotNumber, LotState, lotId, wordOf } from "../../protocol/event/lot.ts";
import { ZERO_ADDRESS } from "../../protocol/base/values.ts";
import { PARTY } from "../../test/support/model.ts";
import type { Vectors } from "./vector.ts";
import { faultOf } from "./fault.ts";

const numbers: Record<string, [about: string, lotNumber: string]> = {
  "id-of-plain-number": [
    "The id of a lot: 20 bytes of the issuer, 12 of keccak-256 of the number.",
    "R-2024-000123",
  ],
  "id-case-kept": ["Upper and lower case are different lots.", "r-2024-000123"],
  "id-leading-zeros-kept": ["Digits are text: leading zeros stay.", "0007187692"],
  "id-with-blanks": ["Single blanks inside are kept.", "REEL 7 A"],
  "id-of-all-signs": ["All printable ASCII will do.", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"],
  "id-of-longest-number": [
    `${MAX_LOT_NUMBER_LENGTH} characters are the most.`,
    "7".repeat(MAX_LOT_NUMBER_LENGTH),
  ],
};

const badNumbers: Record<string, [about: string, lotNumber: unknown]> = {
  "number-empty": ["No characters.", ""],
  "number-too-long": [
    `${MAX_LOT_NUMBER_LENGTH + 1} characters.`,
    "a".repeat(MAX_LOT_NUMBER_LENGTH + 1),
  ],
  "number-not-nfc": ["An e and an accent for an é.", "Re\u0301el"],
  "number-not-trimmed": ["White space behind.", "R-1 "],
  "number-with-two-blanks": ["Two blanks look like one.", "R  1"],
  "number-of-umlaut": ["Identifiers are ASCII.", "Gehäuse Ø 7"],
  "number-of-cyrillic": ["Cyrillic letters look like Latin ones.", "\u0410\u0412-1"],
  "number-with-no-break-space": ["Another blank.", "R\u00a01"],
  "number-with-variation-selector": ["An invisible character.", "R-1\ufe0f"],
  "number-with-filler": ["A letter that is shown as nothing.", "R-1\u3164"],
  "number-with-nul": ["NUL.", "R\u0000"],
  "number-with-line-feed": ["A line feed.", "R\n1"],
  "number-with-bidi-override": [
    "A right-to-left override: it would read as another number.",
    "R-\u202e321",
  ],
  "number-with-zero-width-space": [
    "A zero-width space: it would look like another number.",
    "R-1\u200b23",
  ],
  "number-with-byte-order-mark": ["A byte order mark.", "\ufeffR-1"],
  "number-with-lone-surrogate": ["A lone surrogate.", "R-\ud800"],
  "number-as-integer": ["A number is no text.", 7187692],
};

const origin = {
  lastEvent: `0x${"e1".repeat(32)}`,
  holder: PARTY.maker,
  consignee: ZERO_ADDRESS,
  quantity: 5000,
  held: false,
};
const states: Record<string, [about: string, state: LotState]> = {
  "word-of-free-lot": ["The word of a state: keccak-256 of five slots of 32 bytes.", origin],
  "word-in-transit": [
    "A consignee: the lot is in transit.",
    { ...origin, consignee: PARTY.distributor },
  ],
  "word-when-held": ["A hold changes the word.", { ...origin, held: true }],
  "word-when-closed": ["A closed lot keeps its word.", { ...origin, quantity: 0 }],
  "word-of-most-pieces": ["2^53 - 1 pieces.", { ...origin, quantity: MAX_INTEGER }],
};

const badStates: Record<string, [about: string, state: unknown]> = {
  "state-with-unsafe-quantity": ["2^53 pieces.", { ...origin, quantity: MAX_INTEGER + 1 }],
  "state-with-upper-case-address": [
    "Hex is lower-case.",
    { ...origin, holder: PARTY.maker.toUpperCase().replace("0X", "0x") },
  ],
  "state-with-held-as-number": ["1 for true.", { ...origin, held: 1 }],
};

export function lotVectors(): Vectors {
  const entries = [
    ...Object.entries(numbers).map(([name, [about, lotNumber]]) => {
      const issuer = PARTY.maker;
      return [
        `valid/${name}`,
        { about, issuer, lotNumber, lot: lotId(issuer, parseWith(LotNumber, lotNumber)) },
      ];
    }),
    ...Object.entries(states).map(([name, [about, state]]) => [
      `valid/${name}`,
      { about, state, word: wordOf(parseWith(LotState, state)) },
    ]),
    ...Object.entries(badNumbers).map(([name, [about, lotNumber]]) => [
      `invalid/${name}`,
      { about, lotNumber, error: faultOf(() => parseWith(LotNumber, lotNumber)) },
    ]),
    ...Object.entries(badStates).map(([name, [about, state]]) => [
      `invalid/${name}`,
      { about, state, error: faultOf(() => parseWith(LotState, state)) },
    ]),
  ];
  return Object.fromEntries(entries) as Vectors;
}
