// Reads a lot's trail in both directions, where its pieces are, its bundle, and the verdicts of many lots.
import { queryOptions, useQueries, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Verdicts } from "../../../api/bulk.ts";
import type { TrailDown, TrailUp } from "../../../api/lots.ts";
import type { NoticeView } from "../../../api/notices.ts";
import type { ReachedLot, ReachView } from "../../../api/reach.ts";
import type { VerdictName } from "../../../protocol/verdict/verdict.ts";
import { ask, fetchFile, withQuery } from "./client.ts";
import type { Page } from "./lots.ts";

const lotPath = (lot: string) => `/v1/lots/${encodeURIComponent(lot)}`;

export const useTrailUp = (lot: string) =>
  useQuery({
    queryKey: ["trail up", lot],
    queryFn: ({ signal }) =>
      ask<TrailUp>("GET", `${lotPath(lot)}/trail?direction=up&proofs=false`, {
        signal,
      }),
  });

export const useTrailDown = (lot: string) =>
  useQuery({
    queryKey: ["trail down", lot],
    queryFn: ({ signal }) =>
      ask<TrailDown>("GET", `${lotPath(lot)}/trail?direction=down`, { signal }),
  });

/** A lot's whole reach: all its pages together. */
export type WholeReach = Omit<ReachView, "next">;

async function readReach(path: string, signal: AbortSignal): Promise<WholeReach> {
  const items: ReachedLot[] = [];
  for (let cursor: string | null = null; ;) {
    const page: ReachView = await ask("GET", withQuery(path, { limit: "200", cursor }), { signal });
    items.push(...page.items);
    cursor = page.next;
    if (cursor === null) return { ...page, items };
  }
}

export const useReach = (lot: string) =>
  useQuery({
    queryKey: ["reach", lot],
    queryFn: ({ signal }) => readReach(`${lotPath(lot)}/reach`, signal),
  });

export const useNoticeReach = (notice: string) =>
  useQuery({
    queryKey: ["reach of", notice],
    queryFn: ({ signal }) => readReach(`/v1/notices/${encodeURIComponent(notice)}/reach`, signal),
  });

/** The notices about a lot, its ancestors, and the lots that these claim to come from. */
export const useNoticesAbout = (lot: string) =>
  useQuery({
    queryKey: ["notices about", lot],
    queryFn: ({ signal }) =>
      ask<Page<NoticeView>>("GET", withQuery("/v1/notices", { lot, limit: "200" }), { signal }),
  });

/** A lot's bundle as the service made it: the same bytes that a person can save. */
export const bundleQuery = (lot: string) =>
  queryOptions({
    queryKey: ["bundle", lot],
    queryFn: async () => (await fetchFile(`${lotPath(lot)}/bundle`)).text(),
    staleTime: 60_000,
  });

/** Lots of one request: few, so that the first verdicts are there soon. */
const AT_ONCE = 12;

/** The verdicts of many lots, as they come in. Lots that cannot be judged are left out. */
export function useVerdicts(lots: readonly string[]) {
  const parts = Array.from({ length: Math.ceil(lots.length / AT_ONCE) }, (_, i) =>
    lots.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  );
  return useQueries({ queries: parts.map(verdictsQuery), combine: combined });
}

const verdictsQuery = (lots: readonly string[]) =>
  queryOptions({
    queryKey: ["verdicts", lots],
    queryFn: async ({ signal }) => {
      const body = { lots };
      const { results } = await ask<Verdicts>("POST", "/v1/verdicts", { body, signal });
      return results.flatMap((one): [string, VerdictName][] =>
        "verdict" in one ? [[one.lot, one.verdict.verdict]] : [],
      );
    },
    staleTime: 60_000,
  });

const combined = (queries: readonly UseQueryResult<[string, VerdictName][]>[]) => ({
  isFetching: queries.some((query) => query.isFetching),
  data: new Map(queries.flatMap(({ data }) => data ?? [])),
});
