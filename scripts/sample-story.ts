// The sample's story: five months of a small supply chain, from three continents' makers to two assembly sites.
import type { StoryDetails, StoryParty } from "../sample/story.ts";
import type { PackingListRow, Pen } from "./sample-pen.ts";
import type { PartName } from "./sample-parts.ts";
import { tellFacts } from "./sample-rules-facts.ts";
import { tellLabels } from "./sample-rules-labels.ts";
import { clearance } from "./sample-rules-trail.ts";

const HALDEN = "Halden Semiconductor AS";
const MIZUHARA = "Mizuhara Denshi K.K.";
const CORVANE = "Corvane Interconnect GmbH";
const SAEBYEOK = "Saebyeok Memory Co., Ltd.";
const DRAVATRONIK = "Dravatronik d.o.o.";
const MONCLARA = "Monclara Electronics S.A. de C.V.";
const ALDERVIK = "Aldervik Component Analysis AB";
const VELLORE = "Vellore Discrete Devices Pvt. Ltd.";
const ELSTOW = "Elstow Optoelectronics Ltd.";
const TORRVIK = "Torrvik Relays Oy";

export const PARTIES: StoryParty[] = [
  {
    alias: "halden",
    name: HALDEN,
    roles: ["manufacturer"],
    site: { city: "Horten", country: "NO" },
  },
  {
    alias: "mizuhara",
    name: MIZUHARA,
    roles: ["manufacturer"],
    site: { city: "Okayama", country: "JP" },
  },
  {
    alias: "corvane",
    name: CORVANE,
    roles: ["manufacturer"],
    site: { city: "Bielefeld", country: "DE" },
  },
  {
    alias: "saebyeok",
    name: SAEBYEOK,
    roles: ["manufacturer"],
    site: { city: "Cheongju", country: "KR" },
  },
  {
    alias: "ostermark",
    name: "Ostermark Elektronik-Vertrieb GmbH",
    roles: ["distributor"],
    site: { city: "Erfurt", country: "DE" },
  },
  {
    alias: "pellworth",
    name: "Pellworth Components Inc.",
    roles: ["distributor"],
    site: { city: "Fort Worth", country: "US" },
  },
  {
    alias: "larkhill",
    name: "Larkhill Spot Components Ltd",
    roles: ["distributor"],
    site: { city: "Salisbury", country: "GB" },
  },
  {
    alias: "dravatronik",
    name: DRAVATRONIK,
    roles: ["assembler"],
    site: { city: "Maribor", country: "SI" },
  },
  {
    alias: "monclara",
    name: MONCLARA,
    roles: ["assembler"],
    site: { city: "Guadalajara", country: "MX" },
  },
  {
    alias: "aldervik",
    name: ALDERVIK,
    roles: ["laboratory"],
    site: { city: "Linköping", country: "SE" },
  },
];

const ACCEPTED: StoryDetails = {
  inspectionResult: "accepted",
  sealIntact: true,
  labelMatches: true,
};
const LAB: StoryDetails = { lab: ALDERVIK, labAccreditation: "ISO/IEC 17025 no. 20614" };

/** Tells the whole story; the packing lists under which the first introduced lots came, and of stock to come. */
export function tellStory(pen: Pen): { firstList: PackingListRow[]; newStock: PackingListRow[] } {
  const made = june(pen);
  const list = july(pen, made);
  const kits = kitting(pen, made, list.refs);
  const product = august(pen, made, kits);
  autumn(pen, made, kits, product, list.refs);
  // Drawn before the chapters that follow, so that its numbers stay when one is added.
  const stock = newStock(pen);
  clearance(pen);
  tellLabels(pen);
  tellFacts(pen);
  return { firstList: list.rows, newStock: stock };
}

