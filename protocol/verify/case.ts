// What every rule is given: the replayed trail, the chain's answers, and what the reader trusts and brings along.
import type { Policy } from "../verdict/policy.ts";
import type { Trust, VerdictInput } from "../verdict/trust.ts";
import type { Observation } from "../verdict/verdict.ts";
import type { Trail } from "../trail/trail.ts";
import type { Chain } from "./chain.ts";
import type { Identities } from "./identity.ts";
import type { Notices } from "./notices.ts";
import type { Replay } from "./replay.ts";
import type { Statements } from "./statements.ts";

export interface Case {
  trail: Trail;
  trust: Trust;
  policy: Policy;
  input: Required<VerdictInput>;
  replay: Replay;
  identities: Identities;
  notices: Notices;
  /** Null where the reader's facts have no statements. */
  statements: Statements | null;
  /** Null where no node answered. */
  chain: Chain | null;
}

/** One check of the trail against itself or the chain. */
export type Check = (subject: Case) => Iterable<Observation>;
