// Defines a country as records, labels, packing lists and orders hold it.
import { z } from "zod";
import { COUNTRY_CODES } from "./country-codes.ts";

const CODES = new Set(COUNTRY_CODES);

/** A country as a record holds it. */
export const Country = z
  .string()
  .refine(
    (code) => CODES.has(code),
    "must be the two letters of a country, such as DE (ISO 3166-1), or AA for several",
  )
  .meta({
    description: "A country as ISO 3166-1 alpha-2, or AA for several",
    pattern: "^[A-Z]{2}$",
  });
