// Defines the order with which a delivery is compared: the values on its purchase order or packing list.
import { z } from "zod";
import { MAX_INTEGER } from "../base/limits.ts";
import { Country } from "../event/countries.ts";
import { Text } from "../base/text.ts";

/** The ordered values. A value that the order does not state is missing, and is not compared. */
export const Expected = z.strictObject({
  manufacturer: Text(1, 128).exactOptional(),
  mpn: Text(1, 64).exactOptional(),
  makerLot: Text(1, 64).exactOptional(),
  dateCode: Text(1, 32).exactOptional(),
  quantity: z.int().min(1).max(MAX_INTEGER).exactOptional(),
  countryOfOrigin: Country.exactOptional(),
  purchaseOrder: Text(1, 64).exactOptional(),
});
export type Expected = z.infer<typeof Expected>;
