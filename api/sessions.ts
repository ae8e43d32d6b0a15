// Defines the views of sessions: of the browser that asks, and of all that a party's API keys have begun.
import { z } from "zod";
import { Address, Signature, Time } from "../protocol/base/values.ts";
import { ApiKeyId } from "./keys.ts";
import { CallerView } from "./service.ts";

export const PersonView = z
  .strictObject({
    id: z.string().regex(/^[a-z]{1,32}$/),
    title: z.string().meta({ description: "Who it is: a role, and where." }),
    says: z.string().meta({ description: "What to try as this person, in a sentence." }),
    path: z.string().meta({ description: "The page on which that begins." }),
  })
  .meta({ id: "Person", description: "Somebody as whom a newcomer can look at the sample." });
export type PersonView = z.infer<typeof PersonView>;

export const SessionId = ApiKeyId.meta({ description: "The session's id." });

/** Why a company account did not sign in. The way back from the provider ends on the first page, which says it in a sentence. */
export const COMPANY_FAILURES = [
  "cancelled",
  "unreachable",
  "expired",
  "rejected",
  "unlisted",
  "unverified",
  "ambiguous",
  "other-account",
] as const;
export type CompanyFailure = (typeof COMPANY_FAILURES)[number];

export const WalletMessage = z
  .strictObject({
    message: z.string().meta({ description: "The text to sign with personal_sign (EIP-4361)." }),
    until: Time.meta({ description: "When it can no longer be used." }),
  })
  .meta({ id: "WalletMessage" });
export type WalletMessage = z.infer<typeof WalletMessage>;

export const SignedMessage = z.strictObject({
  message: z.string().max(1_000).meta({ description: "The text as the service made it." }),
  signature: Signature,
});

export const WalletQuery = z.strictObject({
  address: Address.meta({ description: "The key that will sign: a signing key of a party." }),
});

export const SessionView = z
  .strictObject({
    caller: CallerView.nullable().meta({ description: "Null: nobody is signed in." }),
    session: z.strictObject({ id: SessionId, until: Time }).nullable().meta({
      description: "The session by which the request came. Null: it came with an API key.",
    }),
    people: z.array(PersonView).meta({
      description: "As whom this session may look at the sample. Empty where it may not change.",
    }),
    person: z
      .string()
      .nullable()
      .meta({ description: "The person as whom it looks at the sample. Null with an API key." }),
    ways: z.strictObject({ wallet: z.boolean(), company: z.boolean() }).meta({
      description: "How a browser can sign in here, beside an API key.",
    }),
  })
  .meta({ id: "Session" });
export type SessionView = z.infer<typeof SessionView>;

export const StandingSession = z
  .strictObject({
    id: SessionId,
    by: z.enum(["apiKey", "wallet", "company"]).meta({ description: "With what it signed in." }),
    label: z.string().meta({
      description: "The API key's label or id, the wallet's key, or the company account's address.",
    }),
    party: Address.nullable().meta({ description: "For whom it acts. Null: the operator." }),
    made: Time,
    seen: Time.meta({ description: "Its last request, to the minute." }),
    until: Time.meta({ description: "When it ends in any case." }),
    isCurrent: z.boolean().meta({ description: "It is the one that asks." }),
  })
  .meta({ id: "StandingSession" });
export type StandingSession = z.infer<typeof StandingSession>;
