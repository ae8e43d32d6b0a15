// A chapter of the sample's story on what is known from outside a trail: who may sell a brand, what else is said of a maker's
// lot, which papers go with it, and which alerts are out.
import { toHex, utf8 } from "../protocol/base/bytes.ts";
import { sha256 } from "../protocol/base/crypto.ts";
import type { StoryDetails } from "../sample/story.ts";
import { type Part, PARTS } from "./sample-parts.ts";
import type { Pen } from "./sample-pen.ts";

const CORVANE = "Corvane Interconnect GmbH";
const MAKERS = {
  halden: "Halden Semiconductor AS",
  mizuhara: "Mizuhara Denshi K.K.",
  corvane: CORVANE,
  saebyeok: "Saebyeok Memory Co., Ltd.",
} as const;

/** The packages, by what is known of them. */
export const KNOWN = {
  /** Its distributor's authorisation had ended when it came; a change notice is out on it, and a test report by no laboratory. */
  late: "corvane/700480551207",
  /** With its certificate. More pieces of its maker's lot are about than were made. */
  certified: "corvane/700480551208",
  /** Of a maker's lot that a broker sells under another part number. */
  renumbered: "corvane/700480551209",
  /** Of a maker's lot that a broker sells with another date code. */
  redated: "corvane/700480551210",
  /** A broker's: more of the certified lot than there can be. */
  surplus: "larkhill/LK-61301",
  otherNumber: "larkhill/LK-61302",
  otherDate: "larkhill/LK-61303",
  /** A broker's without a maker's lot: nothing can be held against it. */
  bare: "larkhill/LK-61304",
} as const;

const LOTS = {
  late: "0004188201",
  certified: "0004188202",
  renumbered: "0004188203",
  redated: "0004188204",
} as const;

/** The certificate that the certified lot names by its hash: a file for a reader to upload, as Corvane. */
export const CERTIFICATE = {
  name: "certificate-corvane.txt",
  text: [
    `${CORVANE}, Bielefeld`,
    "Certificate of conformity CV-C-2026-04417 (ISO/IEC 17050-1)",
    `Part number: ${PARTS.ffc.mpn}`,
    `Lot: ${LOTS.certified}`,
    "Date code: 2634",
    `Quantity: ${PARTS.ffc.pack}`,
    "The parts conform to data sheet CVFH12 revision 7 and to RoHS (2011/65/EU).",
    "",
  ].join("\n"),
} as const;

const hashOf = (text: string) => toHex(sha256(utf8(text)));

const numberOf = (ref: string) => ref.slice(ref.indexOf("/") + 1);
const made = (
  { mpn, msl, country, packaging, eccn, hts }: Part,
  more: StoryDetails,
): StoryDetails => ({
  ...{ mpn, msl, countryOfOrigin: country, assemblyCountry: country, packaging, eccn, hts },
  ...more,
});
const lot = (ref: string, quantity: number, details: StoryDetails) => ({
  lotNumber: numberOf(ref),
  quantity,
  details,
});

