// The card of rule V10, package id not issued.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V10",
  name: "package id not issued",
  version: 3,
  checks:
    "The lot that the label links to, and every package id on the label, was issued by the lot's issuer or its manufacturer.",
  findings: {
    LOT_NOT_ISSUED: kind(
      "FAIL",
      "issuer",
      "The label links to a lot that the ledger does not know. Refuse the package until its issuer explains it, or sends the trail of a lot that is not settled yet.",
      "service",
    ),
    PACKAGE_ID_NOT_ISSUED: kind(
      "FAIL",
      "issuer",
      "The label has a package id that neither the lot's issuer nor its manufacturer issued. Refuse the package until they explain it.",
    ),
    PACKAGE_ID_ISSUER_UNKNOWN: kind(
      "WARN",
      "issuer",
      "The label has a package id that is not this lot's, and nothing that you may see shows who issued it. Ask the manufacturer whether it issued the id.",
    ),
  },
  unknowns: {
    PACKAGE_ID_NOT_SCANNED:
      "No label was scanned, so there is no package id to check. Scan the codes on the package.",
    PACKAGE_ID_NOT_ON_LABEL:
      "The scanned codes contain neither a package id nor a link to a lot. Scan the manufacturer's label or the Reelproof label.",
    PACKAGE_ID_NOT_LOOKED_UP:
      "The label's package id was not looked up with its issuer. Verify through a service of this ledger.",
  },
} satisfies Card;
