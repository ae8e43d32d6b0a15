// V11: the code that only the lot's own label carries is the one to which its issuer has committed.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V11",
  name: "label proof",
  version: 1,
  looksAt:
    "the code in the link of the lot's own label, and the commitment to it in the event that made the lot",
  findings: {
    LABEL_CODE_WRONG: kind(
      "FAIL",
      "issuer",
      "The label's code is not the one to which the lot's issuer has committed: the label is not the lot's own, so refuse the package.",
    ),
    LABEL_CODE_UNCOMMITTED: kind(
      "WARN",
      "issuer",
      "The label carries a code, and the lot's issuer has committed to none: ask the issuer whether it printed this label.",
    ),
  },
  unknowns: {
    LABEL_PROOF_NOT_SCANNED:
      "No label was scanned, so its code could not be checked: scan the QR code of the lot's own label.",
    LABEL_HAS_NO_CODE:
      "The codes that were scanned prove nothing by themselves, for anybody can print them: scan the QR code of the lot's own label.",
    LABEL_CODE_NOT_SHOWN:
      "The label's code was checked elsewhere and is not shown here: only who has the label can check it again.",
    NO_LABEL_COMMITMENT:
      "The event that made the lot commits to no code, so that its label cannot prove itself: inspect the package as usual.",
    LABEL_COMMITMENT_NOT_SHOWN:
      "What the label's code must hash to is withheld or missing: ask the lot's issuer to disclose it.",
  },
} satisfies Card;
