// Reads and changes what administrators see: parties, keys, API keys, people, lists, policy and the log of operations.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { PolicyView as PolicySchema } from "../../../api/policy.ts";
import type { z } from "zod";
import { ask, withQuery } from "./client.ts";
import type { Page } from "./lots.ts";

const ADMIN = "admin";

export type PolicyView = z.infer<typeof PolicySchema>;

/** A list, page after page. */
export const usePaged = <T>(path: string, fields: Record<string, string | undefined> = {}) =>
  useInfiniteQuery({
    queryKey: [ADMIN, path, fields],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<T>>("GET", withQuery(path, { ...fields, limit: "50", cursor: pageParam }), {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
export type PagedList<T> = ReturnType<typeof usePaged<T>>;

/** One answer. */
export const useOne = <T>(path: string) =>
  useQuery({ queryKey: [ADMIN, path], queryFn: ({ signal }) => ask<T>("GET", path, { signal }) });

/** A request that changes something. */
export interface Change {
  method: "POST" | "DELETE";
  path: string;
  body?: unknown;
}

/** Sends a change. The lists of administrators are read again afterwards. */
export function useChange<R = unknown>() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ method, path, body }: Change) => ask<R>(method, path, { body }),
    onSuccess: () =>
      client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" }),
  });
}
