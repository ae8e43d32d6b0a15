// Defines the views of the signing keys that the service keeps, and of API keys.
import { z } from "zod";
import { Address } from "../protocol/base/values.ts";

export const NewKey = z.strictObject({ key: Address, party: Address });

export const ApiKeyId = z
  .string()
  .regex(/^[0-9a-f]{12}$/, "must be the id of an API key: 12 digits 0-9, a-f");

export const SCOPES = ["read", "write", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

const apiKeyShape = {
  id: ApiKeyId,
  party: Address.nullable().meta({ description: "Null for the service's operator." }),
  scope: z.enum(SCOPES),
  label: z.string(),
};
export const NewApiKey = z
  .strictObject({
    ...apiKeyShape,
    key: z.string().meta({ description: "The key itself. It is shown only once." }),
  })
  .meta({ id: "NewApiKey" });
export const ApiKeyView = z
  .strictObject({
    ...apiKeyShape,
    partyName: z.string().nullable().meta({
      description:
        "The party's name; null for the operator's keys, and where the ledger has no such party.",
    }),
    createdAt: z.iso.datetime(),
    revokedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "ApiKey" });
export type ApiKeyView = z.infer<typeof ApiKeyView>;
