// Reads, makes and ends grants, and reads what was read with them.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { GrantRead, GrantView, NewGrant, UpTo } from "../../../api/grants.ts";
import type { PartyView } from "../../../api/parties.ts";
import { ask, withQuery } from "./client.ts";
import type { Page } from "./lots.ts";

export type Direction = "given" | "received";

export const useGrants = (direction: Direction) =>
  useInfiniteQuery({
    queryKey: ["grants", direction],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<GrantView>>(
        "GET",
        withQuery("/v1/grants", { direction, limit: "50", cursor: pageParam }),
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

export const useGrantReads = (id: string) =>
  useInfiniteQuery({
    queryKey: ["grant reads", id],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<GrantRead>>(
        "GET",
        withQuery(`/v1/grants/${id}/reads`, { limit: "100", cursor: pageParam }),
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

export const useParties = () =>
  useQuery({
    queryKey: ["parties"],
    queryFn: ({ signal }) => ask<Page<PartyView>>("GET", "/v1/parties?limit=200", { signal }),
  });

/** What a party opens, and to whom. */
export interface Wanted {
  grantee: string | null;
  label: string;
  lots: readonly string[];
  upTo: UpTo;
  /** Unix seconds. */
  until: number;
}

export function useMakeGrant() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: Wanted) => ask<NewGrant>("POST", "/v1/grants", { body: wanted }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["grants"] }),
  });
}

export function useEndGrant() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ask<GrantView>("POST", `/v1/grants/${id}/end`, { body: {} }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["grants"] }),
  });
}
