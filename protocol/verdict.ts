// The verdict: what verification says of a lot, why, and on what it stands.
import { z } from "zod";
import { FINDINGS, RULES } from "./findings.ts";
import { LotState } from "./lot.ts";
import { Address, Hash, Time } from "./values.ts";

/** From the worst to the best: a verdict is the worst of its findings, PASS where there is none. */
export const VERDICTS = ["HOLD", "FAIL", "INCOMPLETE", "WARN", "PASS"] as const;
export type VerdictName = (typeof VERDICTS)[number];

/** The worst of some verdicts; PASS of none. */
export function worst(verdicts: Iterable<VerdictName>): VerdictName {
  const given = new Set(verdicts);
  return VERDICTS.find((verdict) => given.has(verdict)) ?? "PASS";
}

/** Who can mend what a finding names. */
export const MENDERS = ["service", "actor", "holder", "issuer", "ledger owner", "node operator", "reader"] as const;

const Whole = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const Scalar = z.union([z.string(), z.number(), z.boolean()]);

/** One reason of a verdict. Sorted worst first, and among equals in the order of the trail. */
export const Finding = z.strictObject({
  rule: z.enum(RULES),
  verdict: z.enum(["HOLD", "FAIL", "INCOMPLETE", "WARN"]),
  /** The digest of the event at fault. */
  event: Hash.optional(),
  /** The digest of the notice at fault. */
  notice: Hash.optional(),
  lot: Hash.optional(),
  /** Which field of the event or notice, of its details or its signature, as a dotted path. */
  field: z.string().optional(),
  expected: Scalar.optional(),
  found: Scalar.optional(),
  /** What is wrong and what to do next, in one sentence. */
  message: z.string(),
  mender: z.enum(MENDERS),
});
export type Finding = z.infer<typeof Finding>;

/** A finding before its text is added; `verdict` only where it is not the rule's usual one. */
export type Found = Pick<Finding, "rule" | "event" | "notice" | "lot" | "field" | "expected" | "found"> & {
  verdict?: Finding["verdict"] | undefined;
};

/** Adds to what was found how grave it is, who can mend it, and the sentence that says so. */
export function finding({ rule, verdict, ...where }: Found): Finding {
  const usual = FINDINGS[rule];
  const given = Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined));
  return { rule, verdict: verdict ?? usual.verdict, ...given, message: usual.message, mender: usual.mender };
}

export const Verdict = z.strictObject({
  verdict: z.enum(VERDICTS),
  /** Null where what was given is no trail. */
  lot: Hash.nullable(),
  findings: z.array(Finding),
  /** The block as of which all was judged; null where no node answered. */
  block: z.strictObject({ number: Whole, hash: Hash, time: Time }).nullable(),
  /** What the verdict stands on. */
  trusted: z.strictObject({
    chainId: Whole,
    ledger: Address,
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
  /** Every event of the trail, and where the ledger recorded it. */
  events: z.array(
    z.strictObject({
      event: Hash,
      action: z.int(),
      actor: Address,
      time: Time,
      recorded: z.strictObject({ block: Whole, transaction: Hash, time: Time, final: z.boolean() }).nullable(),
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
  /** The parties that signed or are named, as the ledger has them at that block. */
  parties: z.array(z.strictObject({ party: Address, name: z.string(), roles: Whole, suspended: z.boolean() })),
});
export type Verdict = z.infer<typeof Verdict>;
