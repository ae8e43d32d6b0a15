// Compares the labels of a delivery with what was announced: the rows of a packing list, or the lots of a shipment.
import { ShipmentWithLots } from "../../api/shipments.ts";
import type { ScanView } from "../../api/scan.ts";
import { Expected } from "../../protocol/label/expected.ts";
import { readLabel } from "../../protocol/label/label.ts";
import { readInputFile } from "../input/files.ts";
import { Problem } from "../output/outcome.ts";
import { readPackingList } from "../../packing/read.ts";
import type { Api } from "./api.ts";
import { findShipment } from "./shipments.ts";

/** A package that was announced. */
interface Package {
  number: string;
  /** The lot's id, where it is known. */
  lot?: string;
  /** The line of the packing list, to compare the label with. */
  expected?: Expected;
}

/** What was announced. */
export type Delivery = readonly Package[];

/** The labels of a delivery beside what was announced. */
export interface DeliveryTally {
  /** How many packages were announced. Null where there is no list and no shipment. */
  expected: number | null;
  /** How many different packages were scanned; of those announced, where there are any. */
  scanned: number;
  /** Announced, and not scanned. */
  missing: string[];
  /** Scanned, and not announced. */
  surplus: string[];
  /** Scanned more than once. */
  twice: string[];
}

/**
 * The rows of a packing list.
 * @throws Problem CANNOT_READ; BAD_ROWS with every fault of the list
 */
export async function deliveryOfList(file: string): Promise<Delivery> {
  const list = readPackingList(
    await readInputFile(file, "--list"),
    "introduce",
    Math.floor(Date.now() / 1000),
  );
  if (list.faults.length > 0) {
    const why = `The packing list ${file} has faults. Correct them, or ask its sender to.`;
    throw new Problem("BAD_ROWS", why, { field: "--list", faults: list.faults });
  }
  return list.rows.map(({ lotNumber, quantity, details }) => {
    const facts = { ...details, quantity };
    const names = Object.keys(Expected.shape);
    const stated = Object.entries(facts).filter(([name]) => names.includes(name));
    return { number: lotNumber, expected: Expected.parse(Object.fromEntries(stated)) };
  });
}

/** The lots of a shipment to the caller. @param text its hash, the start of it, or a lot in it @throws Problem as findShipment does */
export async function deliveryOfShipment(api: Api, text: string): Promise<Delivery> {
  const { hash } = await findShipment(api, text, "incoming");
  const { items } = await api.get(`/v1/shipments/${hash}`, ShipmentWithLots);
  return items.map(({ lot, lotNumber }) => ({ lot, number: lotNumber ?? lot }));
}

/** The announced package that a label names, before it is scanned. */
export function packageOf(delivery: Delivery, label: readonly string[]): Package | undefined {
  const reading = readLabel([...label]);
  const number = reading.status === "read" ? reading.record.packageId : undefined;
  return delivery.find((one) => one.number === number);
}

/** Counts the labels that were scanned. @param delivery undefined where nothing was announced */
export function tallyOf(
  delivery: Delivery | undefined,
  results: readonly ScanView[],
): DeliveryTally {
  const seen = new Map<string, number>();
  for (const [i, result] of results.entries()) {
    const name = announcedName(delivery ?? [], result) ?? `label ${i + 1}`;
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  const announced = new Set(delivery?.map(({ number }) => number));
  const scanned = [...seen.keys()];
  return {
    expected: delivery ? announced.size : null,
    scanned: delivery ? scanned.filter((name) => announced.has(name)).length : scanned.length,
    missing: [...announced].filter((name) => !seen.has(name)),
    surplus: delivery ? scanned.filter((name) => !announced.has(name)) : [],
    twice: scanned.filter((name) => seen.get(name)! > 1),
  };
}

/** What the delivery calls the package of a scan, or else the scan itself. Undefined where the label names no package. */
function announcedName(delivery: Delivery, result: ScanView): string | undefined {
  const name = packageOn(result);
  const lot = lotOf(result)?.lot;
  const match = delivery.find(
    (one) => one.number === name || (lot !== undefined && one.lot === lot),
  );
  return match?.number ?? name;
}

/** The number of the lot that a label names, or else the package id on it. */
export function packageOn(result: ScanView): string | undefined {
  const { reading } = result;
  const printed = reading.status === "read" ? reading.record.packageId : undefined;
  return lotOf(result)?.lotNumber ?? printed;
}

/** The lot, unless it was found by its manufacturer's lot alone and the label has another package id. */
function lotOf({ why, candidates: [lot], comparison }: ScanView) {
  const differs = comparison?.some(
    ({ field, agrees }) => field === "packageId" && agrees === false,
  );
  return why === null && !differs ? lot : undefined;
}
