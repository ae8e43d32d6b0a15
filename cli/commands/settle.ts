// `settle`: a lot that lives by the log alone goes to the ledger, with all that is connected with it.
import { z } from "zod";
import type { Command } from "../service/command.ts";
import { counted } from "./custody.ts";
import { resolveLot } from "../service/lots.ts";

const Settling = z.looseObject({ lot: z.string(), lots: z.number(), queued: z.number() });

/** @throws Problem with the service's code where it does not settle the lot */
export async function settle({ caller, terminal }: Command, name: string) {
  const lot = await resolveLot(caller.api, name);
  const settling = await caller.api.post(`/v1/lots/${lot}/settle`, Settling, {});
  const { queued, lots } = settling;
  terminal.line(
    queued === 0
      ? `settle      nothing is left to do: lot ${lot} lives by the ledger`
      : `settle      ${counted(queued, "event")} of ${counted(lots, "lot")} wait for the ledger`,
  );
  return settling;
}