/** Four makers build and ship to two distributors; one ships to an assembler directly. */
function june(pen: Pen) {
  pen.day("2026-06-16");
  const halden = pen.commission(
    "halden",
    HALDEN,
    "Halden commissions the reels of its June build.",
    {
      mcu: { part: "mcu", dateCode: "2622", packages: 3, details: { peakReflowCelsius: 260 } },
      buck: { part: "buck", dateCode: "2621", packages: 3, details: { peakReflowCelsius: 260 } },
      ldo: { part: "ldo", dateCode: "2619", packages: 2 },
      can: { part: "can", dateCode: "2620", packages: 2 },
    },
  );
  pen.day("2026-06-17");
  const saebyeok = pen.commission(
    "saebyeok",
    SAEBYEOK,
    "Saebyeok commissions NOR flash, DRAM and EEPROM.",
    {
      nor: { part: "nor", dateCode: "2623", packages: 3, details: { peakReflowCelsius: 260 } },
      badNor: { part: "nor", dateCode: "2624", packages: 1, details: { peakReflowCelsius: 260 } },
      dram: { part: "dram", dateCode: "2622", packages: 2, details: { peakReflowCelsius: 260 } },
      eeprom: { part: "eeprom", dateCode: "2621", packages: 1 },
    },
  );
  pen.day("2026-06-18");
  const mizuhara = pen.commission(
    "mizuhara",
    MIZUHARA,
    "Mizuhara commissions capacitors, resistors, coils, crystals.",
    {
      mlcc100n: { part: "mlcc100n", dateCode: "2623", packages: 3 },
      mlcc22u: { part: "mlcc22u", dateCode: "2622", packages: 2 },
      res10k: { part: "res10k", dateCode: "2621", packages: 2 },
      res4k7: { part: "res4k7", dateCode: "2620", packages: 1 },
      inductor: { part: "inductor", dateCode: "2623", packages: 2 },
      crystal: { part: "crystal", dateCode: "2619", packages: 2 },
      bead: { part: "bead", dateCode: "2622", packages: 1 },
    },
  );
  const { mcu, buck, ldo, can } = halden;
  const { nor, badNor, dram, eeprom } = saebyeok;
  const { mlcc100n, mlcc22u, res10k, res4k7, inductor, crystal, bead } = mizuhara;

  pen.day("2026-06-19");
  const toOstermark = [mcu[0]!, mcu[1]!, buck[0]!, buck[1]!, ldo[0]!, can[0]!, can[1]!];
  const fromHalden = pen.sell(
    "halden",
    "ostermark",
    toOstermark,
    "Halden ships seven reels to Ostermark.",
  );
  const semis = [mcu[2]!, buck[2]!, ldo[1]!];
  const fromHaldenToUs = pen.sell(
    "halden",
    "pellworth",
    semis,
    "Halden ships three reels to Pellworth.",
  );
  pen.day("2026-06-22");
  const passives = [
    mlcc100n[0]!,
    mlcc100n[1]!,
    mlcc22u[0]!,
    res10k[0]!,
    res4k7[0]!,
    inductor[0]!,
    crystal[0]!,
  ];
  const fromMizuhara = pen.sell(
    "mizuhara",
    "ostermark",
    passives,
    "Mizuhara ships seven reels to Ostermark.",
  );
  const passivesToUs = [mlcc100n[2]!, mlcc22u[1]!, res10k[1]!, inductor[1]!, crystal[1]!, bead[0]!];
  const fromMizuharaToUs = pen.sell(
    "mizuhara",
    "pellworth",
    passivesToUs,
    "Mizuhara ships six reels to Pellworth.",
  );
  pen.day("2026-06-23");
  const memories = [nor[0]!, dram[0]!];
  const fromSaebyeok = pen.sell(
    "saebyeok",
    "ostermark",
    memories,
    "Saebyeok ships flash and DRAM to Ostermark.",
  );
  const memoriesToUs = [nor[1]!, nor[2]!, badNor[0]!, dram[1]!, eeprom[0]!];
  const fromSaebyeokToUs = pen.sell(
    "saebyeok",
    "pellworth",
    memoriesToUs,
    "Saebyeok ships five packages to Pellworth.",
  );
  pen.day("2026-06-24");
  const corvane = pen.commission("corvane", CORVANE, "Corvane commissions connectors.", {
    usbC: { part: "usbC", dateCode: "2624", packages: 2 },
    ffc: { part: "ffc", dateCode: "2623", packages: 2 },
    powerHeader: { part: "powerHeader", dateCode: "2625", packages: 1 },
    boardToBoard: { part: "boardToBoard", dateCode: "2624", packages: 2 },
  });
  const { usbC, ffc, powerHeader, boardToBoard } = corvane;

  pen.day("2026-06-25");
  received(pen, "ostermark", fromHalden, "Ostermark receives Halden's reels.");
  pen.day("2026-06-26");
  const connectors = [usbC[0]!, usbC[1]!, ffc[0]!, powerHeader[0]!, boardToBoard[0]!];
  const fromCorvane = pen.sell(
    "corvane",
    "ostermark",
    connectors,
    "Corvane ships connectors to Ostermark.",
  );
  const direct = [ffc[1]!, boardToBoard[1]!];
  const fromCorvaneDirect = pen.sell(
    "corvane",
    "monclara",
    direct,
    "Corvane ships two reels straight to Monclara.",
  );
  pen.day("2026-06-29");
  received(pen, "pellworth", fromHaldenToUs, "Pellworth receives Halden's reels.");
  received(pen, "ostermark", fromMizuhara, "Ostermark receives Mizuhara's reels.");
  pen.day("2026-06-30");
  received(pen, "pellworth", fromMizuharaToUs, "Pellworth receives Mizuhara's reels.");
  received(pen, "ostermark", fromCorvane, "Ostermark receives the connectors.");
  pen.day("2026-07-01");
  received(pen, "ostermark", fromSaebyeok, "Ostermark receives flash and DRAM.", {
    humidityIndicator: "pass",
  });
  received(pen, "pellworth", fromSaebyeokToUs, "Pellworth receives the memories.", {
    humidityIndicator: "pass",
  });
  pen.day("2026-07-06");
  received(pen, "monclara", fromCorvaneDirect, "Monclara receives Corvane's two reels.");
  return { ...halden, ...saebyeok, ...mizuhara, ...corvane };
}
type Made = ReturnType<typeof june>;

