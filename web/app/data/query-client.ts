// Makes the cache of what the service answered.
import { QueryClient } from "@tanstack/react-query";
import { Refused } from "./client.ts";

const FRESH_MS = 15_000;
const MOST_RETRIES = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      // A refusal is an answer. Only what did not arrive is asked again.
      retry: (failures, error) =>
        !(error instanceof Refused && error.status < 500) && failures < MOST_RETRIES,
    },
  },
});
