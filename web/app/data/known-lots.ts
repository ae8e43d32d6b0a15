// Asks the service about lots that may be registered, for the comparison with a packing list.
import type { EventView } from "../../../api/events.ts";
import type { LotTwin, LotView, LotWithDetails } from "../../../api/lots.ts";
import type { KnownLots } from "../../../packing/existing.ts";
import { ask, Refused, withQuery } from "./client.ts";
import type { Page } from "./lots.ts";

export const knownLots = (signal: AbortSignal): KnownLots => ({
  async originOf(lot) {
    try {
      const view = await ask<LotWithDetails>("GET", `/v1/lots/${lot}`, { signal });
      return view.origin?.event;
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw error;
    }
  },
  event: (hash) => ask<EventView>("GET", `/v1/events/${hash}`, { signal }),
  async *pages() {
    let cursor: string | null = null;
    do {
      const path: string = withQuery("/v1/lots", { limit: "200", cursor });
      const page: Page<LotView> = await ask("GET", path, { signal });
      yield page.items;
      cursor = page.next;
    } while (cursor !== null);
  },
  async twins(lotNumbers) {
    const body = { lotNumbers };
    const { items } = await ask<{ items: LotTwin[] }>("POST", "/v1/lots/twins", { body, signal });
    return items;
  },
});
