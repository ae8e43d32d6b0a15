// Reads the parties of the ledger, for choosing one.
import { useQuery } from "@tanstack/react-query";
import type { PartyView } from "../../../api/parties.ts";
import { ask, withQuery } from "./client.ts";
import type { Page } from "./lots.ts";

/** The most parties that a choice lists. */
const MOST = 2_000;

export function useParties() {
  return useQuery({
    queryKey: ["parties"],
    async queryFn({ signal }): Promise<PartyView[]> {
      const parties: PartyView[] = [];
      let cursor: string | null = null;
      do {
        const path: string = withQuery("/v1/parties", { limit: "200", cursor });
        const page: Page<PartyView> = await ask("GET", path, { signal });
        parties.push(...page.items);
        cursor = page.next;
      } while (cursor !== null && parties.length < MOST);
      return parties.toSorted((a, b) => a.name.localeCompare(b.name));
    },
    staleTime: 300_000,
  });
}
