// The card of rule V28, order.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V28",
  name: "order",
  version: 1,
  checks:
    "Manufacturer, manufacturer lot, date code, country, quantity and order number, recorded and scanned, are those on your order or packing list.",
  findings: {
    ORDER_MANUFACTURER_DIFFERS: kind(
      "FAIL",
      "holder",
      "The manufacturer is not the one on your order. Check whether both names belong to one company, and return the parts otherwise.",
    ),
    ORDER_MAKER_LOT_DIFFERS: kind(
      "FAIL",
      "holder",
      "The manufacturer lot is not the one on your order or packing list, so this is another package. Ask the sender which one it shipped.",
    ),
    ORDER_DATE_CODE_DIFFERS: kind(
      "FAIL",
      "holder",
      "The date code is not the one on your order or packing list. Ask the sender which parts it shipped.",
    ),
    ORDER_COUNTRY_DIFFERS: kind(
      "FAIL",
      "holder",
      "The country of origin is not the one on your order or packing list. Ask the sender for proof of origin, and correct the customs papers.",
    ),
    ORDER_QUANTITY_DIFFERS: kind(
      "WARN",
      "holder",
      "The quantity is not the one on your order or packing list. Count the parts, and tell the sender of a shortfall or surplus.",
    ),
    ORDER_NUMBER_DIFFERS: kind(
      "WARN",
      "holder",
      "The label shows another order number than yours. Check whether the package was meant for another order or customer.",
    ),
  },
  unknowns: {
    ORDER_NOT_GIVEN:
      "You have given no order to compare with. Give the manufacturer, lot, date code, country and quantity from your order or packing list.",
    ORDERED_FIELD_NOT_KNOWN:
      "Neither the record nor a scanned label shows a value that your order states, or it cannot be compared. Scan all codes on the package, or ask the sender.",
  },
} satisfies Card;