function received(
  pen: Pen,
  by: string,
  shipment: string,
  note: string,
  more: StoryDetails = {},
): void {
  pen.tell(by, "receive", note, { shipment, details: { ...ACCEPTED, ...more } });
}

/** A distributor introduces stock of makers outside the ledger; an assembler suspects a connector, wrongly. */
function july(pen: Pen, { ffc }: Made) {
  pen.day("2026-07-07");
  const rows = [
    pen.packingListRow("pellworth", VELLORE, "tvs", "0007187692", "2614"),
    pen.packingListRow("pellworth", VELLORE, "mosfet", "26E1044", "2616"),
    pen.packingListRow("pellworth", ELSTOW, "led", "H0912-3B", "2612"),
    pen.packingListRow("pellworth", ELSTOW, "led", "H0912-3B", "2612"),
  ];
  const [tvs, mosfet, led, wetLed] = pen.introduceList(
    "pellworth",
    "Pellworth introduces four reels of makers that are no parties, from their packing list.",
    {
      supplierReference: "ELS-4471 / VDD-88213",
      remarks: "bought from the makers, with their packing lists",
    },
    rows,
  );

  pen.day("2026-07-08");
  const reel = ffc[1]!;
  pen.tell(
    "monclara",
    "inspect",
    "Monclara finds the plating of a connector reel unlike the last delivery's.",
    {
      details: {
        inspectionResult: "conditional",
        inspectionPlan: "Z1.4 level II, AQL 0.65",
        sampleSize: 50,
      },
      lots: [
        {
          lot: reel,
          details: {
            samplesFailed: 7,
            remarks: "contact plating looks duller than the delivery before",
          },
        },
      ],
    },
  );
  const doubt = pen.notice("monclara", "suspect", reel, "Monclara tells of its suspicion.", {
    reason: "contact plating differs from earlier deliveries of this part",
    discoveredOn: "2026-07-08",
    contact: "incoming inspection, Monclara Guadalajara",
  });
  pen.tell("monclara", "hold", "Monclara holds the reel.", {
    details: { reason: "plating in doubt" },
    lots: [reel],
  });
  pen.day("2026-07-09");
  const [sample] = pen.split(
    "monclara",
    reel,
    [10],
    "Ten pieces are cut off as samples for the laboratory.",
    {
      reason: "laboratory samples",
      packaging: "cut tape",
    },
  );
  const toLab = pen.send(
    "monclara",
    "aldervik",
    [sample!],
    "Monclara sends the samples to Aldervik.",
    {
      reason: "test",
      shipToCountry: "SE",
    },
  );
  pen.day("2026-07-14");
  received(pen, "aldervik", toLab, "Aldervik receives the samples.");
  pen.day("2026-07-16");
  const report: StoryDetails = {
    ...LAB,
    testMethod: "XRF plating thickness",
    testReport: "ALD-26-0718",
  };
  pen.tell("aldervik", "inspect", "X-ray fluorescence finds the plating as specified.", {
    details: { ...report, testResult: "pass", sampleSize: 10, samplesFailed: 0 },
    lots: [sample!],
  });
  pen.tell("aldervik", "scrap", "The samples are used up by the test.", {
    details: { ...report, reason: "test" },
    lots: [{ lot: sample!, quantity: 10 }],
  });
  pen.highlight("samples", sample!, "laboratory samples, all scrapped by the test: closed");
  pen.day("2026-07-20");
  pen.tell("monclara", "withdraw", "Monclara withdraws its suspicion.", {
    notice: doubt,
    details: {
      reason: "plating as specified, a new bath at the maker's plater",
      documentKind: "test report ALD-26-0718",
    },
  });
  pen.tell("monclara", "release", "Monclara releases the reel.", { details: report, lots: [reel] });
  pen.highlight(
    "suspicionWithdrawn",
    reel,
    "suspected by Monclara, then found as specified: the suspicion is withdrawn",
  );
  return { rows, refs: { tvs: tvs!, mosfet: mosfet!, led: led!, wetLed: wetLed! } };
}
type Introduced = ReturnType<typeof july>["refs"];

