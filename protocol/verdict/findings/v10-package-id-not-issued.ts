// V10: whoever is said to have given a package its id has issued it.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V10",
  name: "package id not issued",
  version: 1,
  looksAt:
    "the lot to which the label links, and each package id on the label: whether its issuer knows it",
  findings: {
    LOT_NOT_ISSUED: kind(
      "FAIL",
      "issuer",
      "The label links to a lot that its issuer has never had recorded on the ledger: refuse the package, unless the issuer explains it.",
      "service",
    ),
    PACKAGE_ID_NOT_ISSUED: kind(
      "FAIL",
      "issuer",
      "The label has a package id that neither the lot's issuer nor its maker ever gave out: refuse the package until they explain it.",
    ),
    PACKAGE_ID_ISSUER_UNKNOWN: kind(
      "WARN",
      "issuer",
      "The label has a package id that is not the lot's, and its maker keeps no lots on this ledger: ask the maker whether it gave out that id.",
    ),
  },
  unknowns: {
    PACKAGE_ID_NOT_SCANNED:
      "No label was scanned, so there is no package id to ask its issuer about: scan the package's codes.",
    PACKAGE_ID_NOT_ON_LABEL:
      "The codes that were scanned have no package id and no link to a lot: scan the maker's label or our own.",
    PACKAGE_ID_NOT_LOOKED_UP:
      "Whether its issuer gave out the label's package id was not looked up: verify through a service on this ledger.",
  },
} satisfies Card;
