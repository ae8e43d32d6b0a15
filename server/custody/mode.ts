// Decides where an event settles: on the ledger, or only in the log. A lot keeps the choice that was made with it.
import { type CustodyEvent } from "../../protocol/event/event.ts";
import type { LotState } from "../../protocol/event/lot.ts";
import type { SettlementMode } from "../config.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";

/** Explains the choice: what a log-only trail cannot prove, and what the ledger makes public. Shown wherever one chooses. */
export const SETTLEMENT_CHOICE =
  "ledger: The chain enforces every rule. Anyone who reads the chain sees customers and quantities. log: Only the log's " +
  "checkpoints go to the chain. Such a trail is not proven to be the latest or the only one, so its verdict has " +
  "LATEST_UNPROVEN and is WARN at best, unless the reader has followed the operator's whole log.";

/** The first state of an accepted event's settlement. */
export const FIRST_STATE = { ledger: "queued", log: "logged" } as const satisfies Record<
  SettlementMode,
  string
>;

/**
 * Where an event settles: where its lots do or, if all of them are new, where its sender says, or else the service.
 * @param states of the existing lots, by their ids; their rows are locked
 * @param isOnLedger whether one event of a lot is for the ledger: it decides, log-only events beside it will be queued too
 * @param requested the sender's choice
 * @throws Refusal SETTLEMENT_MIXED, SETTLEMENT_DIFFERS; LOG_NOT_ANCHORED
 */
export function modeOf(
  ctx: Pick<Context, "settlement" | "merkleLog">,
  { entries }: CustodyEvent,
  states: ReadonlyMap<string, LotState>,
  isOnLedger: (lot: string) => boolean,
  requested: SettlementMode | undefined,
): SettlementMode {
  const modes = entries.map(({ lot }): SettlementMode | undefined => {
    if (!states.has(lot)) return undefined;
    return isOnLedger(lot) ? "ledger" : "log";
  });
  const lotsMode = modes.find((mode) => mode !== undefined);
  const other = modes.findIndex((mode) => mode !== undefined && mode !== lotsMode);
  if (other >= 0) {
    const { lot } = entries[other]!;
    const why = `Lot ${lot} settles on the ${modes[other]!}, other lots of this event on the ${lotsMode!}. Settle the log-only lots first, or make two events.`;
    throw new Refusal("SETTLEMENT_MIXED", 422, why, { field: `entries.${other}` });
  }
  if (requested !== undefined && lotsMode !== undefined && requested !== lotsMode)
    throw new Refusal(
      "SETTLEMENT_DIFFERS",
      422,
      `The event's lots settle on the ${lotsMode}, not on the ${requested}. Leave \`settlement\` out.`,
      {
        field: "settlement",
      },
    );
  const mode = lotsMode ?? requested ?? ctx.settlement;
  if (mode === "log" && ctx.merkleLog.contract === undefined)
    throw new Refusal(
      "LOG_NOT_ANCHORED",
      422,
      "This service's log is not anchored. Its operator has to set LOG_ADDRESS.",
      {
        field: "settlement",
      },
    );
  return mode;
}
