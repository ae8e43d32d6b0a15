// Ends the transit of lots without a receipt: refuses them, or cancels their shipment.
import { ActionResult } from "../../api/settlement.ts";
import { countOf, partyText } from "../output/terminal.ts";
import { type Details, showAct } from "./acts.ts";
import type { Command } from "./command.ts";
import { pickLots } from "./shipments.ts";

const ACTS = {
  refusal: { direction: "incoming", verb: "Refuse", done: "refused" },
  cancellation: { direction: "outgoing", verb: "Cancel", done: "cancelled" },
} as const;

interface SendBack {
  act: keyof typeof ACTS;
  only?: string[] | undefined;
  all?: boolean | undefined;
  details: Details;
}

/** Sends lots back: those that are named, or all of a shipment that is named. */
export async function sendBack(
  command: Command,
  names: readonly string[],
  { act, only, all, details }: SendBack,
) {
  const { direction, verb, done } = ACTS[act];
  const picking = { direction, verb, only, all, isNarrow: true } as const;
  const { shipment, lots } = await pickLots(command, names, picking);
  const isIncoming = direction === "incoming";
  const result = await command.caller.api.act(
    `/v1/shipments/${shipment.shipment}/${act}`,
    ActionResult,
    { ...(lots.length > 0 && { lots: lots.map(({ lot }) => ({ lot })) }), details },
  );
  const other = partyText(isIncoming ? shipment.shipper : shipment.consignee);
  const text = `${countOf(lots.length, "lot")} ${isIncoming ? "from" : "to"} ${other}`;
  const report = showAct(command.terminal, { verb: done, text }, lots, result);
  return { ...report, shipment: shipment.shipment };
}
