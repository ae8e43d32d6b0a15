// Judges rule V08, split and assembly. The parts of a split add up to the lot that was split, and
// no product of an assembly is one of its own inputs.
import { makesLotsOfLots } from "../../trail/trail.ts";
import type { Case } from "../case.ts";
import { withheldOf } from "../places.ts";
import { ZERO_HASH } from "../../base/values.ts";
import { card } from "../../verdict/findings/v08-split-parentage.ts";
import { rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

/**
 * Reports withheld entries of the lot and its ancestors, which the ledger's record names. Without a record, any withheld
 * entry of a split or an assembly may be one of them, or may add pieces from nowhere.
 */
function* withheldEntries({ chain, replay: { steps, ancestry } }: Case): Generator<Ruling> {
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

export const splitParentage = rule(card, function* (subject) {
  yield* withheldEntries(subject);
  const { ancestry, unbroken } = subject.replay;
  const areKnown = [...ancestry.lots].every((lot) => ancestry.creations.has(lot));
  if (!unbroken || !areKnown) yield { unknown: "PARENTS_NOT_KNOWN" };
});
