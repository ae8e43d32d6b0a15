// Stores each party's policy for its verdicts. Every verdict shows the policy that it used.
import { canonicalize, parsedBy } from "../../protocol/base/canonical.ts";
import { PolicyDocument } from "../../protocol/verdict/policy.ts";
import type { Db } from "../storage/db.ts";
import type { Reader } from "../access/visibility.ts";

/** The owner of the operator's own policy. */
const OPERATOR = "operator";

/** The policy that a reader has set. An empty document where it has set none, or the stored one is invalid. */
export async function policyFor(db: Db, { party }: Reader): Promise<PolicyDocument> {
  const row = await db.policy.findUnique({ where: { owner: party ?? OPERATOR } });
  return (row && parsedBy(PolicyDocument, row.document)) ?? {};
}

/** Sets a reader's policy. Replaces the earlier one. */
export async function setPolicy(
  db: Db,
  { party }: Reader,
  document: PolicyDocument,
): Promise<void> {
  const data = { document: canonicalize(document) };
  const owner = party ?? OPERATOR;
  await db.policy.upsert({ where: { owner }, create: { owner, ...data }, update: data });
}
