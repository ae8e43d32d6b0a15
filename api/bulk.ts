// Defines the answers to requests about many lots or labels: a result or an error for each.
import { z } from "zod";
import { Hash } from "../protocol/base/values.ts";
import { Verdict } from "../protocol/verdict/verdict.ts";
import { Problem } from "./problem.ts";
import { ScanView } from "./scan.ts";

/** The most lots or labels in one request. */
export const MAX_BULK = 100;

const error = Problem.meta({
  description: "Why this one has no result. The others do not depend on it.",
});

export const VerdictResult = z.union([
  z.strictObject({
    name: z.string().meta({ description: "As the request names it." }),
    lot: Hash,
    verdict: Verdict,
  }),
  z.strictObject({ name: z.string(), error }),
]);
export type VerdictResult = z.infer<typeof VerdictResult>;

export const Verdicts = z.strictObject({ results: z.array(VerdictResult) }).meta({
  id: "Verdicts",
  description: "In the order of the request.",
});
export type Verdicts = z.infer<typeof Verdicts>;

export const ScanResult = z.union([ScanView, z.strictObject({ error })]);
export type ScanResult = z.infer<typeof ScanResult>;

export const Scans = z.strictObject({ results: z.array(ScanResult) }).meta({
  id: "Scans",
  description: "In the order of the request.",
});
