// Serves and sets the policy by which the caller's verdicts are judged.
import type { z } from "zod";
import { PolicyDocument, policyOf } from "../../../protocol/verdict/policy.ts";
import { PARTY_SETTINGS, PolicyRequest, PolicyView } from "../../../api/policy.ts";
import { addressesOf } from "../../access/party-names.ts";
import { namer } from "../../custody/views.ts";
import type { Db } from "../../storage/db.ts";
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
      return { status: 200, body: await policyView(ctx.prisma, document) };
    },
  }),
  route({
    method: "post",
    path: "/v1/policy",
    tag: "Lots",
    summary: "Set the caller's policy",
    about:
      "All later verdicts for the caller are judged by it, and show it. It replaces the earlier policy. An empty document is the default policy. Parties are given by address, by name, or by the start of a name: one that fits several parties is refused.",
    access: { scope: "admin", who: "anyone" },
    body: PolicyRequest,
    bodyBytes: 4 * 1024 * 1024,
    answers: { 200: PolicyView },
    async handle({ ctx }, { body, caller }) {
      const document = await withAddresses(ctx.prisma, body);
      await ctx.prisma.$transaction(async (tx) => {
        await setPolicy(tx, caller, document);
        await ctx.record?.(tx, "policy.set", Object.keys(document).join(", "));
      });
      return { status: 200, body: await policyView(ctx.prisma, document) };
    },
  }),
];

/** A policy with addresses in place of parties' names. @throws Refusal BAD_FIELD, AMBIGUOUS_PARTY */
async function withAddresses(db: Db, request: PolicyRequest): Promise<PolicyDocument> {
  const lists: [string, string[]][] = Object.entries(request.brands ?? {}).map(([brand, texts]) => [
    `brands.${brand}`,
    texts,
  ]);
  for (const name of PARTY_SETTINGS) {
    const texts = request[name];
    if (texts) lists.push([name, texts]);
  }
  const found = new Map<string, string[]>();
  for (const [field, texts] of lists) {
    const refs = texts.map((text, i) => ({ text, field: `${field}.${i}` }));
    found.set(field, await addressesOf(db, refs));
  }
  const brands = Object.keys(request.brands ?? {}).map(
    (brand) => [brand, found.get(`brands.${brand}`)!] as const,
  );
  return PolicyDocument.parse({
    ...request,
    ...(request.brands && { brands: Object.fromEntries(brands) }),
    ...Object.fromEntries(
      PARTY_SETTINGS.flatMap((name) => (found.has(name) ? [[name, found.get(name)]] : [])),
    ),
  });
}

async function policyView(db: Db, document: PolicyDocument): Promise<z.infer<typeof PolicyView>> {
  const policy = policyOf(document);
  const listed = [
    ...Object.values(policy.brands).flat(),
    ...PARTY_SETTINGS.flatMap((name) => policy[name]),
  ];
  const nameOf = await namer(db, listed);
  return { document, policy, parties: [...new Set(listed)].map(nameOf) };
}
