// Finds the place on the chain at which each event is judged, and whether it is final.
import type { RecordedLot } from "../chain/ledger-log.ts";
import type { Trust } from "../verdict/trust.ts";
import { AFTER_ALL, type ChainPlace } from "../chain/place.ts";
import type { Chain } from "./chain.ts";
import type { Step } from "./replay.ts";

/** Whether enough blocks stand on a block. */
export function isFinal(
  { head }: Pick<Chain, "head">,
  { finality }: Pick<Trust, "finality">,
  block: number,
): boolean {
  return head.number - block >= finality;
}

/** The withheld entries of an event, each with its line in the ledger's record, if any. */
export function withheldOf(
  chain: Chain | null,
  step: Step,
): { index: number; line: RecordedLot | undefined }[] {
  const { entries } = step.event;
  const lines = chain?.records.get(step)?.lots;
  return entries.flatMap(({ withheld }, index) =>
    withheld === undefined ? [] : [{ index, line: lines?.[index] }],
  );
}

/**
 * The place at which an event is judged: where it was recorded or logged. An event that may still be recorded is judged
 * after the head. Undefined if it was recorded, but the node does not show where.
 */
export function placeOf(chain: Chain, step: Step): ChainPlace | undefined {
  const record = chain.records.get(step) ?? chain.rivals.get(step) ?? chain.logged.get(step);
  return record ?? (chain.proven.has(step) ? undefined : AFTER_ALL);
}

/** Whether the ledger recorded an event, or a log vouches for it because nothing is on the ledger. */
export const isVouched = (chain: Chain, step: Step): boolean =>
  chain.records.has(step) || chain.logged.has(step);

/** When an event was recorded or logged, in Unix seconds. Undefined if it was not, or the chain was not asked. */
export function registeredAt(chain: Chain | null, step: Step): number | undefined {
  const place = chain?.records.get(step) ?? chain?.logged.get(step);
  return place && chain?.times.get(place.block);
}
