// V15: the codes of one label say the same.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V15",
  name: "label self-consistency",
  version: 1,
  looksAt:
    "what the label's two-dimensional code, its linear codes and its printed text each say of one thing",
  findings: {
    LABEL_CONTRADICTS_ITSELF: kind(
      "FAIL",
      "holder",
      "Two codes of this label say different things, as where one was pasted over: do not use the parts until the maker explains it.",
    ),
  },
  unknowns: {
    LABEL_CODES_NOT_SCANNED:
      "No label was scanned, so its codes could not be held against each other: scan all codes of the package's label.",
    LABEL_CODES_NOT_COMPARED:
      "Only one of the label's codes was scanned, or none says what another does: scan its linear codes as well.",
  },
} satisfies Card;
