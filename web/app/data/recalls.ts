// Reads notices, how far each reaches, and where many lots' pieces are.
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import type { LotView, LotWithDetails } from "../../../api/lots.ts";
import type { NoticeView, TouchingNotice } from "../../../api/notices.ts";
import type { ManyReached, ReachView } from "../../../api/reach.ts";
import { ask, withQuery } from "./client.ts";
import type { Page } from "./lots.ts";

export const useNotices = (isAsked: boolean) =>
  useInfiniteQuery({
    enabled: isAsked,
    queryKey: ["notices"],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<NoticeView>>("GET", withQuery("/v1/notices", { limit: "50", cursor: pageParam }), {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

/** Recalls and suspicions that touch what the caller holds. */
export const useTouching = (isAsked: boolean) =>
  useInfiniteQuery({
    queryKey: ["touching"],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<TouchingNotice>>(
        "GET",
        withQuery("/v1/notices/touching", { limit: "50", cursor: pageParam }),
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    enabled: isAsked,
  });

/** The lot that a notice is about. Only its facts are shown, which stay. */
export const useLotOf = (lot: string) =>
  useQuery({
    queryKey: ["lot", lot],
    queryFn: ({ signal }) => ask<LotWithDetails>("GET", `/v1/lots/${lot}`, { signal }),
    retry: false,
  });

/** Who holds what a notice reaches: of the reach, the sums alone. */
export const useReachSums = (notice: string, isAsked: boolean) =>
  useQuery({
    queryKey: ["reach sums", notice],
    queryFn: ({ signal }) =>
      ask<ReachView>("GET", `/v1/notices/${notice}/reach?limit=1`, { signal }),
    enabled: isAsked,
    retry: false,
  });

/** The most lots that are traced at once, as the API has it. */
export const MOST_TRACED = 1_000;

export const useTraceMany = () =>
  useMutation({
    mutationFn: (lots: readonly string[]) =>
      ask<ManyReached>("POST", "/v1/reach", { body: { lots } }),
  });

/** What lots are looked for by: each field exactly, each list any of its values. */
export interface PartFilter {
  manufacturer: string;
  mpn: string;
  makerLots: readonly string[];
  dateCodes: readonly string[];
}

/** The ids of lots that fit, up to the most that are traced at once. */
export async function lotsThatFit(filter: PartFilter, signal: AbortSignal): Promise<string[]> {
  const { manufacturer, mpn, makerLots, dateCodes } = filter;
  const found = new Set<string>();
  for (const makerLot of makerLots.length > 0 ? makerLots : [null])
    for (const dateCode of dateCodes.length > 0 ? dateCodes : [null]) {
      let cursor: string | null = null;
      do {
        const fields = { manufacturer, mpn, makerLot, dateCode, limit: "200", cursor };
        const page: Page<LotView> = await ask("GET", withQuery("/v1/lots", fields), { signal });
        for (const { lot } of page.items) found.add(lot);
        cursor = page.next;
      } while (cursor !== null && found.size <= MOST_TRACED);
    }
  return [...found];
}
