// Defines the answer to a request that makes a company known: what it has, and what was made for it.
import { z } from "zod";
import { Address } from "../protocol/base/values.ts";
import { NewApiKey } from "./keys.ts";
import { RoleNames } from "./parties.ts";

export const CompanyView = z
  .strictObject({
    address: Address.meta({ description: "The company's account, which the service keeps." }),
    name: z.string(),
    roles: RoleNames,
    signingKey: Address.meta({
      description: "The key that signs its events. The service keeps it.",
    }),
    isNew: z.boolean().meta({ description: "False: everything was there, and nothing was made." }),
    apiKey: NewApiKey.nullable().meta({
      description: "The company's API key. Null: it has one already, which is shown only once.",
    }),
    keptIn: z.string().nullable().meta({
      description: "The file on the service's machine that keeps the new API key, for --as.",
    }),
  })
  .meta({ id: "Company" });
export type CompanyView = z.infer<typeof CompanyView>;
