// Reads lots: lists, one lot, its verdict, its trail's documents, and what a label means.
import {
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useQueries,
  useQuery,
} from "@tanstack/react-query";
import type { DocumentInfo } from "../../../api/documents.ts";
import type { LotView, LotWithDetails } from "../../../api/lots.ts";
import type { ScanView } from "../../../api/scan.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { ask, Refused, withQuery } from "./client.ts";

export interface Page<T> {
  items: T[];
  next: string | null;
}

/** What a list of lots is narrowed to, as it stands in the address. */
export interface LotFilters {
  q: string;
  held: boolean;
  inTransit: boolean;
  holder: string;
}

const lotsPath = ({ q, held, inTransit, holder }: LotFilters, cursor: string | null, limit = 50) =>
  withQuery("/v1/lots", {
    q: q.trim(),
    held: held ? "true" : null,
    inTransit: inTransit ? "true" : null,
    holder,
    limit: String(limit),
    cursor,
  });

export function useLots(filters: LotFilters) {
  return useInfiniteQuery({
    queryKey: ["lots", filters],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<LotView>>("GET", lotsPath(filters, pageParam), { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

/** The most lots of one export: more belong into a program that asks the API. */
export const MOST_EXPORTED = 10_000;

/** All lots of a list, page by page. @param onProgress is told how many are read */
export async function allLots(
  filters: LotFilters,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<LotView[]> {
  const lots: LotView[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<LotView> = await ask("GET", lotsPath(filters, cursor, 200), { signal });
    lots.push(...page.items);
    cursor = page.next;
    onProgress(lots.length);
  } while (cursor !== null && lots.length < MOST_EXPORTED);
  return lots;
}

const lotPath = (lot: string) => `/v1/lots/${encodeURIComponent(lot)}`;

export const useLot = (lot: string) =>
  useQuery({
    queryKey: ["lot", lot],
    queryFn: ({ signal }) => ask<LotWithDetails>("GET", lotPath(lot), { signal }),
  });

export const useVerdict = (lot: string) =>
  useQuery({
    queryKey: ["verdict", lot],
    queryFn: ({ signal }) => ask<Verdict>("GET", `${lotPath(lot)}/verdict`, { signal }),
  });

export const useDocument = (hash: string) =>
  useQuery({
    queryKey: ["document", hash],
    queryFn: ({ signal }) => ask<DocumentInfo>("GET", `/v1/documents/${hash}`, { signal }),
  });

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

/** A lot's own number, as somebody types it: nothing of a label's syntax. */
const isName = (text: string) => /^[^\p{Cc}\s]{1,128}$/u.test(text) && !text.includes("://");

/** What texts mean, each asked once until something changes. */
export function useInspected(texts: readonly string[]) {
  return useQueries({ queries: texts.map(inspectedQuery) });
}

const inspectedQuery = (text: string) =>
  queryOptions({ queryKey: ["inspect", text], queryFn: () => inspect(text), staleTime: Infinity });

/** What a single text means. */
export const useLabel = (text: string) => useQuery(inspectedQuery(text));

/** Finds and verifies what a text means: a label, or the name of a lot. */
export async function inspect(text: string): Promise<Inspected> {
  if (isName(text)) {
    const named = await byName(text);
    if (named) return named;
  }
  const scan = await ask<ScanView>("POST", "/v1/scan", { body: { label: text } });
  const { verdict, comparison, message, candidates } = scan;
  const id = scan.why === null ? (verdict?.lot ?? null) : null;
  const lot = id === null ? null : await ask<LotWithDetails>("GET", lotPath(id));
  return { verdict, lot, comparison, message, candidates };
}

/** The lot of this name; undefined if the caller sees none. */
async function byName(name: string): Promise<Inspected | undefined> {
  try {
    const lot = await ask<LotWithDetails>("GET", lotPath(name));
    const verdict = await ask<Verdict>("GET", `${lotPath(lot.lot)}/verdict`);
    return { verdict, lot, comparison: verdict.comparison, message: null, candidates: [] };
  } catch (error) {
    if (error instanceof Refused && (error.status === 404 || error.status === 400))
      return undefined;
    throw error;
  }
}