/** Distributors split reels and deliver kits: one short, one refused, one cancelled, one sent back. */
function kitting(pen: Pen, made: Made, introduced: Introduced) {
  const { mcu, buck, ldo, can, nor, badNor, dram, eeprom } = made;
  const { mlcc100n, mlcc22u, res10k, res4k7, inductor, crystal, bead, usbC } = made;

  pen.day("2026-07-21");
  const sevenInch: StoryDetails = { packaging: "reel, 7 inch" };
  const bucks = pen.split(
    "ostermark",
    buck[0]!,
    [1000, 1000, 1000],
    "Ostermark respools a reel into three; nothing is left of the first.",
    { reason: "respooled to order", salesOrder: pen.fill("SO######") },
    { ...sevenInch, bagSealDate: "2026-07-21" },
  );
  pen.highlight("splitUp", buck[0]!, "split into three reels without remainder: closed");
  const usbCs = pen.split(
    "ostermark",
    usbC[0]!,
    [250, 250],
    "Ostermark cuts two reels of 250 from a reel.",
    {
      reason: "cut to order",
      ...sevenInch,
    },
  );
  pen.day("2026-07-22");
  const mlccs = pen.split(
    "pellworth",
    mlcc100n[2]!,
    [2000, 2000, 2000, 2000],
    "Pellworth makes four mini-reels.",
    {
      reason: "mini-reels for stock",
      ...sevenInch,
    },
  );
  pen.highlight(
    "split",
    mlcc100n[2]!,
    "split into four mini-reels; 2,000 of 10,000 pieces are left",
  );
  const badNors = pen.split(
    "pellworth",
    badNor[0]!,
    [500, 500],
    "Pellworth cuts two tapes of flash.",
    {
      reason: "cut to order",
      packaging: "cut tape",
      bagOpenedTime: Date.UTC(2026, 6, 22, 6, 40) / 1000,
      bagSealDate: "2026-07-22",
    },
  );
  const eeproms = pen.split(
    "pellworth",
    eeprom[0]!,
    [500, 250],
    "Pellworth cuts two tapes of EEPROM.",
    {
      reason: "cut to order",
      packaging: "cut tape",
    },
  );

  pen.day("2026-07-23");
  const kit = [
    mcu[0]!,
    bucks[0]!,
    ldo[0]!,
    can[0]!,
    can[1]!,
    mlcc100n[0]!,
    mlcc22u[0]!,
    res10k[0]!,
    res4k7[0]!,
  ].concat([inductor[0]!, crystal[0]!, usbCs[0]!, nor[0]!]);
  const toMaribor = pen.sell(
    "ostermark",
    "dravatronik",
    kit,
    "Ostermark ships the kit for a gateway board.",
  );
  const toGuadalajara = pen.sell(
    "ostermark",
    "monclara",
    [dram[0]!],
    "Ostermark ships a tray pack of DRAM to Monclara.",
  );
  pen.day("2026-07-27");
  pen.tell(
    "dravatronik",
    "receive",
    "Dravatronik receives the kit; a capacitor reel is 54 short.",
    {
      shipment: toMaribor,
      details: { ...ACCEPTED, inspector: "goods-in 2" },
      lots: [
        {
          lot: mlcc22u[0]!,
          quantity: 2946,
          details: {
            expectedQuantity: 3000,
            countedQuantity: 2946,
            shortfallReason: "X-ray counter: 54 pieces fewer than the label says",
          },
        },
      ],
    },
  );
  pen.highlight("short", mlcc22u[0]!, "received short: 2,946 counted of 3,000 on the label");
  pen.day("2026-07-28");
  const wrong = pen.sell(
    "pellworth",
    "monclara",
    [dram[1]!],
    "Pellworth picks the wrong tray and books it out.",
  );
  pen.tell(
    "pellworth",
    "cancel",
    "Pellworth notices before the carrier comes and cancels the shipment.",
    {
      shipment: wrong,
      details: { reason: "picked the wrong part: DRAM for MCU" },
    },
  );
  pen.highlight("cancelled", dram[1]!, "its shipment was cancelled; it never left Pellworth");
  const rightKit = [
    mcu[2]!,
    buck[2]!,
    inductor[1]!,
    crystal[1]!,
    bead[0]!,
    res10k[1]!,
    mlccs[0]!,
  ].concat([introduced.mosfet, introduced.tvs]);
  const toMonclara = pen.sell(
    "pellworth",
    "monclara",
    rightKit,
    "Pellworth ships the kit for a motor drive.",
  );
  pen.day("2026-07-29");
  pen.tell("dravatronik", "inspect", "Incoming inspection of the kit's semiconductors.", {
    details: {
      inspectionResult: "accepted",
      inspectionPlan: "Z1.4 level I, AQL 0.65",
      sampleSize: 20,
      samplesFailed: 0,
    },
    lots: [mcu[0]!, bucks[0]!, nor[0]!].map((lot) => ({
      lot,
      details: { humidityIndicator: "pass", markingMatches: true },
    })),
  });
  const back = pen.send(
    "dravatronik",
    "ostermark",
    [can[1]!],
    "The second CAN reel was not ordered: it goes back.",
    {
      reason: "return",
      returnAuthorisation: pen.fill("RMA-#####"),
      shipToCountry: "DE",
    },
  );
  pen.day("2026-07-31");
  received(pen, "monclara", toMonclara, "Monclara receives the kit.", {
    humidityIndicator: "pass",
  });
  pen.day("2026-08-03");
  received(pen, "ostermark", back, "Ostermark takes the reel back.");
  pen.tell("ostermark", "inspect", "The returned reel is put back into stock, its seal unbroken.", {
    details: { ...ACCEPTED, reason: "restocking a return", inspectionPlan: "AS6496 returns" },
    lots: [can[1]!],
  });
  pen.highlight("returned", can[1]!, "returned to Ostermark by Dravatronik and restocked");
  pen.day("2026-08-04");
  pen.tell("monclara", "refuse", "Monclara refuses the DRAM: the dry pack is torn.", {
    shipment: toGuadalajara,
    details: {
      ...{
        inspectionResult: "rejected",
        packageDamaged: true,
        sealIntact: false,
        humidityIndicator: "fail",
      },
      reason: "dry pack torn, humidity indicator at 60 %, MSL 3",
    },
  });
  pen.day("2026-08-12");
  pen.tell(
    "ostermark",
    "hold",
    "The DRAM is back at Ostermark and held until it is baked and tested.",
    {
      details: {
        reason: "dry pack torn in transit, floor life exceeded",
        discoveredOn: "2026-08-04",
      },
      lots: [dram[0]!],
    },
  );
  pen.highlight(
    "held",
    dram[0]!,
    "refused by Monclara for a torn dry pack, went back, held by Ostermark",
  );
  return { bucks, usbCs, mlccs, badNors, eeproms };
}
type Kits = ReturnType<typeof kitting>;

