// The card of rule V09, package id reuse.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V09",
  name: "package id reuse",
  version: 2,
  checks:
    "No other open lot has this package's id, and you have not scanned its label since another holder received it.",
  findings: {
    PACKAGE_ID_TWICE: kind(
      "FAIL",
      "issuer",
      "Another open lot of the same manufacturer has this package id, so one of the two packages is false. Ask the lot's issuer which one is real.",
    ),
    PACKAGE_ID_CLAIMED: kind(
      "INFO",
      "reader",
      "Another party has an open lot with this package id. A better word than its own vouches for this one. Check that the package is the one of this record.",
    ),
    PACKAGES_NOT_COMPARED: kind(
      "INCOMPLETE",
      "issuer",
      "The manufacturer keeps its lots on this ledger, but did not give this package its id, and its packages could not all be compared for you. Ask the manufacturer to confirm the lot, or have the parts tested and record the result.",
    ),
    SEEN_AFTER_CLOSED: kind(
      "FAIL",
      "holder",
      "The package was scanned after its pieces were used up or gone, so its label is on something else. Refuse the package, and ask the last holder.",
    ),
    SEEN_ELSEWHERE: kind(
      "FAIL",
      "holder",
      "You scanned this label at a place of yours after another party had received the package, so one of two packages with this label is false. Ask the holder to check the package it has.",
    ),
    SEEN_BY_OTHERS: kind(
      "INFO",
      "reader",
      "A party that does not have the package scanned its label at a place of its own. Only that party says so. Ask the lot's issuer whether copies of the label exist.",
    ),
  },
  unknowns: {
    PACKAGES_NOT_KNOWN:
      "Other lots with this package id were not looked up. Verify through a service that knows more lots.",
    SIGHTINGS_OF_PACKAGE_NOT_KNOWN:
      "It is not known here where else this package was scanned. Verify through a service where labels are scanned.",
    PACKAGE_ID_NOT_RECORDED:
      "The record shows no id for this package, so others with the same id cannot be found. Ask the lot's issuer for the id.",
  },
} satisfies Card;
