// Reads whole numbers in a query, which holds texts only.
import { z } from "zod";
import { MAX_INTEGER } from "../../../protocol/base/limits.ts";

/** A schema for a whole number in a query, from `min` to `max`. */
export function wholeNumber(min = 0, max = MAX_INTEGER) {
  const form = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^(0|[1-9]\d{0,15})$/, form)
    .transform(Number)
    .refine((number) => number >= min && number <= max, form)
    .meta({
      override: ({ jsonSchema }) => {
        delete jsonSchema.pattern;
        Object.assign(jsonSchema, { type: "integer", minimum: min, maximum: max });
      },
    });
}