/** Both assembly sites build; what is over is found, scrapped, or sold where no ledger sees it. */
function august(pen: Pen, made: Made, { bucks, usbCs, mlccs }: Kits) {
  const { mcu, ldo, can, nor, mlcc100n, mlcc22u, res10k, res4k7, inductor, crystal } = made;

  pen.day("2026-08-13");
  pen.tell(
    "dravatronik",
    "inspect",
    "Dravatronik counts a resistor reel before the line: 50 more than its label says.",
    {
      details: { reason: "count before kitting" },
      lots: [{ lot: res4k7[0]!, details: { expectedQuantity: 5000, countedQuantity: 5050 } }],
    },
  );
  const { manufacturer, mpn, makerLot, dateCode } = pen.originOf(res4k7[0]!);
  const surplus = pen.introduce(
    "dravatronik",
    "The surplus is introduced as a lot of its own.",
    50,
    {
      ...{
        manufacturer: manufacturer!,
        mpn: mpn!,
        makerLot: makerLot!,
        dateCode: dateCode!,
        packaging: "cut tape",
      },
      foundFrom: res4k7[0]!,
    },
  );
  pen.highlight(
    "surplus",
    surplus,
    "50 pieces found over the label's count, introduced with where they were found",
  );
  const [lineReel] = pen.split(
    "dravatronik",
    res10k[0]!,
    [5500],
    "A reel is split for the second line.",
    {
      reason: "kitting",
      workOrder: "WO-26-01873",
    },
  );

  pen.day("2026-08-17");
  const gateway = pen.assemble(
    "dravatronik",
    "Dravatronik builds 236 gateway boards from twelve lots.",
    { workOrder: "WO-26-01873", bomRevision: "C2", productionLine: "SMT 2" },
    [
      [mcu[0]!, 242, "U1"],
      [bucks[0]!, 241, "U2"],
      [ldo[0]!, 241, "U3"],
      [can[0]!, 483, "U4, U5"],
      [nor[0]!, 241, "U6"],
      [mlcc100n[0]!, 9168, "C1-C38"],
      [mlcc22u[0]!, 2171, "C39-C47"],
      [lineReel!, 5302, "R1-R22"],
      [res4k7[0]!, 1447, "R23-R28"],
      [inductor[0]!, 241, "L1"],
      [crystal[0]!, 241, "Y1"],
      [usbCs[0]!, 240, "J1"],
    ],
    {
      lotNumber: "GW200-2634-0117",
      quantity: 236,
      details: {
        ...{
          manufacturer: DRAVATRONIK,
          mpn: "DTK-GW200-C",
          productName: "GW200 gateway main board",
          productRevision: "C",
        },
        ...{
          dateCode: "2634",
          countryOfOrigin: "SI",
          rohs: "RoHS3 compliant",
          packaging: "box",
          esdProtected: true,
        },
      },
    },
  );
  pen.highlight("product", gateway, "a gateway board assembled from twelve lots");
  pen.tell("dravatronik", "scrap", "38 resistors are lost at the changeover.", {
    details: {
      reason: "loss",
      remarks: "leader and tail at the feeder change",
      workOrder: "WO-26-01873",
    },
    lots: [{ lot: lineReel!, quantity: 38 }],
  });
  pen.day("2026-08-19");
  pen.tell("dravatronik", "inspect", "Optical and in-circuit test of the boards.", {
    details: {
      inspectionResult: "accepted",
      inspectionPlan: "AOI, ICT",
      sampleSize: 236,
      samplesFailed: 0,
    },
    lots: [gateway],
  });

  pen.day("2026-08-20");
  const drive = pen.assemble(
    "monclara",
    "Monclara builds 700 motor drives from seven lots.",
    { workOrder: "MC-WO-77120", bomRevision: "07", productionLine: "L4" },
    [
      [mcu[2]!, 706, "U1"],
      [made.buck[2]!, 704, "U2"],
      [inductor[1]!, 704, "L1"],
      [crystal[1]!, 704, "Y1"],
      [made.bead[0]!, 1420, "FB1, FB2"],
      [res10k[1]!, 7060, "R1-R10"],
      [mlccs[0]!, 1415, "C1, C2"],
    ],
    {
      lotNumber: "MTR3-26-0820",
      quantity: 700,
      details: {
        ...{
          manufacturer: MONCLARA,
          mpn: "MCL-MTR3-07",
          productName: "MTR3 motor drive",
          productRevision: "07",
        },
        ...{ dateCode: "2634", countryOfOrigin: "MX", rohs: "RoHS3 compliant", packaging: "tray" },
      },
    },
  );
  pen.highlight("secondProduct", drive, "a motor drive assembled from seven lots");
  pen.day("2026-08-24");
  pen.tell(
    "monclara",
    "scrap",
    "The drive's next order is called off: 900 MCUs are sold as surplus, off the ledger.",
    {
      details: { reason: "sold as surplus to a buyer that is no party" },
      lots: [{ lot: mcu[2]!, quantity: 900 }],
    },
  );
  return { gateway };
}
type Products = ReturnType<typeof august>;

