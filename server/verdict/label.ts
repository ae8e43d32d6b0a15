// Gives the verdict on a label that names no single lot that the reader sees: what can be said without a record.
import type { Expected } from "../../protocol/label/expected.ts";
import { type Read, textsOf } from "../../protocol/label/values.ts";
import type { Facts, SessionScan } from "../../protocol/verdict/facts.ts";
import { policyOf } from "../../protocol/verdict/policy.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { type Beside, verifyLabel, type WhyAlone } from "../../protocol/verify/unregistered.ts";
import type { Context } from "../context.ts";
import type { Reader } from "../access/visibility.ts";
import { alertsOn } from "./facts/statements.ts";
import { policyFor } from "./policy.ts";
import { verdictFor } from "./shown.ts";
import { trustOf } from "./verdict.ts";

/** A label, who scanned it, and what is known beside it. */
export interface LabelAsk extends Pick<Beside, "lot" | "observed"> {
  reader: Reader;
  label: Read;
  expected: Expected | null;
  /** Whether the label was scanned before in the session that the scan names. */
  session?: SessionScan | undefined;
}

/** Part numbers of one label whose alerts are looked up: as many as the rule compares. */
const MAX_NUMBERS = 8;

/** Judges a label alone. The verdict follows from the label, and from what is the reader's: it tells nothing of others' lots. */
export async function labelVerdict(
  ctx: Context,
  why: WhyAlone,
  { reader, label, expected, session, ...beside }: LabelAsk,
): Promise<Verdict> {
  const document = await policyFor(ctx.prisma, reader);
  const policy = policyOf(document);
  const numbers = textsOf(label, "mpn", "orderCode").slice(0, MAX_NUMBERS);
  const { party } = reader;
  const facts: Facts = {
    source: "this service",
    ...(party && { reader: party }),
    ...(session && { session }),
    ...(await alertsOn(ctx, { reader, policy }, numbers)),
  };
  const trust = trustOf(ctx, document);
  const given = { expected, facts, ...beside };
  const verdict = await verifyLabel(label, why, trust, ctx.reader, ctx.recover, given);
  return verdictFor(reader, verdict, []);
}
