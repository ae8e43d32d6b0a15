// The card of rule V11, label proof.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V11",
  name: "label proof",
  version: 1,
  checks: "The code on the lot's own label is the one that the lot's issuer committed to.",
  findings: {
    LABEL_CODE_WRONG: kind(
      "FAIL",
      "issuer",
      "The code on the label is not the one that the lot's issuer committed to, so the label does not belong to this lot. Refuse the package, and ask the issuer.",
    ),
    LABEL_CODE_UNCOMMITTED: kind(
      "WARN",
      "issuer",
      "The label has a code, but the lot's issuer has committed to none. Ask the issuer whether it printed this label.",
    ),
  },
  unknowns: {
    LABEL_PROOF_NOT_SCANNED:
      "No label was scanned, so its code was not checked. Scan the QR code of the lot's own label.",
    LABEL_HAS_NO_CODE:
      "Anyone can print the codes that were scanned, so they prove nothing. Scan the QR code of the lot's own label.",
    LABEL_CODE_NOT_SHOWN:
      "The label's code was checked where it was scanned, and is not shown here. Scan the label yourself to check it again.",
    NO_LABEL_COMMITMENT:
      "The lot's issuer committed to no label code, so a label cannot prove itself. Inspect the package as usual.",
    LABEL_COMMITMENT_NOT_SHOWN:
      "The commitment to the label's code is withheld or missing. Ask the lot's issuer to disclose it.",
  },
} satisfies Card;
