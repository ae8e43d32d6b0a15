// What the author of an event shows to fewer than its fields are usually shown to.
import { z } from "zod";
import { DETAIL_FIELDS, type DetailName, type Visibility } from "./detail-fields.ts";

/** Who may see a field, from the most to the fewest. */
export const VISIBILITIES = ["public", "trail", "private"] as const satisfies readonly Visibility[];

/** Whether a field of this visibility is open to a reader who sees fields up to that one. */
export const isWithin = (visibility: Visibility, upTo: Visibility): boolean =>
  VISIBILITIES.indexOf(visibility) <= VISIBILITIES.indexOf(upTo);

const DETAIL_NAMES = Object.keys(DETAIL_FIELDS) as [DetailName, ...DetailName[]];
export const DetailNameText = z.enum(DETAIL_NAMES);

/** Fields of an event's details by name, and who may see each: fewer than usual, never more. */
export const Restrictions = z
  .partialRecord(DetailNameText, z.enum(["trail", "private"]))
  .superRefine((restricted, issue) => {
    for (const [name, visibility] of Object.entries(restricted)) {
      const usual = DETAIL_FIELDS[name as DetailName].visibility;
      if (isWithin(visibility, usual))
        issue.addIssue({
          code: "custom",
          path: [name],
          message: `stricter than ${usual}, which it is anyway`,
        });
    }
  })
  .meta({
    id: "Restrictions",
    description:
      "Fields that the author shows to fewer than usual: by name, and to whom (trail or private).",
  });
export type Restrictions = z.infer<typeof Restrictions>;

/** Both restrictions at once: of each field the stricter. */
export function strictest(one: Restrictions, other: Restrictions): Restrictions {
  const both = { ...one };
  for (const [name, visibility] of Object.entries(other) as [DetailName, "trail" | "private"][])
    if (both[name] !== "private") both[name] = visibility;
  return both;
}
