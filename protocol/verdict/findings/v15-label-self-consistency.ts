// The card of rule V15, label self-consistency.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V15",
  name: "label self-consistency",
  version: 1,
  checks:
    "The two-dimensional code, the linear codes and the text of the label do not contradict each other.",
  findings: {
    LABEL_CONTRADICTS_ITSELF: kind(
      "FAIL",
      "holder",
      "Two codes on this label contradict each other, as when one is pasted over another. Do not use the parts until the manufacturer explains it.",
    ),
  },
  unknowns: {
    LABEL_CODES_NOT_SCANNED:
      "No label was scanned, so its codes could not be compared with each other. Scan all codes on the label.",
    LABEL_CODES_NOT_COMPARED:
      "Only one code was scanned, or the codes have no field in common, so there was nothing to compare. Scan the label's linear codes as well.",
  },
} satisfies Card;
