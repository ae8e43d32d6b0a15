// The card of rule V09, package id reuse.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V09",
  name: "package id reuse",
  version: 1,
  checks:
    "No other open lot has this package's id, and no other party has scanned its label since the holder received it.",
  findings: {
    PACKAGE_ID_TWICE: kind(
      "FAIL",
      "issuer",
      "Another open lot of the same maker has this package id, so one of the two packages is false. Ask the lot's issuer which one is real.",
    ),
    SEEN_AFTER_CLOSED: kind(
      "FAIL",
      "holder",
      "The package was scanned after its pieces were used up or gone, so its label is on something else. Refuse the package, and ask the last holder.",
    ),
    SEEN_ELSEWHERE: kind(
      "FAIL",
      "holder",
      "The package was scanned at a place of a party that does not have it, so one of two packages with this label is false. Ask the holder to check the package it has.",
    ),
    SEEN_BY_STRANGER: kind(
      "WARN",
      "issuer",
      "A party outside the record scanned this label at a place of its own. Ask the lot's issuer whether copies of the label exist.",
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
