// Sends what a person decides about a lot. The service signs it with the party's key.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { LotView, LotWithDetails } from "../../../api/lots.ts";
import type { ActionResult } from "../../../api/settlement.ts";
import { ask } from "./client.ts";
import type { Rights } from "./session.ts";

export type ActName = "accept" | "hold" | "release" | "receive" | "refuse";

/** One decision, with a key of its own: sent again after a lost answer, it acts once. */
export interface Act {
  name: ActName;
  lot: LotWithDetails;
  reason: string;
  once: string;
}

/** The decisions that a caller can take about a lot as it stands. */
export function actsOn(lot: LotView, party: string | null, { canAct }: Rights): ActName[] {
  if (!canAct || lot.quantity === 0) return [];
  if (lot.inTransit) return lot.consignee?.address === party ? ["receive", "refuse"] : [];
  if (lot.holder.address !== party) return [];
  return lot.held ? ["accept", "release"] : ["accept", "hold"];
}

function requestOf({ name, lot, reason }: Act): [path: string, body: object] {
  const details = reason === "" ? {} : { reason };
  const ofLot = (what: string) => `/v1/lots/${lot.lot}/${what}`;
  // Of a lot in transit, the last event is its shipment.
  const ofShipment = (what: string) => `/v1/shipments/${lot.state.lastEvent}/${what}`;
  switch (name) {
    case "accept":
      return [ofLot("inspection"), { details: { ...details, inspectionResult: "accepted" } }];
    case "hold":
      return [ofLot("hold"), { details }];
    case "release":
      return [ofLot("release"), { details }];
    case "receive":
      return [ofShipment("receipt"), { lots: [{ lot: lot.lot }], details }];
    case "refuse":
      return [ofShipment("refusal"), { lots: [{ lot: lot.lot }], details }];
  }
}

export function useAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: Act) => {
      const [path, body] = requestOf(act);
      return ask<ActionResult>("POST", path, { body, once: act.once });
    },
    // What was read of lots before is out of date.
    onSuccess: () =>
      client.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] !== "session",
      }),
  });
}
