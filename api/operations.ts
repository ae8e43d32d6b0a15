// Defines the log of operations: who did what to administer a party or the service, and when.
import { z } from "zod";
import { Time } from "../protocol/base/values.ts";
import { PartyName } from "./parties.ts";

/** What is logged. A kind is never renamed. */
export const OPERATIONS = [
  "session.begin",
  "session.end",
  "session.end-all",
  "api-key.make",
  "api-key.revoke",
  "key.make",
  "key.revoke",
  "party.admit",
  "party.suspend",
  "party.reinstate",
  "company.make",
  "member.add",
  "member.remove",
  "policy.set",
  "grant.make",
  "grant.end",
  "statement.make",
  "document.add",
] as const;
export type OperationName = (typeof OPERATIONS)[number];

export const OperationView = z
  .strictObject({
    at: Time,
    act: z.enum(OPERATIONS),
    about: z.string().meta({
      description: "What it was done to: an id, an address, a name, or how many.",
    }),
    party: PartyName.nullable().meta({ description: "The party that it concerns. Null: none." }),
    by: z.strictObject({
      party: PartyName.nullable().meta({
        description: "For whom it was done. Null: this service's operator.",
      }),
      with: z.string().nullable().meta({
        description:
          "An API key's label or id, a wallet's key, or a company account's address. Null where it is of another party than the reader's.",
      }),
    }),
  })
  .meta({ id: "Operation" });
export type OperationView = z.infer<typeof OperationView>;
