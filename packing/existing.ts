// Compares the rows of a packing list with the lots that the service knows: those of an earlier run must have the same facts.
import pMap from "p-map";
import type { EventView, PlainDetails } from "../api/events.ts";
import type { LotTwin } from "../api/lots.ts";
import { MAX_ENTRIES } from "../protocol/base/limits.ts";
import type { EntryDetails } from "../protocol/event/details.ts";
import { lotId } from "../protocol/event/lot.ts";
import { columnName } from "./columns.ts";
import type { OriginAction, PackingList, PackingRow, RowFault } from "./list.ts";

/** What is asked of the service about lots that may be registered. */
export interface KnownLots {
  /** The event that made a lot; undefined where the caller sees no such lot. */
  originOf(lot: string): Promise<string | undefined>;
  event(hash: string): Promise<EventView>;
  /** All lots that the caller sees, page by page. */
  pages(): AsyncIterable<readonly { lot: string }[]>;
  /** Registered numbers that are almost those asked for. */
  twins(lotNumbers: readonly string[]): Promise<readonly LotTwin[]>;
}

/** Is told how many of the rows are compared. */
type OnProgress = (done: number, total: number) => void;

/** Requests that are under way at the same time. */
const REQUESTS_AT_ONCE = 8;
/** For up to this many rows, lots are looked up one by one. For more, the caller's lots are listed first. */
const LOOK_UP_ROWS = 200;
/** Listing stops after one page for this many rows: beyond that, looking up is faster. */
const ROWS_PER_PAGE = 10;

/** A row of the list, and whether its lot exists. */
export interface PlannedRow extends PackingRow {
  lot: string;
  /** An earlier run registered it, with the same facts. */
  known: boolean;
}

/** A lot as the event that made it describes it. */
interface Facts {
  event: string;
  action: EventView["action"];
  quantity: number;
  details: PlainDetails;
}

export interface Wanted {
  party: string;
  action: OriginAction;
  list: PackingList;
}

/** Which rows are registered already, and a fault for each fact that was registered otherwise. */
export async function compareWithService(
  service: KnownLots,
  wanted: Wanted,
  onProgress: OnProgress,
): Promise<{ rows: PlannedRow[]; faults: RowFault[] }> {
  const rows = wanted.list.rows.map((row) => ({ ...row, lot: lotId(wanted.party, row.lotNumber) }));
  const facts = await readFacts(
    service,
    rows.map(({ lot }) => lot),
    onProgress,
  );
  const faults = rows.flatMap((row) => {
    const existing = facts.get(row.lot);
    return existing ? differences(row, existing, wanted) : [];
  });
  return { rows: rows.map((row) => ({ ...row, known: facts.has(row.lot) })), faults };
}

/**
 * Finds rows whose package has almost the number of one that is registered: it may be the same package, in another spelling.
 * @returns a doubt for each
 */
export async function twinDoubts(
  service: Pick<KnownLots, "twins">,
  rows: readonly PlannedRow[],
  { columnOf }: PackingList,
): Promise<RowFault[]> {
  const doubts: RowFault[] = [];
  for (let i = 0; i < rows.length; i += MAX_ENTRIES) {
    const some = rows.slice(i, i + MAX_ENTRIES);
    const lotNumbers = some.map(({ lotNumber }) => lotNumber);
    const items = await service.twins(lotNumbers);
    const twins = new Map(items.map(({ lotNumber, registered }) => [lotNumber, registered]));
    for (const { line, lotNumber } of some) {
      const registered = twins.get(lotNumber);
      if (registered === undefined) continue;
      doubts.push({
        line,
        column: columnOf("lotNumber"),
        field: columnName("lotNumber"),
        code: "CASE_TWIN",
        message: `The package ${registered} is registered and differs in capitals or blanks alone. They would be two lots.`,
        value: lotNumber,
      });
    }
  }
  return doubts;
}

function differences(
  row: PackingRow,
  existing: Facts,
  { action, list: { columnOf } }: Wanted,
): RowFault[] {
  const differs = (
    field: string,
    column: number | undefined,
    here: unknown,
    there: unknown,
  ): RowFault => ({
    line: row.line,
    column,
    field,
    code: "LOT_DIFFERS",
    message: `${row.lotNumber} is registered with ${valueText(there)} (event ${existing.event.slice(0, EVENT_CHARS)}…).`,
    ...(here !== undefined && { value: String(here) }),
  });
  const here: Record<string, unknown> = { quantity: row.quantity, ...row.details };
  const { lotNumber: _lotNumber, ...details } = existing.details;
  const there: Record<string, unknown> = { quantity: existing.quantity, ...details };
  const names = [...new Set([...Object.keys(here), ...Object.keys(there)])] as (
    keyof EntryDetails | "quantity"
  )[];
  // A field that has no column is not compared.
  const differing = names.filter(
    (name) => columnOf(name) !== undefined && here[name] !== there[name],
  );
  return [
    ...(existing.action === action
      ? []
      : [differs("--action", undefined, action, existing.action)]),
    ...differing.map((name) => differs(columnName(name), columnOf(name), here[name], there[name])),
  ];
}

/** Characters of an event's hash: enough to find it. */
const EVENT_CHARS = 14;

const valueText = (value: unknown) =>
  value === undefined ? "nothing here" : JSON.stringify(value);

/** What the service knows of these lots. An event describes all the lots it made, so one request answers for many. */
async function readFacts(
  service: KnownLots,
  lots: readonly string[],
  onProgress: OnProgress,
): Promise<Map<string, Facts>> {
  const facts = new Map<string, Facts>();
  const listed =
    lots.length > LOOK_UP_ROWS
      ? await listLots(service, Math.ceil(lots.length / ROWS_PER_PAGE))
      : undefined;
  const open = new Set(listed ? lots.filter((lot) => listed.has(lot)) : lots);
  const lookUp = async (lot: string) => {
    if (!open.has(lot)) return;
    const event = await service.originOf(lot);
    if (event !== undefined)
      for (const [made, its] of factsOf(await service.event(event), event)) {
        open.delete(made);
        facts.set(made, its);
      }
    open.delete(lot);
    onProgress(lots.length - open.size, lots.length);
  };
  // First one lot per event's size: after a complete run, their events answer for all the others.
  const firsts = lots.filter((_, i) => i % MAX_ENTRIES === 0);
  for (const each of [firsts, lots]) await pMap(each, lookUp, { concurrency: REQUESTS_AT_ONCE });
  return facts;
}

/** The ids of all lots that the caller sees; undefined where that takes too many pages. */
async function listLots(service: KnownLots, maxPages: number): Promise<Set<string> | undefined> {
  const lots = new Set<string>();
  let pages = 0;
  for await (const items of service.pages()) {
    for (const { lot } of items) lots.add(lot);
    if (++pages >= maxPages) return undefined;
  }
  return lots;
}

function factsOf({ action, entries, details }: EventView, event: string): Map<string, Facts> {
  const made = entries.filter(({ isNew }) => isNew);
  return new Map(
    made.map(({ lot, quantity, details: own }) => [
      lot,
      { event, action, quantity, details: { ...details, ...own } },
    ]),
  );
}
