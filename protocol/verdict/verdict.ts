// The verdict: what verification says of a lot, why, and on what it stands.
import { z } from "zod";
import { Expected } from "../label/expected.ts";
import { Facts } from "./facts.ts";
import { type CodeOf, FINDING_CODES, FINDINGS, type FindingCode } from "./findings.ts";
import type { Step } from "./card.ts";
import { Compared } from "../label/compare.ts";
import { LabelReading } from "../label/reading.ts";
import { LotState } from "../event/lot.ts";
import { Policy } from "./policy.ts";
import { Address, Hash, Time } from "../base/values.ts";
import {
  FIXERS,
  RESULTS,
  RULE_IDS,
  SEVERITIES,
  VERDICTS,
  type Severity,
  type VerdictName,
} from "./words.ts";

export { FIXERS, RULE_IDS, SEVERITIES, VERDICTS };
export type { RuleId, Severity, VerdictName } from "./words.ts";

/** The worst of some verdicts; PASS of none, and of what is only worth knowing. */
export function worst(verdicts: Iterable<VerdictName | Severity>): VerdictName {
  const present = new Set<string>(verdicts);
  return VERDICTS.find((verdict) => present.has(verdict)) ?? "PASS";
}

const Whole = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const Scalar = z.union([z.string(), z.number(), z.boolean()]);

/** The transaction, block and time by which something counts. */
const Anchoring = z.strictObject({
  block: Whole,
  transaction: Hash,
  time: Time,
  final: z.boolean(),
});

/** One reason of a verdict. Sorted worst first, and among equals in the order of the trail. */
export const Finding = z.strictObject({
  code: z.enum(FINDING_CODES),
  /** The rule that the finding is of. */
  rule: z.enum(RULE_IDS),
  verdict: z.enum(SEVERITIES),
  /** The digest of the event at fault. */
  event: Hash.optional(),
  /** The digest of the notice at fault. */
  notice: Hash.optional(),
  /** The digest of the statement that says so, or that is at fault. */
  statement: Hash.optional(),
  lot: Hash.optional(),
  /** Which field of the event or notice, of its details or its signature, as a dotted path. */
  field: z.string().optional(),
  expected: Scalar.optional(),
  found: Scalar.optional(),
  /** What is wrong and what to do next, in one sentence. */
  message: z.string(),
  fixedBy: z.enum(FIXERS),
});
export type Finding = z.infer<typeof Finding>;

/** A finding before its text is added; `verdict` only where the case makes it another than the code's usual one. */
export type Observation<C extends FindingCode = FindingCode> = Pick<
  Finding,
  "event" | "notice" | "statement" | "lot" | "field" | "expected" | "found"
> & {
  code: C;
  verdict?: Severity | undefined;
};
/** What a step of the verification can observe. */
export type ObservationIn<S extends Step> = Observation<CodeOf<S>>;

/**
 * Makes a finding of an observation: adds its rule, how grave it is, who can fix it, and the message.
 * @param severities how grave the reader takes single findings; what the case itself makes of one goes before
 */
export function finding(
  observation: Omit<Observation, "code"> & { code: string },
  severities: Policy["severities"] = {},
): Finding {
  const { code, verdict, ...where } = observation;
  const usual = FINDINGS.get(code);
  if (!usual) throw new Error(`there is no finding ${code}`);
  const defined = Object.fromEntries(
    Object.entries(where).filter(([, value]) => value !== undefined),
  );
  const { rule, message, fixedBy } = usual;
  return {
    code,
    rule,
    verdict: verdict ?? severities[code] ?? usual.verdict,
    ...defined,
    message,
    fixedBy,
  };
}

export const Verdict = z.strictObject({
  verdict: z.enum(VERDICTS),
  /** Null where what was given is no trail. */
  lot: Hash.nullable(),
  findings: z.array(Finding),
  /** What each rule says as a whole. What could not be judged is told with its reason, and never passes. */
  rules: z.array(
    z.strictObject({
      rule: z.enum(RULE_IDS),
      name: z.string(),
      version: Whole,
      result: z.enum(RESULTS),
      /** Why it could not be judged; null where it could. */
      reason: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
    }),
  ),
  /** What was judged by: with the same trail, block and facts, the same verdict follows. */
  policy: Policy,
  given: z.strictObject({
    label: LabelReading.nullable(),
    expected: Expected.nullable(),
    facts: Facts.nullable(),
  }),
  /** Label, record and order side by side; null where there is neither a label nor an order. */
  comparison: z.array(Compared).nullable(),
  /** The block as of which all was judged; null where no node answered. */
  block: z.strictObject({ number: Whole, hash: Hash, time: Time }).nullable(),
  /** What the verdict stands on. */
  trusted: z.strictObject({
    chainId: Whole,
    ledger: Address,
    /** The contract that anchors logs; missing where none was trusted. */
    checkpoints: Address.optional(),
    finality: Whole,
    now: Time,
    node: z.string().optional(),
  }),
  /** The lot after its last event; null where the trail does not lead to one. A consignee means: in transit. */
  state: LotState.nullable(),
  inTransit: z.boolean(),
  /** The event that brought the pieces into being, back through splits: a maker's word, a party's, or an assembler's. */
  origin: z
    .strictObject({
      lot: Hash,
      event: Hash,
      action: z.enum(["commission", "introduce", "assemble"]),
      party: Address,
      time: Time,
    })
    .nullable(),
  /** What the origin says of the pieces, as far as it is shown. */
  identity: z.strictObject({
    manufacturer: z.string().nullable(),
    mpn: z.string().nullable(),
    makerLot: z.string().nullable(),
    dateCode: z.string().nullable(),
  }),
  /** Every event of the trail, and where the ledger recorded it or a log vouches for it. */
  events: z.array(
    z.strictObject({
      event: Hash,
      action: z.int(),
      actor: Address,
      time: Time,
      recorded: Anchoring.nullable(),
      /** By its place in the operator's log at a size; only where nothing of the trail is on the ledger. */
      logged: Anchoring.extend({ operator: Address, index: Whole, size: Whole }).nullable(),
      /** What holds it: the ledger enforces its rules, a log shows when it was there. Null: neither yet. */
      guarantee: z.enum(["ledger", "log"]).nullable(),
    }),
  ),
  /** Every notice that bears on the lot; one that was withdrawn does not count. */
  notices: z.array(
    z.strictObject({
      notice: Hash,
      lot: Hash,
      kind: z.enum(["recall", "suspicion", "withdrawal"]),
      issuer: Address,
      time: Time,
      recorded: z.boolean(),
      withdrawn: z.boolean(),
    }),
  ),
  /** The parties that signed or are named, as the ledger has them at that block; a name is null where it is not shown. */
  parties: z.array(
    z.strictObject({
      party: Address,
      name: z.string().nullable(),
      roles: Whole,
      suspended: z.boolean(),
    }),
  ),
});
export type Verdict = z.infer<typeof Verdict>;