/** A broker's lot, a recall that reaches a product, boards in a second product, and goods still on their way. */
function autumn(
  pen: Pen,
  made: Made,
  kits: Kits,
  { gateway }: Products,
  { led, wetLed, ...diodes }: Introduced,
) {
  const { mcu, ldo, ffc, nor, badNor, bead, powerHeader, res10k } = made;
  const { badNors, eeproms, mlccs } = kits;

  pen.day("2026-08-25");
  const late = pen.commission("halden", HALDEN, "Halden commissions its August build.", {
    mcu: { part: "mcu", dateCode: "2632", packages: 2, details: { peakReflowCelsius: 260 } },
    smallMcu: {
      part: "smallMcu",
      dateCode: "2632",
      packages: 2,
      details: { peakReflowCelsius: 260 },
    },
    opamp: { part: "opamp", dateCode: "2630", packages: 1 },
  });
  pen.highlight("fresh", late.opamp[0]!, "commissioned by its maker and never moved");
  pen.day("2026-08-27");
  const lateToDe = pen.sell(
    "halden",
    "ostermark",
    [late.mcu[0]!],
    "Halden ships MCUs to Ostermark.",
  );
  const lateToUs = pen.sell(
    "halden",
    "pellworth",
    [late.smallMcu[0]!],
    "Halden ships small MCUs to Pellworth.",
  );
  pen.day("2026-08-31");
  const [carton] = pen.split(
    "dravatronik",
    gateway,
    [120],
    "Dravatronik packs a carton of 120 boards.",
    {
      reason: "packed to order",
      packaging: "box",
    },
  );
  const boards = pen.sell(
    "dravatronik",
    "monclara",
    [carton!],
    "The boards go to Monclara for box build.",
  );
  const headers = pen.sell(
    "ostermark",
    "monclara",
    [powerHeader[0]!],
    "Ostermark ships power headers to Monclara.",
  );
  pen.day("2026-09-02");
  received(pen, "ostermark", lateToDe, "Ostermark receives the MCUs.", {
    humidityIndicator: "pass",
  });
  received(pen, "pellworth", lateToUs, "Pellworth receives the small MCUs.", {
    humidityIndicator: "pass",
  });
  pen.day("2026-09-07");
  received(pen, "monclara", boards, "Monclara receives the boards.");
  received(pen, "monclara", headers, "Monclara receives the headers.");

  broker(pen, mcu);

  pen.day("2026-09-16");
  const second = [badNors[0]!, eeproms[0]!, late.smallMcu[0]!, ldo[1]!, mlccs[1]!, led];
  const charger = pen.sell(
    "pellworth",
    "monclara",
    second,
    "Pellworth ships the kit for a charger controller.",
  );
  pen.day("2026-09-18");
  const gatewayBox = pen.assemble(
    "monclara",
    "Monclara builds 118 gateways around Dravatronik's boards.",
    { workOrder: "MC-WO-77458", bomRevision: "01", productionLine: "box build 1" },
    [
      [carton!, 118, "A1"],
      [powerHeader[0]!, 236, "J1, J2"],
    ],
    {
      lotNumber: "GW200-BX-26-0918",
      quantity: 118,
      details: {
        ...{
          manufacturer: MONCLARA,
          mpn: "MCL-GW200-BX-EU",
          productName: "GW200 gateway",
          productRevision: "01",
        },
        ...{ dateCode: "2638", countryOfOrigin: "MX", rohs: "RoHS3 compliant", packaging: "box" },
        ...{ serialFirst: "GW2-004501", serialLast: "GW2-004618" },
      },
    },
  );
  pen.highlight(
    "boxBuild",
    gatewayBox,
    "a product whose board is itself a product: two stages of assembly",
  );
  pen.day("2026-09-22");
  received(pen, "monclara", charger, "Monclara receives the kit.", { humidityIndicator: "pass" });
  pen.day("2026-09-24");
  pen.tell("pellworth", "scrap", "A leaking roof soaks a reel of LEDs at Pellworth.", {
    details: { reason: "loss", remarks: "water damage in aisle 14" },
    lots: [{ lot: wetLed, quantity: 2000 }],
  });
  pen.highlight("scrapped", wetLed, "lost to water: closed");
  pen.day("2026-10-06");
  const chargerBoards = pen.assemble(
    "monclara",
    "Monclara builds 480 charger controllers from ten lots.",
    { workOrder: "MC-WO-77602", bomRevision: "12", productionLine: "L2" },
    [
      [late.smallMcu[0]!, 484, "U1"],
      [badNors[0]!, 483, "U2"],
      [eeproms[0]!, 482, "U3"],
      [ldo[1]!, 483, "U4"],
      [mlccs[1]!, 1932, "C1-C4"],
      [bead[0]!, 485, "FB1"],
      [ffc[1]!, 483, "J1"],
      [led, 968, "D1, D2"],
      [diodes.tvs, 484, "D3"],
      [diodes.mosfet, 967, "Q1, Q2"],
    ],
    {
      lotNumber: "EVC7-26-1006",
      quantity: 480,
      details: {
        ...{
          manufacturer: MONCLARA,
          mpn: "MCL-EVC7-12",
          productName: "EVC7 charger controller",
          productRevision: "12",
        },
        ...{ dateCode: "2641", countryOfOrigin: "MX", rohs: "RoHS3 compliant", packaging: "tray" },
      },
    },
  );

  pen.day("2026-10-28");
  pen.notice("saebyeok", "recall", badNor[0]!, "Saebyeok recalls a lot of NOR flash.", {
    reason: "data retention below specification after 500 h at 125 °C",
    alertReference: "SB-QN-26-031",
    discoveredOn: "2026-10-21",
    contact: "quality notices, Saebyeok Cheongju",
  });
  pen.highlight("recalled", badNor[0]!, "recalled by its maker");
  pen.highlight("recallReaches", chargerBoards, "a product with a recalled lot among its inputs");
  pen.day("2026-10-29");
  pen.tell("pellworth", "hold", "Pellworth holds what it has of the recalled lot.", {
    details: { reason: "recalled by its maker", alertReference: "SB-QN-26-031" },
    lots: [badNor[0]!, badNors[1]!],
  });
  pen.tell("monclara", "hold", "Monclara holds the charger controllers.", {
    details: { reason: "holds a recalled lot", alertReference: "SB-QN-26-031" },
    lots: [chargerBoards],
  });

  pen.day("2026-11-03");
  const newest = pen.commission("mizuhara", MIZUHARA, "Mizuhara commissions its October build.", {
    mlcc100n: { part: "mlcc100n", dateCode: "2643", packages: 2 },
    res10k: { part: "res10k", dateCode: "2642", packages: 1 },
  });
  pen.day("2026-11-04");
  const [mcus] = pen.split(
    "ostermark",
    late.mcu[0]!,
    [600, 600],
    "Ostermark respools two reels of 600 MCUs.",
    {
      ...{ reason: "respooled to order", packaging: "reel, 7 inch", bagSealDate: "2026-11-04" },
    },
  );
  const relief = pen.sell("ostermark", "dravatronik", [mcus!], "Ostermark can deliver MCUs again.");
  pen.day("2026-11-09");
  received(pen, "dravatronik", relief, "Dravatronik receives the MCUs.", {
    humidityIndicator: "pass",
  });
  pen.tell("dravatronik", "scrap", "Resistors of a feeder that jammed are thrown away.", {
    details: { reason: "loss", remarks: "feeder jam, tape torn" },
    lots: [{ lot: res10k[0]!, quantity: 120 }],
  });
  pen.day("2026-11-11");
  const sea = [...newest.mlcc100n, ...newest.res10k];
  pen.sell(
    "mizuhara",
    "ostermark",
    sea,
    "Mizuhara ships three reels to Ostermark; they are on their way.",
  );
  pen.highlight(
    "inTransit",
    newest.mlcc100n[0]!,
    "shipped by Mizuhara, not yet received by Ostermark",
  );
  pen.day("2026-11-12");
  pen.sell(
    "pellworth",
    "dravatronik",
    [nor[1]!, mlccs[2]!],
    "Pellworth ships to Dravatronik; this too is on its way.",
  );
}

