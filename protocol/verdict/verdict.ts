// Defines the verdict: the result of verifying a lot, its findings, and what it relies on.
import { z } from "zod";
import { Expected } from "../label/expected.ts";
import { Facts } from "./facts.ts";
import { type CodeOf, FINDING_CODES, FINDINGS, type FindingCode } from "./findings.ts";
import type { Step } from "./card.ts";
import { FieldComparison } from "../label/compare.ts";
import { LabelReading } from "../label/reading.ts";
import { ACTIONS, type ActionName } from "../event/event.ts";
import { LotState } from "../event/lot.ts";
import { NOTICE_KINDS, type NoticeKindName } from "../event/notice.ts";
import { DetailNameText } from "../event/restrict.ts";
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

/** The worst of some verdicts. PASS if there is none, or only INFO. */
export function worst(verdicts: Iterable<VerdictName | Severity>): VerdictName {
  const present = new Set<string>(verdicts);
  return VERDICTS.find((verdict) => present.has(verdict)) ?? "PASS";
}

const Whole = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const Scalar = z.union([z.string(), z.number(), z.boolean()]);

/** The block and transaction that recorded or anchored an event. */
const Anchoring = z.strictObject({
  block: Whole,
  transaction: Hash,
  time: Time,
  final: z.boolean(),
});

/** One reason of a verdict. The worst come first, and equals stand in the order of the trail. */
export const Finding = z.strictObject({
  code: z.enum(FINDING_CODES),
  /** The rule that the finding belongs to. */
  rule: z.enum(RULE_IDS),
  verdict: z.enum(SEVERITIES),
  /** The digest of the event at fault. */
  event: Hash.optional(),
  /** The digest of the notice at fault. */
  notice: Hash.optional(),
  /** The digest of the statement that supports the finding, or that is at fault. */
  statement: Hash.optional(),
  lot: Hash.optional(),
  /** The field of the event, notice, details or signature, as a dotted path. */
  field: z.string().optional(),
  expected: Scalar.optional(),
  found: Scalar.optional(),
  /** What is wrong and what to do. */
  message: z.string(),
  fixedBy: z.enum(FIXERS),
});
export type Finding = z.infer<typeof Finding>;

/** A finding without its text. Has `verdict` only if the case calls for another one than the code's usual. */
export type Observation<C extends FindingCode = FindingCode> = Pick<
  Finding,
  "event" | "notice" | "statement" | "lot" | "field" | "expected" | "found"
> & {
  code: C;
  verdict?: Severity | undefined;
};
/** An observation that a step of the verification can make. */
export type ObservationIn<S extends Step> = Observation<CodeOf<S>>;

/**
 * Makes a finding of an observation: adds its rule, its severity, who can fix it, and the message.
 * @param severities the reader's own severities by code; the observation's own verdict takes precedence
 */
