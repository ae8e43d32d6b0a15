// Defines the case that every check and rule judges: the replayed trail, the chain's answers, and the reader's input.
import type { Policy } from "../verdict/policy.ts";
import type { Trust, VerdictInput } from "../verdict/trust.ts";
import type { Observation } from "../verdict/verdict.ts";
import type { Trail } from "../trail/trail.ts";
import type { Chain } from "./chain.ts";
import type { Corrections } from "./corrections.ts";
import type { Identities } from "./identity.ts";
import type { Notices } from "./notices.ts";
import type { Replay } from "./replay.ts";
import type { Statements } from "./statements.ts";

/** A trail to judge, with everything that may be relied on. */
export interface Case {
  /** Whether there is a trail. Without one, a label is judged alone: the trail has no events, and its lot means nothing. */
  hasRecord: boolean;
  trail: Trail;
  trust: Trust;
  /** The time to judge by, Unix seconds: the reader's, or the newest block's if the reader's clock is behind it. */
  now: number;
  policy: Policy;
  input: Required<VerdictInput>;
  replay: Replay;
  /** What the details state, with corrected facts in the place of those that they supersede. */
  identities: Identities;
  /** What the details state, without corrections. */
  firstIdentities: Identities;
  corrections: Corrections;
  notices: Notices;
  /** Null if the reader's facts have no statements. */
  statements: Statements | null;
  /** Null if no node answered. */
  chain: Chain | null;
}

/** A check of the trail against itself or the chain. */
export type Check = (subject: Case) => Iterable<Observation>;
