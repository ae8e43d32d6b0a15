// A chapter of the sample's story on what a trail itself gives away: a broker's clearance stock, of which no two packages
// are in order.
import type { StoryDetails } from "../sample/story.ts";
import { type Part, PARTS } from "./sample-parts.ts";
import type { Pen } from "./sample-pen.ts";

const HALDEN = "Halden Semiconductor AS";

/** The packages, by what is the matter with them. */
export const CLEARANCE = {
  /** Its date code is later than its dry pack's seal. */
  relabelled: "larkhill/LK-61207",
  /** Its date code says N/T, and its declared country is neither the wafer's nor the package's. */
  undated: "larkhill/LK-61208",
  /** Its buyer reads another country on it than its seller. */
  moved: "larkhill/LK-61209",
  /** Its dry pack was opened, and never closed again. */
  opened: "larkhill/LK-61210",
  /** It came back, and went on to somebody else from another country, without anybody looking at it. */
  resold: "larkhill/LK-61211",
} as const;

const { mcu, buck, smallMcu, opamp } = PARTS;
const made = ({ mpn, msl, country, fabCountry }: Part, more: StoryDetails) => ({
  ...{
    manufacturer: HALDEN,
    mpn,
    msl,
    countryOfOrigin: country,
    fabCountry: fabCountry!,
    assemblyCountry: country,
  },
  ...more,
});
const lot = (ref: string, quantity: number, details: StoryDetails) => ({
  ...{ lotNumber: ref.slice(ref.indexOf("/") + 1), quantity, details },
});

/** Larkhill clears a bankrupt assembler's stock; Dravatronik buys five packages and sends one back, which is sold again. */
export function clearance(pen: Pen): void {
  const { relabelled, undated, moved, opened, resold } = CLEARANCE;
  pen.day("2026-10-12");
  pen.tell(
    "larkhill",
    "introduce",
    "Larkhill introduces five packages of an assembler's cleared stock.",
    {
      details: { remarks: "from the stock of an assembler that closed; no papers of the maker" },
      lots: [
        lot(
          relabelled,
          480,
          made(mcu, { makerLot: "4G2207KD.04", dateCode: "2630", bagSealDate: "2026-05-08" }),
        ),
        lot(
          undated,
          900,
          made(buck, { makerLot: "4G2181RT.11", dateCode: "N/T", countryOfOrigin: "CN" }),
        ),
        lot(
          moved,
          300,
          made(smallMcu, { makerLot: "4G2215MB.02", dateCode: "2618", bagSealDate: "2026-05-01" }),
        ),
        lot(
          opened,
          700,
          made(mcu, { makerLot: "4G2209HA.07", dateCode: "2621", bagSealDate: "2026-05-22" }),
        ),
        lot(resold, 1500, made(opamp, { makerLot: "4G2196PC.03", dateCode: "2616" })),
      ],
    },
  );
  pen.day("2026-10-13");
  const toMaribor = pen.send(
    "larkhill",
    "dravatronik",
    Object.values(CLEARANCE),
    "Larkhill ships them to Dravatronik.",
    {
      ...{ shipFromCountry: "GB", shipToCountry: "SI" },
    },
  );
  pen.day("2026-10-16");
  pen.tell(
    "dravatronik",
    "receive",
    "Dravatronik receives the packages, and has something to say of two.",
    {
      shipment: toMaribor,
      details: { inspectionResult: "conditional", reason: "independent source" },
      lots: [
        {
          lot: moved,
          details: { countryOfOrigin: "CN", remarks: "the reel's own label says made in China" },
        },
        {
          lot: opened,
          details: {
            bagOpenedTime: Date.UTC(2026, 9, 16, 6) / 1000,
            remarks: "opened for a marking check",
          },
        },
      ],
    },
  );
  pen.day("2026-10-19");
  const back = pen.send(
    "dravatronik",
    "larkhill",
    [resold],
    "The op-amps are not what was ordered: they go back.",
    {
      ...{
        reason: "return",
        returnAuthorisation: "LK-RMA-0417",
        shipFromCountry: "SI",
        shipToCountry: "GB",
      },
    },
  );
  pen.day("2026-10-23");
  pen.tell("larkhill", "receive", "Larkhill takes them back without a look.", { shipment: back });
  pen.day("2026-10-26");
  pen.send(
    "larkhill",
    "monclara",
    [resold],
    "Larkhill sells them on to Monclara, from a warehouse in Hong Kong.",
    {
      ...{ shipFromCountry: "HK", shipToCountry: "MX" },
    },
  );
}
