// A party's policy: as it was set, and as it is applied.
import { z } from "zod";
import { Policy, PolicyDocument } from "../protocol/verdict/policy.ts";

export const PolicyView = z
  .strictObject({
    document: PolicyDocument.meta({ description: "As it was set." }),
    policy: Policy.meta({
      description: "The whole policy: what the document leaves out is as in the default.",
    }),
  })
  .meta({ id: "PolicyView" });
