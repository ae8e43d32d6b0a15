// V08: reels that were split add up to what they were split from, and products are not their own inputs.
import { makesLotsOfLots } from "../../trail/trail.ts";
import type { Found } from "../../verdict/verdict.ts";
import { type Case, withheldOf } from "../case.ts";
import { ZERO_HASH } from "../../base/values.ts";
import { kind, type Kinds, type Rule } from "./rule.ts";

export const findings = {
  EntryKindsNotAllowed: kind(
    "FAIL",
    "actor",
    "A split needs one existing lot, an assembly at least one, and both need new ones: have it made again.",
  ),
  QuantityNotConserved: kind(
    "FAIL",
    "actor",
    "The parts of a split do not add up to what was split: count them and ask the signing party.",
  ),
  PRODUCT_IS_INPUT: kind(
    "FAIL",
    "actor",
    "An assembly gives its product the part number of one of its inputs, as if parts came out of it anew: refuse the product.",
  ),
  ENTRY_WITHHELD: kind(
    "INCOMPLETE",
    "service",
    "An entry is withheld that may say what the lot was made of, or whether the pieces add up: ask for the event in whole.",
  ),
  ENTRY_WITHHELD_IN_LOG: kind(
    "INCOMPLETE",
    "service",
    "An entry of this split or assembly is withheld, and a log has added up nothing: ask for the event in whole, or have it settled.",
  ),
} satisfies Kinds;

/**
 * The entries that must not be withheld, as far as anybody can tell: those of the lot and its ancestors, which the ledger's
 * record names. Where it has none, any entry of a split or an assembly may be one, or may take pieces from nowhere.
 */
function* withheldEntries({ chain, replay: { steps, ancestry } }: Case): Generator<Found> {
  for (const step of steps) {
    const { event, digest } = step;
    const makes = makesLotsOfLots(event);
    const makesOurs =
      makes &&
      event.entries.some(({ lot, previous }) => previous === ZERO_HASH && ancestry.lots.has(lot));
    const code = chain?.logged.has(step) ? "ENTRY_WITHHELD_IN_LOG" : "ENTRY_WITHHELD";
    for (const { index, line } of withheldOf(chain, step)) {
      const isOurs = line && (ancestry.lots.has(line.lot) || (makesOurs && !line.isNew));
      if (line ? isOurs : makes)
        yield { code, event: digest, lot: line?.lot, field: `entries.${index}` };
    }
  }
}

/** Reels that were split add up to what they were split from, and products are not their own inputs. */
export const splitParentage: Rule = {
  id: "V08",
  name: "split and assembly",
  version: 2,
  looksAt: "the lots that each split or assembly takes and makes",
  findings,
  unknowns: {
    PARENTS_NOT_KNOWN:
      "What the lot was split from or assembled of is not all in the trail: ask for the events that are missing.",
  },
  *judge(subject) {
    yield* withheldEntries(subject);
    const { ancestry, unbroken } = subject.replay;
    const areKnown = [...ancestry.lots].every((lot) => ancestry.creations.has(lot));
    if (!unbroken || !areKnown) yield { unknown: "PARENTS_NOT_KNOWN" };
  },
};
