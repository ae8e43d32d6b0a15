// Reads lots: lists, one lot, its verdict, and its trail's documents.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { DocumentInfo } from "../../../api/documents.ts";
import type { LotView, LotWithDetails } from "../../../api/lots.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { ask, withQuery } from "./client.ts";

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
