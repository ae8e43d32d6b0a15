// Defines a page of a list.
import { z } from "zod";

/** A page of items of one kind. */
export function pageOf<S extends z.ZodType>(item: S) {
  return z.strictObject({
    items: z.array(item),
    next: z
      .string()
      .nullable()
      .meta({ description: "The cursor of the next page; null at the end." }),
  });
}
