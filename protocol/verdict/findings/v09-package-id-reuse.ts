// V09: one package is in one place at a time, and nowhere once its pieces are gone.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V09",
  name: "package id reuse",
  version: 1,
  looksAt:
    "other open lots with the package's id, and where its label was scanned while somebody held it",
  findings: {
    PACKAGE_ID_TWICE: kind(
      "FAIL",
      "issuer",
      "Another open lot of the same maker has this package id, and a package is one lot: find out which of the two is the real one.",
    ),
    SEEN_AFTER_CLOSED: kind(
      "FAIL",
      "holder",
      "The package was scanned after its pieces were used up or gone: its label is on something else, so refuse that package.",
    ),
    SEEN_ELSEWHERE: kind(
      "FAIL",
      "holder",
      "The package was scanned at a place of a party that does not have it: one of the two packages with this label is false.",
    ),
    SEEN_BY_STRANGER: kind(
      "WARN",
      "issuer",
      "A party that the record does not know scanned this label at a place of its own: ask the issuer whether a copy is about.",
    ),
  },
  unknowns: {
    PACKAGES_NOT_KNOWN:
      "Whether another lot has this package id was not looked up: verify through a service that knows more lots.",
    SIGHTINGS_OF_PACKAGE_NOT_KNOWN:
      "Where else this package was seen is not known here: verify through a service at which labels are scanned.",
    PACKAGE_ID_NOT_RECORDED:
      "The record shows no id of this package, so that others with the same one cannot be found: ask its issuer for the id.",
  },
} satisfies Card;
