// Decides where an event settles: on the ledger, or by the log alone. A lot keeps what was chosen when it was made.
import { type CustodyEvent } from "../../protocol/event/event.ts";
import type { LotState } from "../../protocol/event/lot.ts";
import type { SettlementMode } from "../config.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { Refusal } from "../refusal.ts";

/** What a log-only trail cannot prove, and what the ledger tells everybody: said wherever the choice is made. */
export const WHAT_IT_MEANS =
  "ledger: the chain enforces every rule, and everybody who reads the chain sees customers and quantities. log: only the " +
  "log's checkpoints go to the chain; such a trail is not proven to be the latest or the only one, so that its verdict " +
  "carries LATEST_UNPROVEN and is WARN at best, unless its reader has itself followed the operator's whole log.";

/** The state in which an accepted event's settlement begins. */
export const FIRST_STATE = { ledger: "queued", log: "logged" } as const satisfies Record<
  SettlementMode,
  string
>;

/**
 * Where an event settles: as its lots do, or, where it makes them of nothing, as its sender or else the service wants.
 * @param states of the lots that are there, by their ids; their rows are locked
 * @param stated what the sender says
 * @throws Refusal SETTLEMENT_MIXED, SETTLEMENT_DIFFERS; LOG_NOT_ANCHORED
 */
export async function modeOf(
  ctx: Pick<Context, "settlement" | "merkleLog">,
  tx: Db,
  { entries }: CustodyEvent,
  states: ReadonlyMap<string, LotState>,
  stated: SettlementMode | undefined,
): Promise<SettlementMode> {
  // The first event that is settled decides: log-only events beside it will be queued too.
  const rows = await tx.$queryRaw<{ lot: string }[]>`
    SELECT lot FROM unnest(${[...states.keys()]}::text[]) AS of(lot)
    WHERE EXISTS (
      SELECT 1 FROM entry JOIN settlement ON settlement.event = entry.event
      WHERE entry.lot = of.lot AND entry.live AND settlement.state <> 'logged')`;
  const settled = new Set(rows.map(({ lot }) => lot));
  const modes = entries.map(({ lot }): SettlementMode | undefined => {
    if (!states.has(lot)) return undefined;
    return settled.has(lot) ? "ledger" : "log";
  });
  const theirs = modes.find((mode) => mode !== undefined);
  const other = modes.findIndex((mode) => mode !== undefined && mode !== theirs);
  if (other >= 0) {
    const { lot } = entries[other]!;
    const why = `Lot ${lot} settles on the ${modes[other]!}, other lots of this event on the ${theirs!}. Settle the log-only lots first, or make two events.`;
    throw new Refusal("SETTLEMENT_MIXED", 422, why, { field: `entries.${other}` });
  }
  if (stated !== undefined && theirs !== undefined && stated !== theirs)
    throw new Refusal(
      "SETTLEMENT_DIFFERS",
      422,
      `The event's lots settle on the ${theirs}, not on the ${stated}. Leave \`settlement\` out.`,
      {
        field: "settlement",
      },
    );
  const mode = theirs ?? stated ?? ctx.settlement;
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
