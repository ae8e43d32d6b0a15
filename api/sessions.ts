// Defines the views of sessions: of the browser that asks, and of all that a party's API keys have begun.
import { z } from "zod";
import { Time } from "../protocol/base/values.ts";
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
  })
  .meta({ id: "Session" });
export type SessionView = z.infer<typeof SessionView>;

export const StandingSession = z
  .strictObject({
    id: SessionId,
    apiKey: ApiKeyId.meta({ description: "The API key with which it signed in." }),
    label: z.string().meta({ description: "That key's label." }),
    made: Time,
    seen: Time.meta({ description: "Its last request, to the minute." }),
    until: Time.meta({ description: "When it ends in any case." }),
    isCurrent: z.boolean().meta({ description: "It is the one that asks." }),
  })
  .meta({ id: "StandingSession" });
export type StandingSession = z.infer<typeof StandingSession>;
