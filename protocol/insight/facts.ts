// Defines the facts that insight is made of: what an event changed in stock, a shipment's way, a use, and where a lot is from.
// All follow from events, so they can be thrown away and made again.
import type { DetailName } from "../event/detail-fields.ts";

/** When an event happened, as its actor signed it, and when it was known: recorded in a block or an anchored checkpoint. */
export interface Moment {
  /** Unix seconds. */
  happened: number;
  /** Unix seconds. A forecast at a cut uses only what was known at the cut. */
  known: number;
}

/** What became of pieces. With 0 pieces: what changed about them where they lie. */
export const MOVEMENT_KINDS = [
  "commissioned",
  "introduced",
  "received",
  "returnedIn",
  "splitIn",
  "splitOut",
  "produced",
  "consumed",
  "scrapped",
  "handedOver",
  "short",
  "shipped",
  "refused",
  "cancelled",
  "inspected",
  "held",
  "released",
] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];

/**
 * What one entry of an event changed in one party's stock. Pieces in transit are their sender's until they are received. What
 * was sent and not received is `short`: it left the sender and reached nobody.
 */
export interface Movement extends Moment {
  event: string;
  /** The order of acceptance here: the order of a lot's events. */
  sequence: number;
  lot: string;
  /** The party whose stock it is. */
  party: string;
  /** The party at the other end of a handover. */
  other: string | null;
  kind: MovementKind;
  /** Pieces in (more than 0), out (less than 0), or 0. */
  pieces: number;
  /** Where the actor says that its pieces are; null: not said, or not shown. */
  site: string | null;
}

/** How a shipment of one lot ended. */
export type PassageEnd = "received" | "refused" | "cancelled";

/** One lot's way from a shipment to its receipt, refusal or cancellation. The same shipment of several lots is one observation. */
export interface Passage {
  /** The event that shipped it. */
  ship: string;
  sequence: number;
  lot: string;
  from: string;
  to: string;
  sent: number;
  /** Unix seconds, as are all times here. */
  left: number;
  leftKnown: number;
  /** The sender's signed promise; null: none. */
  expected: number | null;
  carrier: string | null;
  service: string | null;
  mode: string | null;
  fromCountry: string | null;
  toCountry: string | null;
  toSite: string | null;
  /** Whether it is a return, by its `reason` or its `returnAuthorisation`. */
  isReturn: boolean;
  /** Null while it is under way, as are the rest. */
  end: PassageEnd | null;
  endEvent: string | null;
  endSequence: number | null;
  ended: number | null;
  endedKnown: number | null;
  /** The pieces received; 0 where it was refused or cancelled. */
  received: number | null;
}

/** Pieces of one lot that an assembly used for the product lots that it made. */
export interface Use extends Moment {
  event: string;
  sequence: number;
  party: string;
  input: string;
  /** The product lot. An assembly of several product lots has one row for each, with the same pieces: never add those. */
  product: string;
  pieces: number;
  /** Of the pieces, those lost on the line; null: not said. */
  lost: number | null;
  /** Units in the product lot. */
  units: number;
  /** The product lots of the assembly. */
  products: number;
  workOrder: string | null;
  line: string | null;
  site: string | null;
  bomRevision: string | null;
  substituteFor: string | null;
}

/** The details that tell where a lot is from, and what it is. A split lot inherits them. */
export const ORIGIN_FIELDS = [
  "manufacturer",
  "mpn",
  "makerLot",
  "dateCode",
  "dateCodeFormat",
  "expiryDate",
  "msl",
  "countryOfOrigin",
  "fabCountry",
  "fabSite",
  "assemblyCountry",
  "assemblySite",
  "testCountry",
  "testSite",
  "hts",
  "eccn",
  "productName",
  "claimsLot",
] as const satisfies readonly DetailName[];
export type OriginField = (typeof ORIGIN_FIELDS)[number];

/** What made a lot. */
export type Making = "commissioned" | "introduced" | "split" | "assembled";

/** Where a lot comes from, as its issuer states it. */
export interface Origin extends Moment {
  lot: string;
  event: string;
  sequence: number;
  issuer: string;
  making: Making;
  /** The lot that it was split from; null where it was not. */
  parent: string | null;
  lotNumber: string | null;
  pieces: number;
  /**
   * What is said and shown. Of a field that is missing here nobody is told whether it was not said, or is withheld: an answer
   * that told them apart would tell of what the reader does not see.
   */
  fields: Readonly<Partial<Record<OriginField, string>>>;
}

/** All facts that one reader's answers are computed from, each kind in the order of `sequence`. */
export interface Facts {
  movements: readonly Movement[];
  passages: readonly Passage[];
  uses: readonly Use[];
  origins: readonly Origin[];
}

/** A part: pieces of different parts are never added. Null where its manufacturer or number is not said or not shown. */
export interface Part {
  manufacturer: string;
  mpn: string;
}

/** The part that a lot's pieces are; null: not said, or not shown. An own product without a manufacturer is its issuer's. */
export function partOf({ issuer, making, fields }: Origin): Part | null {
  const { manufacturer, mpn } = fields;
  if (mpn === undefined) return null;
  if (manufacturer !== undefined) return { manufacturer, mpn };
  return making === "assembled" ? { manufacturer: issuer, mpn } : null;
}

/** A key under which pieces of one part are counted. */
export const partKey = ({ manufacturer, mpn }: Part): string => `${manufacturer}\u0000${mpn}`;
