// Defines the views of grants: what a party opened to an auditor, and what the auditor read.
import { z } from "zod";
import { VISIBILITIES } from "../protocol/event/restrict.ts";
import { Address, Hash, Time } from "../protocol/base/values.ts";

export const GrantId = z
  .string()
  .regex(/^[0-9a-f]{12}$/, "must be the id of a grant: 12 digits 0-9, a-f");

export const UpTo = z.enum(VISIBILITIES).meta({
  description:
    "How far the grant reaches. private: also the fields that only an event's parties see, for events that you are a party to.",
});
export type UpTo = z.infer<typeof UpTo>;

const grantShape = {
  id: GrantId,
  granter: Address,
  granterName: z.string().nullable(),
  grantee: Address.nullable(),
  granteeName: z.string().nullable().meta({ description: "Null for a link." }),
  label: z.string().nullable().meta({
    description: "The granter's own note. Null for the grantee.",
  }),
  lots: z.array(Hash).meta({
    description: "Without those that the granter sees no longer.",
  }),
  upTo: UpTo,
  fields: z.array(z.string()),
  from: Time,
  until: Time,
  endedAt: Time.nullable().meta({
    description:
      "When its granter ended it, or saw none of its lots any longer. Null where it was not ended.",
  }),
};
export const GrantView = z.strictObject(grantShape).meta({ id: "Grant" });
export type GrantView = z.infer<typeof GrantView>;

export const NewGrant = z
  .strictObject({
    ...grantShape,
    token: z.string().nullable().meta({
      description:
        "The link's token, for `Authorization: Bearer`. It is shown only once. Null where a party is named.",
    }),
  })
  .meta({ id: "NewGrant" });
export type NewGrant = z.infer<typeof NewGrant>;

export const GrantRead = z
  .strictObject({
    at: Time,
    what: z.enum(["lot", "trail", "bundle", "verdict", "document"]),
    lot: Hash,
    document: Hash.nullable(),
  })
  .meta({ id: "GrantRead" });
export type GrantRead = z.infer<typeof GrantRead>;
