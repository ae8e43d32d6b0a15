// Bounds how many units of a product hold pieces of a suspect lot. Every bound is attained in some course of events that fits
// the evidence, so no narrower interval is true. Bounds of sibling lots must not be added: keep the bounds of their parent.
import type { Bounds } from "./concentration.ts";

/** An assembly, as far as one part of it matters. */
export interface Assembly {
  /** Suspect pieces that the assembly consumed, at least and at most. A lot's own pieces are exact: both are the same. */
  suspect: Bounds;
  /** All pieces of that part that it consumed, of whatever lot. */
  consumed: number;
  /** Units that it made. */
  units: number;
  /** Pieces of the part in each unit; null: not known. */
  perUnit: number | null;
  /** Pieces of the suspect lot that were lost on the line; null: not said. */
  lost: number | null;
}

/**
 * The most pieces of the suspect lot that can have been lost on the line: what all units together do not hold. Where it is
 * not known how many pieces a unit holds, each may hold only one.
 */
function mostLost({ suspect, consumed, units, perUnit, lost }: Assembly): number {
  if (lost !== null) return lost;
  return Math.min(suspect[1], Math.max(0, consumed - units * (perUnit ?? 1)));
}

/**
 * Bounds the units that hold suspect pieces. At least: the pieces fill as few units as they can, after the most are lost. At
 * most: each unit holds one.
 * @returns [least, most] units, whole numbers
 * @throws RangeError if a count is negative, or a unit holds no pieces
 */
export function affectedUnits(assembly: Assembly): Bounds {
  const { suspect, consumed, units, lost } = assembly;
  const perUnit = assembly.perUnit ?? mostPerUnit(assembly);
  if ([suspect[0], suspect[1] - suspect[0], consumed, units, lost ?? 0].some((count) => count < 0))
    throw new RangeError("assembly: counts must be 0 or more");
  if (units === 0) return [0, 0];
  if (!(perUnit > 0)) throw new RangeError("perUnit: must be more than 0");
  const inUnits = Math.max(0, suspect[0] - mostLost(assembly));
  // What is known to be lost of an exact count cannot be in a unit.
  const most = lost === null ? suspect[1] : Math.max(0, suspect[1] - lost);
  return [Math.min(units, Math.ceil(inUnits / perUnit)), Math.min(units, most)];
}

/**
 * The pieces that a unit holds at most in the course of events with the fewest affected units. More pieces in each unit leave
 * fewer to be lost, and that weighs more: n − (X − x)/b rises with b. So it is 1, unless the loss is known.
 */
function mostPerUnit({ consumed, units, lost }: Assembly): number {
  return lost === null ? 1 : Math.max(1, Math.ceil((consumed - lost) / Math.max(1, units)));
}

/**
 * Bounds the affected units among some of a lot's units, where nobody knows which ones were taken out.
 * @param affected bounds over all units of the lot
 * @param units of the lot
 * @param taken of these, at most `units`
 * @throws RangeError if more are taken than there are
 */
export function affectedAmong(affected: Bounds, units: number, taken: number): Bounds {
  if (!(taken >= 0 && taken <= units))
    throw new RangeError("taken: must be 0 to the units of the lot");
  const [least, most] = affected;
  return [Math.max(0, least - (units - taken)), Math.min(taken, most)];
}
