// `trail`: shows a lot's events back to its origin, or the lots that were made of it, with the quantities that were used.
import type { EventView } from "../../../api/events.ts";
import { LotWithDetails, TrailDown, TrailUp } from "../../../api/lots.ts";
import { usageProblem } from "../../output/outcome.ts";
import {
  countOf,
  moment,
  partyText,
  pieces,
  short,
  showTable,
  type Terminal,
} from "../../output/terminal.ts";
import { numberOf } from "../../service/acts.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { lotPath } from "../../service/lots.ts";

export const trail: AddCommand = (program, act) =>
  program
    .command("trail")
    .description(
      "show a lot's events back to its origin, or with --down what was made of it, with the quantities used",
    )
    .argument("<lot>", "its number, id or label")
    .option("--up", "back to the origin (the default)")
    .option("--down", "the lots that were split off it or made of it, and where they are")
    .action(act(showTrail));

async function showTrail(
  { caller: { api }, terminal }: Command,
  name: string,
  { up = false, down = false }: { up?: boolean; down?: boolean },
) {
  if (up && down) throw usageProblem("BAD_ARGUMENT", "Give --up or --down, not both.", "--down");
  const lot = await api.get(lotPath(name), LotWithDetails);
  const path = lotPath(lot.lot, "/trail");
  if (down) {
    const answer = await api.get(path, TrailDown, { direction: "down", proofs: "false" });
    showDescendants(terminal, lot, answer);
    return answer;
  }
  const answer = await api.get(path, TrailUp, { proofs: "false" });
  const rows = eventRows(lot, answer.items);
  showTable(terminal, ["time", "action", "party", "lot", CHANGE, LEFT, "event"], rows);
  return answer;
}

const CHANGE = { title: "change", align: "right" } as const;
const LEFT = { title: "quantity", align: "right" } as const;

/** A row for each lot of each event. Only what changes a quantity shows by how much. */
function eventRows(lot: LotWithDetails, events: readonly EventView[]): string[][] {
  const quantities = new Map<string, number>();
  const numbers = new Map<string, string>([[lot.lot, numberOf(lot)]]);
  return events.flatMap(({ time, action, actor, consignee, entries, hash }) => {
    for (const { lot: id, isNew, details } of entries)
      if (isNew && details["lotNumber"] !== undefined)
        numbers.set(id, String(details["lotNumber"]));
    const who =
      consignee === null ? partyText(actor) : `${partyText(actor)} to ${partyText(consignee)}`;
    return entries.map(({ lot: id, quantity, isNew }, i) => {
      const before = isNew ? 0 : quantities.get(id);
      quantities.set(id, quantity);
      const head = i === 0 ? [moment(time), action ?? "unknown", who] : ["", "", ""];
      return [
        ...head,
        numbers.get(id) ?? short(id),
        changeText(before, quantity),
        pieces(quantity),
        i === 0 ? short(hash) : "",
      ];
    });
  });
}

function changeText(before: number | undefined, after: number): string {
  if (before === undefined || before === after) return "";
  return after > before ? `+${pieces(after - before)}` : `-${pieces(before - after)}`;
}

function showDescendants(
  terminal: Terminal,
  lot: LotWithDetails,
  { items, withheld, truncated }: TrailDown,
): void {
  const numbers = new Map([lot, ...items].map((each) => [each.lot, numberOf(each)]));
  const rows = items.map((each) => [
    `${"  ".repeat(each.steps - 1)}${numberOf(each)}`,
    each.mpn ?? "",
    pieces(each.quantity),
    each.consignee === null
      ? partyText(each.holder)
      : `${partyText(each.holder)}, in transit to ${partyText(each.consignee)}`,
    each.used
      .map(({ lot: id, quantity }) => `${pieces(quantity)} of ${numbers.get(id) ?? short(id)}`)
      .join(", "),
  ]);
  terminal.line(`${numberOf(lot)}: ${pieces(lot.quantity)} pieces are left`);
  if (rows.length > 0) showTable(terminal, ["made of it", "mpn", LEFT, "held by", "used"], rows);
  else terminal.line("Nothing that you see was made of it.");
  if (withheld > 0)
    terminal.line(`${countOf(withheld, "lot")} more, made directly of these, you may not see.`);
  if (truncated) terminal.line("There are more lots than these. The nearest are listed.");
}
