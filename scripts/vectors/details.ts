// Makes vectors of details: leaves, roots, disclosures, and details that are refused.
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { parseWith } from "../../protocol/base/canonical.ts";
import { keccakHex } from "../../protocol/base/crypto.ts";
import { utf8 } from "../../protocol/base/bytes.ts";
import { Details, visibilityOf } from "../../protocol/event/details.ts";
import {
  Disclosure,
  detailsLeaves,
  detailsRoot,
  disclose,
  disclosureRoot,
} from "../../protocol/event/disclosure.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Vector, Vectors } from "./vector.ts";
import { faultOf } from "./fault.ts";

const SECRET = keccakHex(utf8("Reelproof test secret"));

const shipment: Details = {
  asnNumber: "ASN-20250615-001",
  carrier: "Meridian Freight",
  purchaseOrder: "PO-4500017",
  entries: [
    { customerPartNumber: "C-1001" },
    {},
    { customerPartNumber: "C-1003", exposedHours: 12 },
  ],
};
const commission: Details = {
  manufacturer: "Halden Semiconductor AS",
  mpn: "HM32G431CBT6TR",
  msl: "3",
  peakReflowCelsius: 260,
  esdProtected: true,
  entries: [
    { lotNumber: "R-1", makerLot: "7H4K21", dateCode: "2518" },
    { lotNumber: "R-2", makerLot: "7H4K21", dateCode: "2518" },
  ],
};
const many: Details = { entries: Array.from({ length: 11 }, (_, i) => ({ packageId: `P-${i}` })) };

function valid(about: string, details: Details, entryCount: number): Vector {
  const secret = fromHex(SECRET);
  const parsed = parseWith(Details, details);
  return {
    about,
    details,
    secret: SECRET,
    leaves: detailsLeaves(parsed, secret).map(({ path, value, salt, inner, leaf }) => ({
      path,
      value,
      salt: toHex(salt),
      inner: toHex(inner),
      leaf: toHex(leaf),
    })),
    root: detailsRoot(parsed, secret),
    entryCount,
    disclosures: {
      all: disclose(parsed, secret, () => true),
      public: disclose(parsed, secret, (path) => visibilityOf(path) === "public"),
      none: disclose(parsed, secret, () => false),
    },
  };
}

const badDetails = (about: string, details: unknown): Vector => ({
  about,
  details,
  error: faultOf(() => parseWith(Details, details)),
});

const whole = disclose(shipment, fromHex(SECRET), (path) => path.length === 1);
const badDisclosure = (about: string, disclosure: unknown, entryCount = 3): Vector => ({
  about,
  disclosure,
  entryCount,
  error: faultOf(() => disclosureRoot(parseWith(Disclosure, disclosure), entryCount)),
});

export function detailsVectors(): Vectors {
  const { open, withheld } = whole;
  const first = open[0]!;
  const of = (item: object) => ({ open: [{ ...first, ...item }], withheld: [] });
  return {
    "valid/none": valid("No fields: a root of zero.", {}, 1),
    "valid/one-field": valid("One field: the root is its leaf.", { reason: "return" }, 1),
    "valid/commission": valid("Shared fields and fields of entries.", commission, 2),
    "valid/shipment": valid("An entry without fields has no leaves.", shipment, 3),
    "valid/entry-10-before-entry-2": valid(
      "Leaves stand in the order of bytes, not of numbers.",
      many,
      11,
    ),
    "valid/text-beyond-ascii": valid(
      "Values are hashed as canonical JSON in UTF-8.",
      { remarks: 'Größe "µ" Ω Ø 批号 \u{1f4a1} \\ /' },
      1,
    ),
    "valid/text-with-two-blanks": valid("Texts keep their blanks.", { remarks: "a  b" }, 1),
    "invalid/details-price": badDetails("Prices are in no field.", { unitPrice: "0.12" }),
    "invalid/details-unknown-field-of-entry": badDetails("An unknown field of an entry.", {
      entries: [{}, { colour: "red" }],
    }),
    "invalid/details-shared-lot-number": badDetails("A lot number stands in its entry.", {
      lotNumber: "R-1",
    }),
    "invalid/details-float": badDetails("Numbers are integers.", { floorLifeHours: 0.5 }),
    "invalid/details-null": badDetails("There is no null.", { carrier: null }),
    "invalid/details-nested": badDetails("Fields hold scalars.", { carrier: { name: "Post" } }),
    "invalid/details-text-not-nfc": badDetails("Texts are in NFC.", { carrier: "Poste\u0301" }),
    "invalid/details-text-with-bidi-override": badDetails("Texts have no format characters.", {
      carrier: "Post\u202e",
    }),
    "invalid/details-text-with-no-break-space": badDetails("The space is the only blank.", {
      carrier: "Meridian\u00a0Freight",
    }),
    "invalid/details-text-with-braille-blank": badDetails("A sign that is shown as a blank.", {
      carrier: "Meridian\u2800Freight",
    }),
    "invalid/details-text-with-variation-selector": badDetails("Nothing invisible.", {
      carrier: "Meridian\u{e0100}",
    }),
    "invalid/details-text-with-reserved-ignorable": badDetails(
      "Code points that are reserved to be invisible.",
      { carrier: "Meridian\u{e0fff}" },
    ),
    "invalid/details-text-with-noncharacter": badDetails("A code point that is no character.", {
      carrier: "Meridian\ufdd0",
    }),
    "invalid/details-mpn-beyond-ascii": badDetails("Part numbers are ASCII.", {
      mpn: "74LVC1G\u0410",
    }),
    "invalid/details-mpn-with-two-blanks": badDetails("Two blanks look like one.", {
      mpn: "LM  358",
    }),
    "invalid/details-date-code-week-54": badDetails("No year has a week 54.", { dateCode: "2554" }),
    "invalid/details-country-unknown": badDetails("ISO 3166-1 has no such country.", {
      countryOfOrigin: "XX",
    }),
    "invalid/details-hts-with-thousands": badDetails("A spreadsheet's separators of thousands.", {
      hts: "85.411.000.800",
    }),
    "invalid/details-country-lower-case": badDetails("Countries are two capitals.", {
      countryOfOrigin: "de",
    }),
    "invalid/details-msl-7": badDetails("There is no such level.", { msl: "7" }),
    "invalid/disclosure-unsorted": badDisclosure("Open fields out of order.", {
      open: open.toReversed(),
      withheld,
    }),
    "invalid/disclosure-open-twice": badDisclosure("A field twice.", {
      open: [first, ...open],
      withheld,
    }),
    "invalid/disclosure-open-and-withheld": badDisclosure("A field both open and withheld.", {
      open,
      withheld: [{ path: first.path, inner: ZERO_HASH }, ...withheld],
    }),
    "invalid/disclosure-entry-beyond": badDisclosure(
      "An entry that the event does not have.",
      whole,
      2,
    ),
    "invalid/disclosure-unknown-field": badDisclosure("An unknown field.", of({ path: ["price"] })),
    "invalid/disclosure-proto": badDisclosure(
      "A path into the prototype.",
      of({ path: ["__proto__"] }),
    ),
    "invalid/disclosure-index-as-text": badDisclosure(
      "An index is a number.",
      of({ path: ["entries", "0", "mpn"] }),
    ),
    "invalid/disclosure-short-salt": badDisclosure(
      "A salt of 15 bytes.",
      of({ salt: first.salt.slice(0, -2) }),
    ),
    "invalid/disclosure-wrong-type": badDisclosure("A number for a text.", of({ value: 7 })),
  };
}
