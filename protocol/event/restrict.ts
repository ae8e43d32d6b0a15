// Defines restrictions: an event's author lets fewer parties see a field than usual.
import { z } from "zod";
import { DETAIL_FIELDS, type DetailName, type Visibility } from "./detail-fields.ts";

/** Who may see a field, from the most readers to the fewest. */
export const VISIBILITIES = ["public", "trail", "private"] as const satisfies readonly Visibility[];

/** Whether a reader who sees fields up to `upTo` may see a field of this visibility. */
export const isWithin = (visibility: Visibility, upTo: Visibility): boolean =>
  VISIBILITIES.indexOf(visibility) <= VISIBILITIES.indexOf(upTo);

const DETAIL_NAMES = Object.keys(DETAIL_FIELDS) as [DetailName, ...DetailName[]];
/** The name of a field. */
export const DetailNameText = z.enum(DETAIL_NAMES);

/** The restricted fields of an event's details by name, and who may see each: fewer than usual, never more. */
export const Restrictions = z
  .partialRecord(DetailNameText, z.enum(["trail", "private"]))
  .superRefine((restricted, issue) => {
    for (const [name, visibility] of Object.entries(restricted)) {
      const usual = DETAIL_FIELDS[name as DetailName].visibility;
      if (isWithin(visibility, usual))
        issue.addIssue({
          code: "custom",
          path: [name],
          message: `must be stricter than ${usual}, which is what applies anyway`,
        });
    }
  })
  .meta({
    id: "Restrictions",
    description:
      "The fields that the author restricts, by name, and who may see each: `trail` or `private`.",
  });
export type Restrictions = z.infer<typeof Restrictions>;

/** Merges two restrictions: the stricter one of each field. */
export function strictest(one: Restrictions, other: Restrictions): Restrictions {
  const both = { ...one };
  for (const [name, visibility] of Object.entries(other) as [DetailName, "trail" | "private"][])
    if (both[name] !== "private") both[name] = visibility;
  return both;
}
