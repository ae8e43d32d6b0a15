// V14: the label says what the record says.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V14",
  name: "label vs record",
  version: 1,
  looksAt: "each field that the scanned label and the lot's record both have",
  findings: {
    LABEL_LOT_DIFFERS: kind(
      "FAIL",
      "holder",
      "The label links to another lot than this one: look that lot up instead.",
    ),
    LABEL_PACKAGE_ID_DIFFERS: kind(
      "FAIL",
      "holder",
      "None of the label's package ids is the recorded one: this is another package, so look for the right one or refuse it.",
    ),
    LABEL_MPN_DIFFERS: kind(
      "FAIL",
      "holder",
      "The label's part number is not the recorded one to the last character: do not use the parts until the holder explains it.",
    ),
    LABEL_MAKER_LOT_DIFFERS: kind(
      "FAIL",
      "holder",
      "The label's maker's lot is not the recorded one: these are not the pieces of the record, so ask the holder where they went.",
    ),
    LABEL_MANUFACTURER_DIFFERS: kind(
      "WARN",
      "holder",
      "The label names another maker than the record: check whether both names are of one company, such as a brand.",
    ),
    LABEL_DATE_DIFFERS: kind(
      "WARN",
      "holder",
      "The label's date code and the recorded one cannot mean the same time: compare with the marking on the parts.",
    ),
    LABEL_QUANTITY_DIFFERS: kind(
      "WARN",
      "holder",
      "The label's quantity is not what the record has left: count the pieces, or look for what was taken from the package.",
    ),
    LABEL_COUNTRY_DIFFERS: kind(
      "WARN",
      "holder",
      "The label's country of origin is not the recorded one: ask the maker which of its sites the lot is from.",
    ),
    LABEL_MSL_DIFFERS: kind(
      "WARN",
      "holder",
      "The label's moisture level is not the recorded one: handle the parts by the more sensitive of the two.",
    ),
  },
  unknowns: {
    LABEL_NOT_COMPARED:
      "No label was scanned, so nothing on the package was held against the record: scan the package's codes.",
    LABEL_SAYS_TOO_LITTLE:
      "Label and record share no part number, or nothing that tells this lot from another: scan the label's two-dimensional code as well.",
  },
} satisfies Card;
