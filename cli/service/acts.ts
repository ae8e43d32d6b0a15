// Acts on lots by details: the part that hold, release, inspect, scrap and others share.
import { ActionResult } from "../../api/settlement.ts";
import { pieces, short, table, type Terminal } from "../output/terminal.ts";
import type { Api } from "./api.ts";
import { lotPath } from "./lots.ts";

export type Details = Record<string, string | number | boolean>;

/** A lot as an act shows it. */
export interface Shown {
  lot: string;
  lotNumber: string | null;
  mpn: string | null;
  quantity: number;
}

/** The result of an act, as --json writes it. */
export interface ActReport {
  event: string;
  settlement: string;
  lots: { lot: string; lotNumber: string | null; quantity: number }[];
}

/** A lot of an act, and what the act takes of it. */
interface ActLot {
  lot: string;
  quantity?: number;
}

/** Does one act about lots, as one event: all of them or none. */
export function actOnLots(
  api: Api,
  act: "inspection" | "hold" | "release" | "scrap",
  [first, ...further]: readonly ActLot[],
  details: Details,
): Promise<ActionResult> {
  const { lot, ...own } = first!;
  return api.act(lotPath(lot, `/${act}`), ActionResult, { ...own, further, details });
}

/** Details without those that were not given. */
export const given = (details: Record<string, string | number | boolean | undefined>): Details =>
  Object.fromEntries(
    Object.entries(details).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );

export const numberOf = ({ lot, lotNumber }: Pick<Shown, "lot" | "lotNumber">) =>
  lotNumber ?? short(lot);

/** Lots as lines of a table. */
export function lotLines(lots: readonly Shown[]): string[] {
  const rows = lots.map((lot) => [numberOf(lot), lot.mpn ?? "", pieces(lot.quantity)]);
  const columns = [
    { title: "lot" },
    { title: "mpn" },
    { title: "quantity", align: "right" as const },
  ];
  return table(columns, rows).map((line) => `  ${line}`);
}

const LABEL_WIDTH = 12;

/** Shows what was done: a head, the lots, the event. @param quantities of the lots now, where the act changed them */
export function showAct(
  terminal: Terminal,
  head: { verb: string; text: string },
  lots: readonly Shown[],
  { hash, settlement }: Pick<ActionResult, "hash" | "settlement">,
): ActReport {
  const label = (text: string) => text.padEnd(LABEL_WIDTH);
  terminal.line(`${label(head.verb)}${head.text}`);
  for (const line of lotLines(lots)) terminal.line(line);
  terminal.line(`${label("event")}${hash}`);
  terminal.line(`${label("settlement")}${settlement}`);
  const report = lots.map(({ lot, lotNumber, quantity }) => ({ lot, lotNumber, quantity }));
  return { event: hash, settlement, lots: report };
}
