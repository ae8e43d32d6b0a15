// Defines the view of a policy: as it was set, and with all defaults.
import { z } from "zod";
import { Policy, PolicyDocument } from "../protocol/verdict/policy.ts";

export const PolicyView = z
  .strictObject({
    document: PolicyDocument.meta({ description: "The policy as it was set." }),
    policy: Policy.meta({
      description: "The whole policy: settings that the document leaves out have their defaults.",
    }),
  })
  .meta({ id: "PolicyView" });