/** Surplus MCUs come back through a broker in a month of shortage; the buyer has them tested. */
function broker(pen: Pen, mcu: string[]): void {
  pen.day("2026-09-08");
  const { mpn, makerLot, dateCode, countryOfOrigin, msl, eccn, hts, packaging } = pen.originOf(
    mcu[2]!,
  );
  const lot = pen.introduce(
    "larkhill",
    "Larkhill introduces 850 MCUs that it bought as surplus.",
    850,
    {
      ...{
        manufacturer: HALDEN,
        mpn: mpn!,
        makerLot: makerLot!,
        dateCode: dateCode!,
        countryOfOrigin: countryOfOrigin!,
      },
      ...{ msl: msl!, eccn: eccn!, hts: hts!, packaging: packaging!, used: false },
      ...{ claimsLot: mcu[2]!, remarks: "assembler's surplus, opened dry pack, resealed" },
    },
  );
  pen.highlight("broker", lot, "introduced by a broker, who claims a maker's lot");
  const sold = pen.sell("larkhill", "dravatronik", [lot], "Larkhill ships them to Dravatronik.");
  pen.day("2026-09-10");
  pen.tell("dravatronik", "receive", "Dravatronik receives the broker's lot.", {
    shipment: sold,
    details: {
      inspectionResult: "conditional",
      sealIntact: false,
      labelMatches: true,
      reason: "independent source",
    },
  });
  pen.tell("dravatronik", "hold", "It is held until the laboratory has spoken.", {
    details: { reason: "independent source: test before use" },
    lots: [lot],
  });
  pen.day("2026-09-11");
  const [sample] = pen.split("dravatronik", lot, [20], "Twenty pieces are taken as samples.", {
    reason: "laboratory samples",
    packaging: "cut tape",
  });
  const toLab = pen.send("dravatronik", "aldervik", [sample!], "The samples go to Aldervik.", {
    reason: "test",
    shipToCountry: "SE",
  });
  pen.day("2026-09-14");
  received(pen, "aldervik", toLab, "Aldervik receives the samples.");
  pen.day("2026-09-25");
  const report: StoryDetails = { ...LAB, testMethod: "AS6171 /2 /3 /4", testReport: "ALD-26-0902" };
  pen.tell(
    "aldervik",
    "inspect",
    "Visual, X-ray and decapsulation find Halden's die and no sign of use.",
    {
      details: {
        ...report,
        testRiskLevel: "moderate",
        testResult: "pass",
        sampleSize: 20,
        samplesFailed: 0,
      },
      lots: [sample!],
    },
  );
  pen.tell(
    "aldervik",
    "scrap",
    "Twelve samples are destroyed by the test; eight are kept for reference.",
    {
      details: { ...report, reason: "test" },
      lots: [{ lot: sample!, quantity: 12 }],
    },
  );
  pen.day("2026-09-29");
  pen.tell("dravatronik", "release", "With the laboratory's report Dravatronik releases the lot.", {
    details: { ...report, testResult: "pass", inspectionResult: "accepted" },
    lots: [lot],
  });
}

/** A packing list of packages that the story knows nothing of: for a reader to register as Pellworth. */
function newStock(pen: Pen): PackingListRow[] {
  const row = (...of: [string, PartName, string, string]) => pen.packingListRow("pellworth", ...of);
  return [
    row(VELLORE, "tvs", "0007190418", "2638"),
    row(VELLORE, "tvs", "0007190418", "2638"),
    row(VELLORE, "tvs", "0007190552", "2639"),
    row(VELLORE, "mosfet", "26E1121", "2640"),
    row(VELLORE, "mosfet", "26E1121", "2640"),
    row(VELLORE, "mosfet", "26E1122", "2640"),
    row(ELSTOW, "led", "H1003-1A", "2637"),
    row(ELSTOW, "led", "H1003-1A", "2637"),
    row(ELSTOW, "led", "H1003-2A", "2641"),
    row(TORRVIK, "relay", "T6K-44107", "2634"),
    row(TORRVIK, "relay", "T6K-44107", "2634"),
    row(TORRVIK, "relay", "T6K-44112", "2636"),
  ];
}
