// Verifies a label for which no lot is found: everything that can be said without a record. The verdict is never PASS.
import { type RecoverPublicKey, recoverWithNoble } from "../base/crypto.ts";
import { ZERO_HASH } from "../base/values.ts";
import type { LedgerReader } from "../chain/reader.ts";
import type { Read } from "../label/values.ts";
import { TRAIL_VERSION, type Trail } from "../trail/trail.ts";
import { FINDINGS } from "../verdict/findings.ts";
import { policyOf } from "../verdict/policy.ts";
import type { Trust, VerdictInput } from "../verdict/trust.ts";
import type { Observation, ObservationIn, Verdict } from "../verdict/verdict.ts";
import { askChain, readStandings } from "./chain.ts";
import { concluded, wholeInput } from "./conclude.ts";
import { NO_CORRECTIONS } from "./corrections.ts";
import { identitiesOf } from "./identity.ts";
import { readNotices } from "./notices.ts";
import { replay } from "./replay.ts";
import { scanPattern } from "./rules/v12-scan-pattern.ts";
import { labelSyntax } from "./rules/v13-label-syntax.ts";
import { labelSelfConsistency } from "./rules/v15-label-self-consistency.ts";
import { mpnExactness } from "./rules/v16-mpn-exactness.ts";
import { dateImpossible } from "./rules/v17-date-impossible.ts";
import { dateLifecycle } from "./rules/v18-date-lifecycle.ts";
import { undeclaredMix } from "./rules/v20-undeclared-mix.ts";
import { alerts } from "./rules/v26-alerts.ts";
import { order } from "./rules/v28-order.ts";
import { readStatements } from "./statements.ts";

/** The rules that judge a label without a record. */
const JUDGES = [
  scanPattern,
  labelSyntax,
  labelSelfConsistency,
  mpnExactness,
  dateImpossible,
  dateLifecycle,
  undeclaredMix,
  alerts,
  order,
];

/** Why a label is judged alone. */
export type WhyAlone = ObservationIn<"unregistered">["code"];

/** What the reader brings along besides the label. */
export interface Beside extends Omit<VerdictInput, "label"> {
  /** The lot to which the label links. */
  lot?: string | undefined;
  /** What the caller observed before. */
  observed?: readonly Observation[];
}

/**
 * Verifies a label without a lot's record.
 * @param why there is no record; the verdict says it, so it is INCOMPLETE at best
 * @param reader reads the trusted ledger; null if no node was named, which the verdict says
 */
export async function verifyLabel(
  label: Read,
  why: WhyAlone,
  trust: Trust,
  reader: LedgerReader | null,
  recover: RecoverPublicKey = recoverWithNoble,
  { lot, observed = [], ...given }: Beside = {},
): Promise<Verdict> {
  const domain = { chainId: trust.chainId, ledger: trust.ledger };
  const signed = given.facts?.statements;
  const issuers = signed?.map(({ statement }) => statement.issuer) ?? [];
  const { chain, observations } = await askChain(reader, (node) =>
    readStandings(node, issuers, trust),
  );
  const now = Math.max(trust.now, chain?.head.time ?? 0);
  const input = wholeInput({ ...given, label }, now);
  const trail: Trail = {
    version: TRAIL_VERSION,
    ...domain,
    lot: ZERO_HASH,
    events: [],
    notices: [],
  };
  const replayed = replay(trail, domain, recover);
  const identities = identitiesOf(replayed);
  const subject = {
    hasRecord: false,
    trail,
    trust,
    now,
    chain,
    input,
    policy: policyOf(trust.policy),
    replay: replayed,
    identities,
    firstIdentities: identities,
    corrections: NO_CORRECTIONS,
    notices: readNotices({ trail, replay: replayed, chain: null, trust }, domain, recover),
    statements: readStatements(signed, chain, domain, recover),
  };
  const reason = { code: why, message: FINDINGS.get(why)!.message };
  return concluded(subject, [{ code: why }, ...observed, ...observations], {
    lot: lot ?? null,
    judges: JUDGES,
    reason,
  });
}
