// What lots are searched by: columns copied from the details of the event that made them.
import { type Details, entryDetail } from "../protocol/details.ts";
import type { EntryDetails } from "../protocol/details.ts";

export interface SearchColumns {
  lotNumber: string | null;
  manufacturer: string | null;
  mpn: string | null;
  makerLot: string | null;
  dateCode: string | null;
  text: string;
}

/** Fields that a person may search for; none of them private. */
const SEARCHED = [
  "lotNumber",
  "packageId",
  "manufacturer",
  "mpn",
  "makerLot",
  "dateCode",
  "partDescription",
  "productName",
] as const;

/**
 * The search columns of a new lot.
 * @param details of the event that made it, undefined where they are not known here
 * @param index of the lot's entry
 * @param parent the lot that it was split from: what the child does not say of itself, its parent says
 */
export function searchColumns(
  details: Details | undefined,
  index: number,
  parent: SearchColumns | null,
): SearchColumns {
  const field = (name: keyof EntryDetails) => {
    const value = details && entryDetail(details, index, name);
    return value === undefined ? null : String(value);
  };
  const identity = {
    manufacturer: field("manufacturer") ?? parent?.manufacturer ?? null,
    mpn: field("mpn") ?? parent?.mpn ?? null,
    makerLot: field("makerLot") ?? parent?.makerLot ?? null,
    dateCode: field("dateCode") ?? parent?.dateCode ?? null,
  };
  const words = [...SEARCHED.map(field), ...Object.values(identity)].filter((word) => word !== null);
  return { lotNumber: field("lotNumber"), ...identity, text: [...new Set(words)].join(" ").toLowerCase() };
}
