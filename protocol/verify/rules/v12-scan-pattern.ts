// Judges rule V12, scan pattern. The lot's label was not scanned at more places than one package
// can be in.
import { card } from "../../verdict/findings/v12-scan-pattern.ts";
import { DAY_SECONDS } from "../../base/time.ts";
import { rule } from "./rule.ts";

export const scanPattern = rule(
  card,
  function* ({ input, policy: { maxScanPlaces, scanPlacesDays }, trail, trust }) {
    const sightings = input.facts?.sightings;
    if (sightings === undefined) {
      yield { unknown: "SIGHTINGS_NOT_KNOWN" };
      return;
    }
    const recent = sightings.filter(({ last }) => last >= trust.now - scanPlacesDays * DAY_SECONDS);
    // What other parties say that they scanned is a remark: the holder and the reader have had the package in hand.
    const inHand = recent.filter(({ own, by }) => own || by === "holder");
    const found = { lot: trail.lot, expected: maxScanPlaces };
    if (inHand.length > maxScanPlaces)
      yield { code: "SCANNED_IN_MANY_PLACES", ...found, found: inHand.length };
    else if (recent.length > maxScanPlaces)
      yield { code: "SCANNED_BY_OTHERS", ...found, found: recent.length };
  },
);