/** Makers authorise distributors; a broker sells what contradicts a maker's lots; a buyer imports alerts. */
export function tellFacts(pen: Pen): void {
  const { late, certified, renumbered, redated, surplus, otherNumber, otherDate, bare } = KNOWN;
  const { usbC, ffc, powerHeader, boardToBoard, relay } = PARTS;

  pen.day("2026-06-17");
  for (const [alias, brand] of Object.entries(MAKERS))
    pen.tell(alias, "authorise", `${brand} says who may sell its parts.`, {
      authorisations: [
        { party: "ostermark", brand, grade: "authorised", from: "2024-01-01" },
        { party: "pellworth", brand, grade: "authorised", from: "2025-03-01", to: "2027-02-28" },
        ...(alias === "corvane"
          ? [
              {
                party: "larkhill",
                brand,
                grade: "authorised" as const,
                from: "2025-09-01",
                to: "2026-08-31",
              },
            ]
          : []),
      ],
    });

  pen.day("2026-08-28");
  pen.tell(
    "corvane",
    "commission",
    "Corvane commissions its August build, and certifies one reel of it.",
    {
      details: { manufacturer: CORVANE, rohs: "RoHS3 compliant" },
      lots: [
        lot(late, usbC.pack, made(usbC, { makerLot: LOTS.late, dateCode: "2633" })),
        lot(
          certified,
          ffc.pack,
          made(ffc, {
            makerLot: LOTS.certified,
            dateCode: "2634",
            cocHash: hashOf(CERTIFICATE.text),
          }),
        ),
        lot(
          renumbered,
          powerHeader.pack,
          made(powerHeader, { makerLot: LOTS.renumbered, dateCode: "2633" }),
        ),
        lot(
          redated,
          boardToBoard.pack,
          made(boardToBoard, { makerLot: LOTS.redated, dateCode: "2634" }),
        ),
      ],
    },
  );
  const lastReel = pen.send(
    "corvane",
    "larkhill",
    [late],
    "Corvane ships a last reel to Larkhill.",
    {
      ...{ shipFromCountry: "DE", shipToCountry: "GB" },
    },
  );
  pen.day("2026-09-02");
  pen.tell(
    "larkhill",
    "receive",
    "Larkhill receives the reel, two days after its authorisation has ended.",
    {
      shipment: lastReel,
      details: { inspectionResult: "accepted", sealIntact: true, labelMatches: true },
    },
  );
  pen.day("2026-09-03");
  pen.tell(
    "larkhill",
    "inspect",
    "Larkhill looks at the receptacles itself, and calls that a test report.",
    {
      details: {
        testReport: "LK-T-0093",
        testReportHash: hashOf("LK-T-0093"),
        sampleSize: 5,
        samplesFailed: 0,
      },
      lots: [late],
    },
  );
  pen.day("2026-10-14");
  pen.tell(
    "larkhill",
    "introduce",
    "Larkhill introduces four packages, three of them said to be of Corvane's lots.",
    {
      lots: [
        lot(surplus, 2400, {
          ...{
            manufacturer: CORVANE,
            mpn: ffc.mpn,
            makerLot: LOTS.certified,
            dateCode: "2634",
            countryOfOrigin: "DE",
          },
          ...{ msl: "1", cocHash: hashOf(CERTIFICATE.text) },
        }),
        lot(otherNumber, 960, {
          ...{
            manufacturer: CORVANE,
            mpn: "CV43045-0812",
            makerLot: LOTS.renumbered,
            dateCode: "2633",
          },
          ...{ countryOfOrigin: "CZ", msl: "1", cocHash: hashOf(CERTIFICATE.text) },
        }),
        lot(otherDate, 200, {
          ...{
            manufacturer: CORVANE,
            mpn: boardToBoard.mpn,
            makerLot: LOTS.redated,
            dateCode: "2611",
          },
          ...{ countryOfOrigin: "CN", msl: "1" },
        }),
        lot(bare, 900, {
          manufacturer: "Torrvik Relays Oy",
          mpn: relay.mpn,
          dateCode: "N/T",
          countryOfOrigin: "CN",
        }),
      ],
    },
  );
  pen.day("2026-10-20");
  pen.tell("corvane", "alert", "Corvane gives notice of a change of plating.", {
    alerts: [
      {
        ...{
          source: CORVANE,
          reference: "CV-PCN-26-07",
          kind: "change",
          manufacturer: CORVANE,
          mpn: usbC.mpn,
        },
        ...{
          makerLots: [LOTS.late],
          effectiveFrom: "2026-12-01",
          text: "contact plating changes to NiPdAu",
        },
      },
    ],
  });
  pen.day("2026-10-21");
  pen.tell("dravatronik", "alert", "Dravatronik imports the alerts that it is sent.", {
    alerts: [
      {
        ...{ source: "Independent test exchange", reference: "ITX-26-10442", kind: "counterfeit" },
        ...{
          manufacturer: CORVANE,
          mpn: ffc.mpn,
          makerLots: [LOTS.certified],
          text: "resoldered tails, wrong font",
        },
      },
      {
        ...{ source: "Independent test exchange", reference: "ITX-26-10457", kind: "suspect" },
        ...{ mpn: relay.mpn, makerLots: ["T6K-44107"], text: "contact resistance drifts" },
      },
    ],
  });
}
