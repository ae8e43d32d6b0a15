// The pen that writes the sample's story: seeded numbers, a clock that only goes forward, and the papers of each trade.
import type { z } from "zod";
import type { StoryDetails, StoryStep } from "../sample/story.ts";
import { type Part, type PartName, PARTS } from "./sample-parts.ts";
import { DAY_SECONDS } from "../protocol/base/time.ts";

/** A step as it stands in the file: fields that have a default may be left out. */
export type WrittenStep = z.input<typeof StoryStep>;

/** A lot that a reader should look at, and why. */
export interface Highlight {
  name: string;
  lot: string;
  says: string;
}

/** Packages of one maker's lot: the part, the date code (YYWW), how many packages; and what differs from the part. */
export interface Batch {
  part: PartName;
  dateCode: string;
  packages: number;
  details?: StoryDetails;
}

/** A row of a packing list, in the columns that the command line's `register` reads. */
export type PackingListRow = Record<(typeof PACKING_LIST_COLUMNS)[number], string | number>;
export const PACKING_LIST_COLUMNS = [
  ...["manufacturer", "mpn", "lot_code", "date_code", "quantity", "country_of_origin", "msl"],
  ...["customer_part_number", "eccn", "hts", "package_id"],
] as const;

/** How a party numbers things: `#` is a digit, `@` a letter. */
interface Numbering {
  package: string;
  makerLot?: string;
  item?: string;
  order?: string;
  carrier?: string;
  tracking?: string;
  asn?: string;
  packingList?: string;
  invoice?: string;
}

const NUMBERING: Record<string, Numbering> = {
  halden: {
    package: "HS26-######",
    makerLot: "4G####@@.##",
    carrier: "Norlane Express",
    tracking: "NLX########",
    asn: "HLD26######",
    packingList: "HS-DN-#######",
    invoice: "9026#####",
  },
  mizuhara: {
    package: "MZ6F########",
    makerLot: "6F##K###",
    carrier: "Transpac Air Cargo",
    tracking: "618-########",
    asn: "MZDK######",
    packingList: "MZ-P######",
    invoice: "MZ-26-#####",
  },
  corvane: {
    package: "7004########",
    makerLot: "00041#####",
    carrier: "Rheinpost Logistik",
    tracking: "RPL##########",
    asn: "CV00######",
    packingList: "80#######",
    invoice: "52#######",
  },
  saebyeok: {
    package: "SBT26K######",
    makerLot: "KN##@####A",
    carrier: "Transpac Air Cargo",
    tracking: "618-########",
    asn: "SBM######",
    packingList: "SB-PL-######",
    invoice: "SB26######",
  },
  ostermark: {
    package: "OMK-##########",
    item: "EL#######",
    order: "45001#####",
    carrier: "Rheinpost Logistik",
    tracking: "RPL##########",
    asn: "OMK######",
    packingList: "OMK-PL-#######",
    invoice: "OMK-R-######",
  },
  pellworth: {
    package: "PWD1A#######",
    item: "PW######",
    order: "PW-26-####",
    carrier: "Lonestar Parcel",
    tracking: "1L############",
    asn: "PWC#######",
    packingList: "PL-########",
    invoice: "INV-#######",
  },
  larkhill: {
    package: "LK-#####",
    makerLot: "@@####",
    carrier: "Channel Couriers",
    tracking: "CC#########",
    packingList: "LK/26/####",
    invoice: "LKI-26-####",
  },
  dravatronik: {
    package: "DRV-UID-#######",
    item: "110-####-##",
    order: "DN26-0####",
    carrier: "Adria Cargo",
    tracking: "AC########",
    packingList: "DRV-D-#####",
    invoice: "DRV-26-#####",
  },
  monclara: {
    package: "MC26######",
    item: "04-#####",
    order: "MC450####",
    carrier: "Lonestar Parcel",
    tracking: "1L############",
  },
};

/** Numbers that look random and are the same each time (mulberry32). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const isoDay = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);

/** Unix seconds of the Monday with which an ISO week begins; the week as in a date code, YYWW. */
export function weekStart(dateCode: string): number {
  const fourthOfJanuary = Date.UTC(2000 + Number(dateCode.slice(0, 2)), 0, 4) / 1000;
  const weekday = (new Date(fourthOfJanuary * 1000).getUTCDay() + 6) % 7;
  return fourthOfJanuary + (7 * (Number(dateCode.slice(2)) - 1) - weekday) * DAY_SECONDS;
}

export type Pen = ReturnType<typeof takePen>;

