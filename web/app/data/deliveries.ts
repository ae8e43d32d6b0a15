// Reads the deliveries that are on their way to the reader, and the lines of one.
import { useQuery } from "@tanstack/react-query";
import type { ShipmentView, ShipmentWithLots } from "../../../api/shipments.ts";
import { ask, withQuery } from "./client.ts";
import type { ExpectedLine } from "./expected.ts";
import type { Page } from "./lots.ts";

const MOST_DELIVERIES = 50;

/** The shipments of which something is still on its way to the reader. */
export const useDeliveries = () =>
  useQuery({
    queryKey: ["deliveries"],
    queryFn: ({ signal }) =>
      ask<Page<ShipmentView>>(
        "GET",
        withQuery("/v1/shipments", { direction: "incoming", limit: String(MOST_DELIVERIES) }),
        { signal },
      ),
  });

/** One shipment with its lots. @param shipment empty: none is asked for */
export const useDelivery = (shipment: string) =>
  useQuery({
    queryKey: ["delivery", shipment],
    queryFn: ({ signal }) =>
      ask<ShipmentWithLots>("GET", `/v1/shipments/${encodeURIComponent(shipment)}`, { signal }),
    enabled: shipment !== "",
  });

/** What should come, by the shipment's own lines. What the shipper wrote of each lot is compared with its label. */
export const linesOf = ({ items }: ShipmentWithLots): ExpectedLine[] =>
  items.map(({ lot, lotNumber, mpn, quantity, outcome }) => ({
    name: lotNumber ?? lot,
    lot,
    values: { ...(mpn !== null && { mpn }), quantity },
    isDone: outcome !== "in transit",
  }));
