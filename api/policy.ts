// Defines a policy as people write it, with names of parties, and its view: as it was set, and with all defaults.
import { z } from "zod";
import { Text } from "../protocol/base/text.ts";
import { Policy, PolicyDocument } from "../protocol/verdict/policy.ts";
import { PartyName } from "./parties.ts";

/** The settings that list parties. `brands` lists them by the brand. */
export const PARTY_SETTINGS = ["approvedSuppliers", "alertIssuers"] as const;

const Party = Text(1, 128).meta({
  description: "A party's address, or its name exactly as the ledger has it.",
});

/** A policy in a request. */
export const PolicyRequest = PolicyDocument.extend({
  brands: z.record(Text(1, 128), z.array(Party).max(64)).optional(),
  approvedSuppliers: z.array(Party).max(1_000).optional(),
  alertIssuers: z.array(Party).max(1_000).optional(),
}).meta({ id: "PolicyRequest" });
export type PolicyRequest = z.infer<typeof PolicyRequest>;

export const PolicyView = z
  .strictObject({
    document: PolicyDocument.meta({ description: "The policy as it was set." }),
    policy: Policy.meta({
      description: "The whole policy: settings that the document leaves out have their defaults.",
    }),
    parties: z.array(PartyName).meta({ description: "The parties that the policy lists." }),
  })
  .meta({ id: "PolicyView" });
