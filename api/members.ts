// Defines the operator's list of people who may sign in with a company account.
import { z } from "zod";
import { Address, Time } from "../protocol/base/values.ts";
import { ApiKeyId, SCOPES } from "./keys.ts";
import { PartyName } from "./parties.ts";

export const MemberId = ApiKeyId.meta({ description: "The line's id." });

/** An e-mail address, compared without regard to case. */
const Email = z
  .email()
  .max(254)
  .transform((text) => text.toLowerCase())
  .meta({ description: "The address that the provider has confirmed for the person." });

export const NewMember = z.strictObject({
  email: Email,
  party: Address.nullable().meta({
    description: "For whom the person acts. Null: for this service's operator.",
  }),
  scope: z.enum(SCOPES),
});

export const MemberView = z
  .strictObject({
    id: MemberId,
    email: z.string(),
    party: PartyName.nullable(),
    scope: z.enum(SCOPES),
    made: Time,
    used: Time.nullable().meta({ description: "Its last sign-in. Null: it has not signed in." }),
  })
  .meta({ id: "Member" });
export type MemberView = z.infer<typeof MemberView>;
