// The card of rule V14, label vs record.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V14",
  name: "label vs record",
  version: 2,
  checks: "Every field that the scanned label and the lot's record share has the same value.",
  findings: {
    LABEL_LOT_DIFFERS: kind(
      "FAIL",
      "holder",
      "The label links to another lot. Look up that lot instead.",
    ),
    LABEL_PACKAGE_ID_DIFFERS: kind(
      "FAIL",
      "holder",
      "None of the package ids on the label is the recorded one, so this is another package. Look for the right package, or refuse this one.",
    ),
    LABEL_MPN_DIFFERS: kind(
      "FAIL",
      "holder",
      "The part number on the label differs from the recorded one. Do not use the parts until the holder explains it.",
    ),
    LABEL_MAKER_LOT_DIFFERS: kind(
      "FAIL",
      "holder",
      "The manufacturer lot on the label differs from the recorded one, so these are other pieces. Ask the holder where the recorded pieces are.",
    ),
    LABEL_MANUFACTURER_DIFFERS: kind(
      "WARN",
      "holder",
      "The label names another manufacturer than the record. Check whether both names belong to one company, such as a company and its brand.",
    ),
    LABEL_DATE_DIFFERS: kind(
      "WARN",
      "holder",
      "The date code on the label and the recorded one cannot mean the same date. Compare both with the marking on the parts.",
    ),
    LABEL_NOT_CORRECTED: kind(
      "WARN",
      "holder",
      "The label shows what the record stated before its issuer corrected it. Compare the parts with the corrected value, and ask the issuer for a new label.",
    ),
    LABEL_QUANTITY_DIFFERS: kind(
      "WARN",
      "holder",
      "The quantity on the label is not what remains by the record. Count the pieces, and ask the holder what was taken.",
    ),
    LABEL_COUNTRY_DIFFERS: kind(
      "WARN",
      "holder",
      "The country of origin on the label differs from the recorded one. Ask the manufacturer which site the lot came from.",
    ),
    LABEL_MSL_DIFFERS: kind(
      "WARN",
      "holder",
      "The moisture sensitivity level on the label differs from the recorded one. Handle the parts by the more sensitive of the two.",
    ),
  },
  unknowns: {
    LABEL_NOT_COMPARED:
      "No label was scanned, so the package was not compared with the record. Scan the codes on the package.",
    LABEL_MISTYPED:
      "The label's codes arrived through another keyboard layout, so they could not be compared with the record. Set the scanner's layout, and scan again.",
    LABEL_SAYS_TOO_LITTLE:
      "The label and the record share too little to tell this lot from another. Scan the label's two-dimensional code as well.",
  },
} satisfies Card;
