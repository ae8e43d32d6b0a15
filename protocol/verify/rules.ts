// Lists the rules' judges in the order in which they run. The earlier steps judge a rule that has no judge: its card names
// the step that raises each finding.
import type { Rule } from "./rules/rule.ts";
import { rootOfOrigin } from "./rules/v02-root-of-origin.ts";
import { custodyContinuity } from "./rules/v03-custody-continuity.ts";
import { authorisedLink } from "./rules/v04-authorised-link.ts";
import { lateRegistration } from "./rules/v05-late-registration.ts";
import { massBalance } from "./rules/v06-mass-balance.ts";
import { lotOverIssue } from "./rules/v07-lot-over-issue.ts";
import { splitParentage } from "./rules/v08-split-parentage.ts";
import { packageIdReuse } from "./rules/v09-package-id-reuse.ts";
import { packageIdNotIssued } from "./rules/v10-package-id-not-issued.ts";
import { labelProof } from "./rules/v11-label-proof.ts";
import { scanPattern } from "./rules/v12-scan-pattern.ts";
import { labelSyntax } from "./rules/v13-label-syntax.ts";
import { labelVsRecord } from "./rules/v14-label-vs-record.ts";
import { labelSelfConsistency } from "./rules/v15-label-self-consistency.ts";
import { mpnExactness } from "./rules/v16-mpn-exactness.ts";
import { dateImpossible } from "./rules/v17-date-impossible.ts";
import { dateLifecycle } from "./rules/v18-date-lifecycle.ts";
import { lotPairing } from "./rules/v19-lot-pairing.ts";
import { undeclaredMix } from "./rules/v20-undeclared-mix.ts";
import { originConsistency } from "./rules/v21-origin-consistency.ts";
import { timeAndRoute } from "./rules/v22-time-and-route.ts";
import { returnReEntry } from "./rules/v23-return-re-entry.ts";
import { moistureAndCondition } from "./rules/v24-moisture-and-condition.ts";
import { documents } from "./rules/v25-documents.ts";
import { alerts } from "./rules/v26-alerts.ts";
import { inspectionsAndRefusals } from "./rules/v27-inspections-and-refusals.ts";
import { order } from "./rules/v28-order.ts";

export const JUDGES: readonly Rule[] = [
  rootOfOrigin,
  custodyContinuity,
  authorisedLink,
  lateRegistration,
  massBalance,
  lotOverIssue,
  splitParentage,
  packageIdReuse,
  packageIdNotIssued,
  labelProof,
  scanPattern,
  labelSyntax,
  labelVsRecord,
  labelSelfConsistency,
  mpnExactness,
  dateImpossible,
  dateLifecycle,
  lotPairing,
  undeclaredMix,
  originConsistency,
  timeAndRoute,
  returnReEntry,
  moistureAndCondition,
  documents,
  alerts,
  inspectionsAndRefusals,
  order,
];