export function finding(
  observation: Omit<Observation, "code"> & { code: string },
  severities: Policy["severities"] = {},
): Finding {
  const { code, verdict, ...where } = observation;
  const usual = FINDINGS.get(code);
  if (!usual) throw new Error(`There is no finding ${code}.`);
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

/** What a lot is: its own lot number, and what its origin states about the parts. Null if it is withheld or missing. */
const IDENTITY = {
  lotNumber: z.string().nullable(),
  manufacturer: z.string().nullable(),
  mpn: z.string().nullable(),
  makerLot: z.string().nullable(),
  dateCode: z.string().nullable(),
};

export const Verdict = z.strictObject({
  verdict: z.enum(VERDICTS),
  /** Null if the input is not a valid trail, or a label without a lot. */
  lot: Hash.nullable(),
  findings: z.array(Finding),
  /** The result of each rule. A rule that is not evaluable has a reason, and never passes. */
  rules: z.array(
    z.strictObject({
      rule: z.enum(RULE_IDS),
      name: z.string(),
      version: Whole,
      result: z.enum(RESULTS),
      /** Why it is not evaluable. Null if it is. */
      reason: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
    }),
  ),
  /** The policy and input that were used: the same trail, block, policy and input give the same verdict. */
  policy: Policy,
  given: z.strictObject({
    label: LabelReading.nullable(),
    expected: Expected.nullable(),
    facts: Facts.nullable(),
  }),
  /** Label, record and order side by side. Null if there is neither a label nor an order. */
  comparison: z.array(FieldComparison).nullable(),
  /** The block as of which the lot was judged. Null if no node answered. */
  block: z.strictObject({ number: Whole, hash: Hash, time: Time }).nullable(),
  /** What the verdict relies on. */
  trusted: z.strictObject({
    chainId: Whole,
    ledger: Address,
    /** The checkpoint contract. Missing if none was trusted. */
    checkpoints: Address.optional(),
    finality: Whole,
    now: Time,
    node: z.string().optional(),
  }),
  /** The lot after its last event. Null if the trail has a gap. If it has a consignee, it is in transit. */
  state: LotState.nullable(),
  inTransit: z.boolean(),
  /** The event that made the pieces, back through splits. A manufacturer, another party or an assembler signed it. */
  origin: z
    .strictObject({
      lot: Hash,
      event: Hash,
      action: z.enum(["commission", "introduce", "assemble"]),
      party: Address,
      time: Time,
    })
    .nullable(),
  identity: z.strictObject(IDENTITY),
  /** The lots that the lot, findings and notices name, as far as the trail says what they are. */
  lots: z.array(z.strictObject({ lot: Hash, ...IDENTITY })),
  /** What happened to the lot, back through splits to its origin, in order. */
  custody: z.array(
    z.strictObject({
      time: Time,
      action: z.enum(Object.keys(ACTIONS) as [ActionName, ...ActionName[]]),
      actor: Address,
      /** The party that a shipment is for. Null for other actions. */
      consignee: Address.nullable(),
      /** The pieces after the event. */
      quantity: Whole,
      /** The lot, or one that it was split from. */
      lot: Hash,
      event: Hash,
      /** Why its actor acted and what it found, by field. */
      details: z.record(z.string(), Scalar),
    }),
  ),
  /** Every event of the trail, with its record on the ledger or its place in a log. */
  events: z.array(
    z.strictObject({
      event: Hash,
      action: z.int(),
      actor: Address,
      time: Time,
      recorded: Anchoring.nullable(),
      /** Its place in an operator's log of a certain size. Only if nothing of the trail is on the ledger. */
      logged: Anchoring.extend({ operator: Address, index: Whole, size: Whole }).nullable(),
      /** What vouches for it: the ledger, which enforces the rules, or a log, which proves the time. Null: neither yet. */
      guarantee: z.enum(["ledger", "log"]).nullable(),
    }),
  ),
  /** Every notice that concerns the lot. A withdrawn notice does not count. */
  notices: z.array(
    z.strictObject({
      notice: Hash,
      lot: Hash,
      kind: z.enum(Object.keys(NOTICE_KINDS) as [NoticeKindName, ...NoticeKindName[]]),
      issuer: Address,
      time: Time,
      recorded: z.boolean(),
      withdrawn: z.boolean(),
      /** What its issuer says, by field: reason, reference, contact. Only what is shown and was signed. */
      details: z.record(z.string(), Scalar),
    }),
  ),
  /** The facts that their issuers corrected, in the order of their corrections. The last one holds. */
  corrections: z.array(
    z.strictObject({
      notice: Hash,
      lot: Hash,
      issuer: Address,
      time: Time,
      /** The field's name. */
      name: DetailNameText,
      /** What held before. Null if nothing was stated, or it is withheld. */
      before: Scalar.nullable(),
      /** What holds since. Null if the fact is withheld, or left out. */
      after: Scalar.nullable(),
      /** The issuer's reason. Null if it is not shown. */
      reason: z.string().nullable(),
    }),
  ),
  /** The parties that signed or are named, as the ledger has them at that block. A name is null if it is not shown. */
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
