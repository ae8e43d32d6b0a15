// The card of rule V23, return and re-entry.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V23",
  name: "return and re-entry",
  version: 1,
  checks:
    "A lot that a customer returned was inspected, or its seal was unbroken, before it was sold again.",
  findings: {
    RETURNED: kind(
      "INFO",
      "holder",
      "A customer once returned this lot. Check what the customer, and the party that took it back, recorded about it.",
    ),
    RETURN_NOT_INSPECTED: kind(
      "WARN",
      "actor",
      "The lot was returned and sold again without a recorded inspection or unbroken seal. Inspect it like parts from the open market.",
    ),
  },
  unknowns: {
    RETURNS_NOT_FOLLOWED:
      "The trail has a gap, so it is not known whether the lot was returned. Ask the sender for the newest trail.",
    RETURN_WITHHELD:
      "The reason for a shipment is withheld, so it may be a return. Ask the party that shipped it to disclose the reason.",
    RETURN_DETAILS_MISSING:
      "A shipment comes without its details, so it may be a return. Ask the party that shipped it for them.",
    INSPECTION_WITHHELD:
      "The inspection after the return is withheld. Ask the party that took the lot back to disclose it.",
  },
} satisfies Card;
