// How a party wants its verdicts to be judged.
import { PolicyDocument, policyOf } from "../../../protocol/verdict/policy.ts";
import { PolicyView } from "../../../api/policy.ts";
import { policyFor, setPolicy } from "../../verdict/policy.ts";
import { route } from "./route.ts";

export const policies = [
  route({
    method: "get",
    path: "/v1/policy",
    tag: "Lots",
    summary: "The caller's policy",
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
      "Every verdict that the caller asks for from now on is judged by it, and shows it. It replaces what was set before; an empty document is the default.",
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
