// V23: what came back to a seller was looked at before it was sold again.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V23",
  name: "return and re-entry",
  version: 1,
  looksAt:
    "each shipment back, by its reason or the authorisation of the return, and what was inspected before the next",
  findings: {
    RETURNED: kind(
      "INFO",
      "holder",
      "The lot was sent back once by a party that had bought it: look at what that party, and who took it back, say of it.",
    ),
    RETURN_NOT_INSPECTED: kind(
      "WARN",
      "actor",
      "The lot came back and was sent on without an inspection or an unbroken seal on record: inspect it as if from the open market.",
    ),
  },
  unknowns: {
    RETURNS_NOT_FOLLOWED:
      "The trail breaks off, so it cannot be seen whether the lot came back: ask for the newest trail.",
    RETURN_WITHHELD:
      "Why a shipment was sent is withheld, so it may be a return: ask its sender to disclose the reason.",
    RETURN_DETAILS_MISSING:
      "A shipment on the lot's way comes without its details, so it may be a return: ask its sender for them.",
    INSPECTION_WITHHELD:
      "Whether the lot was inspected after it came back is withheld: ask the party that took it back to disclose it.",
  },
} satisfies Card;
