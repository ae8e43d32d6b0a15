// Defines what is kept of a delivery while it is inspected, and how a scan changes it.
import type { Decision } from "./decisions.ts";
import type { ExpectedLine } from "./expected.ts";

/** One label that was scanned. */
export interface Scan {
  /** The texts of its codes. */
  codes: string[];
  /** How often it was scanned. */
  times: number;
  /** What was decided, and waits until the delivery is closed. */
  decision?: Decision;
  /** What was handed over to be signed, and the act in the queue. */
  signed?: {
    name: Decision["name"];
    act: number;
    /** The service did it. Until then the act is in the queue. */
    isSent: boolean;
    /** It went back to its shipper, so that the reader sees it no more. */
    isGone: boolean;
  };
}

export interface Batch {
  /** The last first. */
  scans: readonly Scan[];
  /** The pasted order. A shipment's own lines come from the service. */
  expected: readonly ExpectedLine[];
  /** Milliseconds since 1970. */
  changed: number;
}

export const NO_BATCH: Batch = { scans: [], expected: [], changed: 0 };
/** Scans of one delivery. More are more than a person looks through. */
export const MOST_SCANS = 500;

export const keyOf = (codes: readonly string[]): string => codes.join("\n");

/** A batch with one scan more, on top. */
export function withScan(batch: Batch, codes: readonly string[]): Batch {
  const key = keyOf(codes);
  const before = batch.scans.find((scan) => keyOf(scan.codes) === key);
  const others = batch.scans.filter((scan) => scan !== before);
  const scan = { ...before, codes: [...codes], times: (before?.times ?? 0) + 1 };
  return { ...batch, scans: [scan, ...others].slice(0, MOST_SCANS) };
}

/** A batch in which one scan has changed. */
export const withChange = (batch: Batch, key: string, change: (scan: Scan) => Scan): Batch => ({
  ...batch,
  scans: batch.scans.map((scan) => (keyOf(scan.codes) === key ? change(scan) : scan)),
});
