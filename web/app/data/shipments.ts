// Reads shipments: lists of them, one with its lots, and the verdicts on lots that are to be received.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { MAX_BULK, type VerdictResult } from "../../../api/bulk.ts";
import type { ShipmentState, ShipmentView, ShipmentWithLots } from "../../../api/shipments.ts";
import type { VerdictName } from "../../../protocol/verdict/verdict.ts";
import { ask, withQuery } from "./client.ts";
import type { Page } from "./lots.ts";

export type Direction = "outgoing" | "incoming";
export type ShippedLot = ShipmentWithLots["items"][number];

export interface ShipmentFilters {
  direction: Direction;
  state: ShipmentState;
}

/** Shipments under way come oldest first, because they wait the longest; others come newest first. */
const orderOf = (state: ShipmentState) =>
  state === "open" || state === "partial" ? "oldest" : "newest";

export const shipmentsPath = (
  { direction, state }: ShipmentFilters,
  cursor: string | null,
  limit = 50,
) =>
  withQuery("/v1/shipments", {
    direction,
    state,
    order: orderOf(state),
    limit: String(limit),
    cursor,
  });

export function useShipmentList(filters: ShipmentFilters) {
  return useInfiniteQuery({
    queryKey: ["shipments", filters],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<ShipmentView>>("GET", shipmentsPath(filters, pageParam), { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

/** How often a shipment that is under way is read again. */
const WATCH_MS = 30_000;

/** One shipment. While a lot of it is in transit, it is read again and again. */
export const useShipment = (hash: string) =>
  useQuery({
    queryKey: ["shipment", hash],
    queryFn: ({ signal }) => ask<ShipmentWithLots>("GET", `/v1/shipments/${hash}`, { signal }),
    refetchInterval: ({ state }) => ((state.data?.open ?? 0) > 0 ? WATCH_MS : false),
  });

/** The verdicts on lots, by lot. Those that cannot be judged are missing. */
export function useVerdicts(lots: readonly string[], isWanted: boolean) {
  return useQuery({
    queryKey: ["verdicts", lots],
    queryFn: async ({ signal }) => {
      const verdicts = new Map<string, VerdictName>();
      for (let i = 0; i < lots.length; i += MAX_BULK) {
        const body = { lots: lots.slice(i, i + MAX_BULK) };
        const { results } = await ask<{ results: VerdictResult[] }>("POST", "/v1/verdicts", {
          body,
          signal,
        });
        for (const each of results)
          if ("verdict" in each) verdicts.set(each.lot, each.verdict.verdict);
      }
      return verdicts;
    },
    enabled: isWanted && lots.length > 0,
  });
}
