// Reads what the overview shows: lots on hold and on their way, what waits for the ledger, and the state of the service.
import { useQuery } from "@tanstack/react-query";
import type { LotView } from "../../../api/lots.ts";
import type { ServiceView } from "../../../api/service.ts";
import type { ShipmentView } from "../../../api/shipments.ts";
import { ask, withQuery } from "./client.ts";
import type { Page } from "./lots.ts";

/** One more than is shown, to see whether there are more. */
export const SHOWN = 5;

/** The first few of a list. */
function useFirst<T>(path: string, fields: Record<string, string>) {
  const full = withQuery(path, { ...fields, limit: String(SHOWN + 1) });
  return useQuery({
    queryKey: ["first", full],
    queryFn: ({ signal }) => ask<Page<T>>("GET", full, { signal }),
  });
}

export const useHeldLots = (holder: string | undefined) =>
  useFirst<LotView>("/v1/lots", { held: "true", ...(holder !== undefined && { holder }) });

export const useShipments = (direction: "incoming" | "outgoing") =>
  useFirst<ShipmentView>("/v1/shipments", { direction, state: "open" });

export const useService = () =>
  useQuery({
    queryKey: ["service"],
    queryFn: ({ signal }) => ask<ServiceView>("GET", "/v1/service", { signal }),
  });

export type Settling = { id: string; kind: "event" | "notice"; settlement: string };
export const useSettling = (state: "queued" | "held") =>
  useFirst<Settling>("/v1/settlements", { state });
