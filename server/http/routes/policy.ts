// Serves and sets the policy by which the caller's verdicts are judged.
import { PolicyDocument, policyOf } from "../../../protocol/verdict/policy.ts";
import { PolicyView } from "../../../api/policy.ts";
import { policyFor, setPolicy } from "../../verdict/policy.ts";
import { route } from "./route.ts";

export const policies = [
  route({
    method: "get",
    path: "/v1/policy",
    tag: "Lots",
    summary: "Read the caller's policy",
    access: { scope: "read", who: "anyone" },
    answers: { 200: PolicyView },
    async handle({ ctx }, { caller }) {
      const document = await policyFor(ctx.prisma, caller);
      return { status: 200, body: { document, policy: policyOf(document) } };
    },
  }),
  route({
    method: "post",
    path: "/v1/policy",
    tag: "Lots",
    summary: "Set the caller's policy",
    about:
      "All later verdicts for the caller are judged by it, and show it. It replaces the earlier policy. An empty document is the default policy.",
    access: { scope: "admin", who: "anyone" },
    body: PolicyDocument,
    bodyBytes: 4 * 1024 * 1024,
    answers: { 200: PolicyView },
    async handle({ ctx }, { body, caller }) {
      await setPolicy(ctx.prisma, caller, body);
      return { status: 200, body: { document: body, policy: policyOf(body) } };
    },
  }),
];
