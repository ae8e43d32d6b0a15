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
    const places = sightings.filter(
      ({ last }) => last >= trust.now - scanPlacesDays * DAY_SECONDS,
    ).length;
    if (places > maxScanPlaces)
      yield {
        code: "SCANNED_IN_MANY_PLACES",
        lot: trail.lot,
        expected: maxScanPlaces,
        found: places,
      };
  },
);