/** A pen that writes the same story each time it is given the same seed. */
export function takePen(seed: number) {
  const random = mulberry32(seed);
  const steps: WrittenStep[] = [];
  const highlights: Highlight[] = [];
  const given = new Set<string>();
  const itemNumbers = new Map<string, string>();
  const mpnOf = new Map<string, string>();
  const labels = { shp: 0, ntc: 0 };
  let now = 0;

  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const character = (set: string) => set[between(0, set.length - 1)]!;
  const fill = (pattern: string): string => {
    const text = pattern.replace(/[#@]/g, (mark) =>
      character(mark === "#" ? "0123456789" : "ABCDEFGHJKLMNPRSTUVWXYZ"),
    );
    if (given.has(text)) return fill(pattern);
    given.add(text);
    return text;
  };
  const filled = (fields: Record<string, string | undefined>): StoryDetails =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([name, pattern]) => (pattern ? [[name, fill(pattern)]] : [])),
    );
  const label = (kind: keyof typeof labels) => `${kind}-${String(++labels[kind]).padStart(3, "0")}`;

  /** The number by which a customer knows a part: the same each time. */
  const itemNumber = (customer: string, mpn: string): string => {
    const key = `${customer} ${mpn}`;
    if (!itemNumbers.has(key)) itemNumbers.set(key, fill(NUMBERING[customer]!.item!));
    return itemNumbers.get(key)!;
  };

  /** Turns the clock to the morning of a day (YYYY-MM-DD, UTC). */
  const day = (date: string): void => {
    now = Date.parse(`${date}T07:00:00Z`) / 1000 + between(0, 2400);
  };

  /** Writes a step some minutes after the last. */
  const tell = <A extends WrittenStep["act"]>(
    by: string,
    act: A,
    note: string,
    fields: Omit<Extract<WrittenStep, { act: A }>, "at" | "by" | "act" | "note">,
  ): void => {
    now += between(240, 2400);
    const step: object = { at: now, by, act, note: `${isoDay(now)}: ${note}`, ...fields };
    steps.push(step as WrittenStep);
  };

  /** What label and data sheet say of a part. The dry pack is sealed on the Friday of the date code's week. */
  const labelOf = (part: Part, dateCode: string): StoryDetails => ({
    mpn: part.mpn,
    partDescription: part.partDescription,
    dateCode,
    countryOfOrigin: part.country,
    ...(part.fabCountry && { fabCountry: part.fabCountry }),
    assemblyCountry: part.country,
    msl: part.msl,
    ...(part.msl !== "1" && { bagSealDate: isoDay(weekStart(dateCode) + 4 * DAY_SECONDS) }),
    packaging: part.packaging,
    eccn: part.eccn,
    hts: part.hts,
  });

  /** A maker commissions packages of several of its lots in one event; the references of the packages, by batch. */
  const commission = <K extends string>(
    by: string,
    manufacturer: string,
    note: string,
    batches: Record<K, Batch>,
  ): Record<K, string[]> => {
    const refs = {} as Record<K, string[]>;
    const lots = Object.entries<Batch>(batches).flatMap(
      ([key, { part, dateCode, packages, details }]) => {
        const makerLot = fill(NUMBERING[by]!.makerLot!);
        const made = Array.from({ length: packages }, () => ({
          lotNumber: fill(NUMBERING[by]!.package),
          quantity: PARTS[part].pack,
          details: { makerLot, ...labelOf(PARTS[part], dateCode), ...details },
        }));
        refs[key as K] = made.map(({ lotNumber }) => `${by}/${lotNumber}`);
        refs[key as K].forEach((ref) => mpnOf.set(ref, PARTS[part].mpn));
        return made;
      },
    );
    tell(by, "commission", note, { details: { manufacturer, rohs: "RoHS3 compliant" }, lots });
    return refs;
  };

  /** A party introduces lots that stand on a packing list; their references, in the list's order. */
  const introduceList = (
    by: string,
    note: string,
    details: StoryDetails,
    rows: PackingListRow[],
  ): string[] => {
    const lots = rows.map((row) => ({
      lotNumber: String(row.package_id),
      quantity: Number(row.quantity),
      details: {
        manufacturer: row.manufacturer,
        mpn: row.mpn,
        makerLot: row.lot_code,
        dateCode: row.date_code,
        countryOfOrigin: row.country_of_origin,
        msl: row.msl,
        customerPartNumber: row.customer_part_number,
        eccn: row.eccn,
        hts: row.hts,
      },
    }));
    tell(by, "introduce", note, { details, lots });
    return rows.map((row) => {
      mpnOf.set(`${by}/${row.package_id}`, String(row.mpn));
      return `${by}/${row.package_id}`;
    });
  };

  /** A packing list's row for a package that `by` takes in. */
  const packingListRow = (
    by: string,
    manufacturer: string,
    name: PartName,
    lotCode: string,
    dateCode: string,
  ): PackingListRow => ({
    manufacturer,
    mpn: PARTS[name].mpn,
    lot_code: lotCode,
    date_code: dateCode,
    quantity: PARTS[name].pack,
    country_of_origin: PARTS[name].country,
    msl: PARTS[name].msl,
    customer_part_number: itemNumber(by, PARTS[name].mpn),
    eccn: PARTS[name].eccn,
    hts: PARTS[name].hts,
    package_id: fill(NUMBERING[by]!.package),
  });

  /** A party introduces one lot; its reference. */
  const introduce = (by: string, note: string, quantity: number, details: StoryDetails): string => {
    const lotNumber = fill(NUMBERING[by]!.package);
    tell(by, "introduce", note, { lots: [{ lotNumber, quantity, details }] });
    mpnOf.set(`${by}/${lotNumber}`, String(details.mpn));
    return `${by}/${lotNumber}`;
  };

  const transport = (by: string): StoryDetails => ({
    carrier: NUMBERING[by]!.carrier!,
    ...filled({ trackingNumber: NUMBERING[by]!.tracking }),
  });

  /** Ships goods that were sold, with the papers of the trade; the shipment's label. */
  const sell = (by: string, to: string, lots: string[], note: string): string => {
    const { asn, packingList, invoice } = NUMBERING[by]!;
    const details = {
      ...transport(by),
      ...filled({ asnNumber: asn, packingList, invoice, purchaseOrder: NUMBERING[to]!.order }),
      containers: Math.ceil(lots.length / 6),
      grossWeightGrams: lots.length * between(310, 640),
    };
    const lines = lots.map((lot, i) => ({
      lot,
      details: {
        customerPartNumber: itemNumber(to, mpnOf.get(lot)!),
        purchaseOrderLine: String(10 * (i + 1)),
      },
    }));
    const id = label("shp");
    tell(by, "ship", note, { id, to, details, lots: lines });
    return id;
  };

  /** Ships goods that were not sold: samples, returns; the shipment's label. */
  const send = (
    by: string,
    to: string,
    lots: string[],
    note: string,
    details: StoryDetails,
  ): string => {
    const id = label("shp");
    tell(by, "ship", note, { id, to, details: { ...transport(by), ...details }, lots });
    return id;
  };

  /** Splits packages off a lot; the references of the new lots. */
  const split = (
    by: string,
    lot: string,
    quantities: number[],
    note: string,
    details: StoryDetails,
    each: StoryDetails = {},
  ): string[] => {
    const children = quantities.map((quantity) => ({
      lotNumber: fill(NUMBERING[by]!.package),
      quantity,
      details: each,
    }));
    tell(by, "split", note, { lot, details, children });
    return children.map(({ lotNumber }) => {
      mpnOf.set(`${by}/${lotNumber}`, mpnOf.get(lot)!);
      return `${by}/${lotNumber}`;
    });
  };

  /** Assembles a product; its lot's reference. An input is a lot, pieces consumed, and where they went on the board. */
  const assemble = (
    by: string,
    note: string,
    details: StoryDetails,
    inputs: [lot: string, quantity: number, referenceDesignators: string][],
    product: { lotNumber: string; quantity: number; details: StoryDetails },
  ): string => {
    const lines = inputs.map(([lot, quantity, referenceDesignators]) => ({
      lot,
      quantity,
      details: { referenceDesignators },
    }));
    tell(by, "assemble", note, { details, inputs: lines, products: [product] });
    mpnOf.set(`${by}/${product.lotNumber}`, String(product.details.mpn));
    return `${by}/${product.lotNumber}`;
  };

  const notice = (
    by: string,
    act: "recall" | "suspect",
    lot: string,
    note: string,
    details: StoryDetails,
  ): string => {
    const id = label("ntc");
    tell(by, act, note, { id, lot, details });
    return id;
  };

  const highlight = (name: string, lot: string, says: string): void => {
    highlights.push({ name, lot, says });
  };

  /** What an origin event said of a lot, for those who repeat it. */
  const originOf = (ref: string): StoryDetails => {
    for (const step of steps)
      if (step.act === "commission") {
        const made = step.lots.find(({ lotNumber }) => `${step.by}/${lotNumber}` === ref);
        if (made) return { ...step.details, ...made.details };
      }
    throw new Error(`no maker commissioned ${ref}`);
  };

  /** The steps by time: threads of the story may be told one after the other. */
  const stepsByTime = (): WrittenStep[] => steps.toSorted((a, b) => a.at - b.at);

  return {
    ...{
      stepsByTime,
      highlights,
      fill,
      day,
      tell,
      commission,
      introduce,
      introduceList,
      packingListRow,
      originOf,
    },
    ...{ sell, send, split, assemble, notice, highlight },
  };
}
