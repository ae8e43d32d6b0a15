// Reads a lot's trail in both directions, where its pieces are, its bundle, and the verdicts of many lots.
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
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

/** The verdicts of many lots, by lot. Lots that cannot be judged are left out. */
export const useVerdicts = (lots: readonly string[]) =>
  useQuery({
    queryKey: ["verdicts", lots],
    queryFn: ({ signal }) => verdictsOf(lots, signal),
    enabled: lots.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

/** Lots of one request: the most that the API takes. */
const AT_ONCE = 100;

async function verdictsOf(
  lots: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, VerdictName>> {
  const verdicts = new Map<string, VerdictName>();
  for (let at = 0; at < lots.length; at += AT_ONCE) {
    const { results } = await ask<Verdicts>("POST", "/v1/verdicts", {
      body: { lots: lots.slice(at, at + AT_ONCE) },
      signal,
    });
    for (const result of results)
      if ("verdict" in result) verdicts.set(result.lot, result.verdict.verdict);
  }
  return verdicts;
}
