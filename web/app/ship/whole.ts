// Says why a lot cannot be shipped as it stands, and divides many lots into shipments that an event can hold.
import type { LotView } from "../../../api/lots.ts";
import { MAX_ENTRIES } from "../../../protocol/base/limits.ts";

/** Why a party cannot ship a lot now, and what to do. Undefined if it can. */
export function whyNotShipped(lot: LotView, own: string): string | undefined {
  const name = lot.lotNumber ?? "This lot";
  if (lot.holder.address !== own)
    return `${name} is held by ${lot.holder.name ?? "another party"}. Only its holder can ship it.`;
  if (lot.inTransit)
    return `${name} is under way to ${lot.consignee?.name ?? "its consignee"} already.`;
  if (lot.held) return `${name} is on hold. Release it first, or leave it here.`;
  if (lot.quantity === 0) return `${name} has no pieces left.`;
  return undefined;
}

/** Lots in groups of as many as one event holds. */
export function shipmentsOf<T>(lots: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (let i = 0; i < lots.length; i += MAX_ENTRIES) groups.push(lots.slice(i, i + MAX_ENTRIES));
  return groups;
}
