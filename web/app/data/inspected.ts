// Finds and verifies what was scanned: a label's codes, or the name of a lot, beside what was ordered.
import { queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import type { LotView, LotWithDetails } from "../../../api/lots.ts";
import type { ScanView } from "../../../api/scan.ts";
import type { Expected } from "../../../protocol/label/expected.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { ask, Refused } from "./client.ts";

/** What was scanned or typed, and what it is. */
export interface Inspected {
  /** Null where the text is no label, or names nothing that can be judged. */
  verdict: Verdict | null;
  /** The lot as it stands; null where the text names none, or several. */
  lot: LotWithDetails | null;
  comparison: ScanView["comparison"];
  /** Why it is no single lot, and what to do. */
  message: string | null;
  candidates: LotView[];
}

/** A label's codes, and what is expected of the lot. */
export interface ToInspect {
  codes: readonly string[];
  expected?: Expected | undefined;
  /** The reader sees the lot no more, and asks no more. */
  isGone?: boolean;
}

const lotPath = (lot: string) => `/v1/lots/${encodeURIComponent(lot)}`;

/** A lot's own number, as somebody types it: nothing of a label's syntax. */
const isName = (text: string) => /^[^\p{Cc}\s]{1,128}$/u.test(text) && !text.includes("://");

const inspectedQuery = (what: ToInspect) =>
  queryOptions({
    queryKey: ["inspect", what.codes, what.expected ?? {}],
    queryFn: () => inspect(what),
    staleTime: Infinity,
    enabled: what.isGone !== true,
    // Without a connection nothing is asked again until it is back.
    retry: (failures, error) =>
      !(error instanceof Refused && (error.status === 0 || error.status < 500)) && failures < 2,
  });

/** What some scans mean, each asked once until something changes. */
export const useInspected = (scans: readonly ToInspect[]) =>
  useQueries({ queries: scans.map(inspectedQuery) });

/** What a single text means. */
export const useLabel = (text: string) => useQuery(inspectedQuery({ codes: [text] }));

/** Whether an error says only that no answer came. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof Refused && error.status === 0;

/** Finds and verifies what was scanned. */
export async function inspect({ codes, expected }: ToInspect): Promise<Inspected> {
  const [text, ...others] = codes as [string, ...string[]];
  if (others.length === 0 && isName(text)) {
    const named = await byName(text, expected);
    if (named) return named;
  }
  const body = { label: codes, ...(expected && { expected }) };
  const scan = await ask<ScanView>("POST", "/v1/scan", { body });
  const { verdict, comparison, message, candidates } = scan;
  const id = scan.why === null ? (verdict?.lot ?? null) : null;
  const lot = id === null ? null : await ask<LotWithDetails>("GET", lotPath(id));
  return { verdict, lot, comparison, message, candidates };
}

/** The lot of this name; undefined if the caller sees none. */
async function byName(name: string, expected?: Expected): Promise<Inspected | undefined> {
  try {
    const lot = await ask<LotWithDetails>("GET", lotPath(name));
    const path = `${lotPath(lot.lot)}/verdict`;
    const verdict = expected
      ? await ask<Verdict>("POST", path, { body: { expected } })
      : await ask<Verdict>("GET", path);
    return { verdict, lot, comparison: verdict.comparison, message: null, candidates: [] };
  } catch (error) {
    if (error instanceof Refused && (error.status === 404 || error.status === 400))
      return undefined;
    throw error;
  }
}
