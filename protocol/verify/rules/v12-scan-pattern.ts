// V12: a package is not scanned at more places than one package can be.
import { kind, type Kinds, type Rule } from "./rule.ts";

export const findings = {
  SCANNED_IN_MANY_PLACES: kind(
    "WARN",
    "issuer",
    "This lot was scanned at more places than your policy lets one package be: copies of its label may be about, so compare the package itself.",
  ),
} satisfies Kinds;

const DAY_SECONDS = 86_400;

/** A package is not scanned at more places than one package can be. */
export const scanPattern: Rule = {
  id: "V12",
  name: "scan pattern",
  version: 1,
  looksAt: "how many parties and places have scanned the lot's label of late, whoever they are",
  findings,
  unknowns: {
    SIGHTINGS_NOT_KNOWN:
      "How often the label was scanned elsewhere is not known here: verify through a service at which labels are scanned.",
  },
  *judge({ given, policy: { maxScanPlaces, scanPlacesDays }, trail, trust }) {
    const sightings = given.facts?.sightings;
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
};
