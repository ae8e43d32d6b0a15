// Asks the service about lots that may be registered, for the comparison with a packing list.
import { EventView } from "../../api/events.ts";
import { LotTwins, LotView, LotWithDetails } from "../../api/lots.ts";
import type { KnownLots } from "../../packing/existing.ts";
import { Problem } from "../output/outcome.ts";
import type { Api } from "./api.ts";

export const knownLots = (api: Api): KnownLots => ({
  async originOf(lot) {
    try {
      return (await api.get(`/v1/lots/${lot}`, LotWithDetails)).origin?.event;
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return undefined;
      throw error;
    }
  },
  event: (hash) => api.get(`/v1/events/${hash}`, EventView),
  pages: () => api.pages("/v1/lots", LotView),
  async twins(lotNumbers) {
    return (await api.post("/v1/lots/twins", LotTwins, { lotNumbers })).items;
  },
});
