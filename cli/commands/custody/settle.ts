// `settle`: moves a log-only lot to the ledger, with every lot it shares events with.
import { SettleResult } from "../../../api/settlement.ts";
import { countOf } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { findLot, lotPath } from "../../service/lots.ts";

export const settle: AddCommand = (program, act) =>
  program
    .command("settle")
    .description(
      "move a log-only lot to the ledger, with every lot it shares events with; this cannot be undone",
    )
    .argument("<lot>", "its id or lot number")
    .action(act(settleLot));

async function settleLot({ caller, terminal }: Command, name: string) {
  const { lot, lotNumber } = await findLot(caller.api, name);
  const settling = await caller.api.act(lotPath(lot, "/settle"), SettleResult, {});
  const { queued, lots } = settling;
  terminal.line(
    queued === 0
      ? `settle      nothing to do: lot ${lotNumber ?? lot} is on the ledger`
      : `settle      ${countOf(queued, "event")} of ${countOf(lots, "lot")} queued for the ledger`,
  );
  return settling;
}
