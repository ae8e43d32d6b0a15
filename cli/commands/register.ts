// `register`: the packages of a packing list become lots, each once, however often it is run.
import { z } from "zod";
import { lotId } from "../../protocol/event/lot.ts";
import { MAX_ENTRIES } from "../../protocol/base/limits.ts";
import type { EntryDetails } from "../../protocol/event/details.ts";
import type { Api } from "../service/api.ts";
import type { Command } from "../service/command.ts";
import { counted, readInput } from "./custody.ts";
import { Acted, inParallel, PartySeen, resolveParty } from "../service/lots.ts";
import { EXIT, Problem } from "../output/outcome.ts";
import { columnName } from "../packing-list/columns.ts";
import {
  type OriginAction,
  type PackingList,
  type PackingRow,
  readPackingList,
  type RowFault,
} from "../packing-list/read.ts";
import { short, table, type Terminal } from "../output/terminal.ts";

const REQUESTS_AT_ONCE = 8;
/** Lots in one request: the service takes 256 KiB. */
const MAX_BODY_BYTES = 200_000;
/** Up to so many rows, lots are looked up one by one; for more, the caller's lots are listed first. */
const LOOK_UP_ROWS = 200;
/** Listing stops after one page for so many rows: then looking up is the shorter way. */
const ROWS_PER_PAGE = 10;

export interface RegisterOptions {
  action?: OriginAction;
  party?: string;
  dryRun?: boolean;
  settlement?: "ledger" | "log";
}

/** A row of the list, and what the ledger's service knows of it. */
interface Planned extends PackingRow {
  lot: string;
  /** Registered by an earlier run, with the same facts. */
  known: boolean;
}

export interface Registered {
  file: string;
  action: OriginAction;
  party: string;
  dryRun: boolean;
  rows: number;
  /** Lots that this run registered, and those that were there. */
  registered: number;
  known: number;
  ignoredColumns: string[];
  events: string[];
  lots: { line: number; lotNumber: string; lot: string; status: "registered" | "known" | "new" }[];
}

/** The packing list has faults: nothing of it was registered. */
export class FaultyList extends Problem {
  readonly faults: readonly RowFault[];
  constructor(file: string, faults: readonly RowFault[]) {
    super(
      "BAD_ROWS",
      `${counted(faults.length, "fault")} in ${file}: nothing of it was registered`,
      { field: "FILE" },
    );
    this.faults = faults;
  }
}

/** @throws FaultyList naming every fault of every row; nothing is registered then */
export async function register(
  command: Command,
  file: string,
  options: RegisterOptions,
): Promise<Registered> {
  const { caller, terminal } = command;
  const bytes = await readInput(file);
  const party = await actingParty(command, options);
  const action = options.action ?? actionOf(party);
  const list = readPackingList(bytes, action);
  if (list.faults.length > 0) throw new FaultyList(file, list.faults);
  const planned = await compare(caller.api, { party: party.address, action, list, file }, terminal);
  const missing = planned.filter(({ known }) => !known);
  const result: Registered = {
    ...{
      file,
      action,
      party: party.address,
      dryRun: options.dryRun ?? false,
      rows: planned.length,
    },
    ...{
      registered: 0,
      known: planned.length - missing.length,
      ignoredColumns: list.ignored,
      events: [],
    },
    lots: planned.map(({ line, lotNumber, lot, known }) => ({
      line,
      lotNumber,
      lot,
      status: known ? "known" : "new",
    })),
  };
  if (list.ignored.length > 0) terminal.note(`passed over  ${list.ignored.join(", ")}`);
  const how = { action, ...(options.settlement && { settlement: options.settlement }) };
  if (!result.dryRun) await registerAll(caller.api, how, missing, result, terminal);
  report(result, missing.length, terminal);
  return result;
}

async function registerAll(
  api: Api,
  how: { action: OriginAction } & Pick<RegisterOptions, "settlement">,
  missing: Planned[],
  result: Registered,
  terminal: Terminal,
): Promise<void> {
  const byLot = new Map(result.lots.map((lot) => [lot.lot, lot]));
  for (const some of parcels(missing)) {
    terminal.progress("registering", result.registered, missing.length);
    const lots = some.map(lotBody);
    const { hash } = await api.post("/v1/lots", Acted, { ...how, lots }).catch((error: unknown) => {
      throw interrupted(error, result.registered, missing.length);
    });
    result.events.push(hash);
    result.registered += some.length;
    for (const { lot } of some) byLot.get(lot)!.status = "registered";
  }
  terminal.progress("registering", missing.length, missing.length);
}

const lotBody = ({ lotNumber, quantity, details }: PackingRow) => ({
  lotNumber,
  quantity,
  details,
});

/** Rows for one event each: as many as fit in one, and in the body of one request. */
function* parcels(rows: readonly Planned[]): Generator<Planned[]> {
  let parcel: Planned[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(lotBody(row)));
    if (parcel.length === MAX_ENTRIES || (parcel.length > 0 && bytes + size > MAX_BODY_BYTES)) {
      yield parcel;
      [parcel, bytes] = [[], 0];
    }
    parcel.push(row);
    bytes += size;
  }
  if (parcel.length > 0) yield parcel;
}

/** What was registered before a failure stays so: say it, and how to go on. */
function interrupted(error: unknown, done: number, of: number): unknown {
  if (!(error instanceof Problem) || done === 0) return error;
  const message = `${error.message} (${done} of ${of} are registered: run it again for the rest)`;
  return new Problem(error.code, message, { ...error, cause: error });
}

function report(
  { dryRun, registered, known, action, events }: Registered,
  missing: number,
  terminal: Terminal,
): void {
  const how = action === "commission" ? "commissioned" : "introduced";
  if (dryRun) terminal.line(`dry run     ${counted(missing, "lot")} would be ${how}, nothing was`);
  else
    terminal.line(
      `registered  ${counted(registered, "lot")} (${how}) in ${counted(events.length, "event")}`,
    );
  if (known > 0)
    terminal.line(`known       ${counted(known, "lot")} with the same facts: passed over`);
  for (const event of events) terminal.line(`event       ${event}`);
}

/** All faults as a table: where, what, and why. */
export function faultLines(faults: readonly RowFault[], terminal: Terminal): string[] {
  const rows = faults.map(({ line, column, field, code, message, value }) => [
    String(line),
    column === undefined ? "" : String(column),
    field ?? "",
    terminal.style("red", code),
    value === undefined || value === ""
      ? ""
      : JSON.stringify(value.length > 24 ? `${value.slice(0, 24)}…` : value),
    message,
  ]);
  const columns = [
    ...[
      { title: "line", align: "right" as const },
      { title: "column", align: "right" as const },
    ],
    ...["field", "code", "value", "why"].map((title) => ({ title })),
  ];
  return table(columns, rows, (text) => terminal.style("dim", text));
}

/* WHO REGISTERS, AND HOW */

async function actingParty({ caller }: Command, options: RegisterOptions): Promise<PartySeen> {
  const own = await caller.party();
  if (own === null) {
    const why = "the operator is no party: pick one with --as, or give a party's API key";
    throw new Problem("FORBIDDEN", why, { field: "--as" });
  }
  if (own !== undefined) return caller.api.get(`/v1/parties/${own}`, PartySeen);
  if (options.party !== undefined) return resolveParty(caller.api, options.party, "--party");
  throw new Problem(
    "PARTY_UNKNOWN",
    "whose this API key is, only its administrator can ask: say it with --party",
    {
      field: "--party",
      exit: EXIT.usage,
    },
  );
}

/** A maker commissions its own lots, others introduce what they have from elsewhere; who is both has to say which. */
function actionOf({ name, roles }: PartySeen): OriginAction {
  const maker = roles.includes("manufacturer");
  const trader = roles.includes("distributor") || roles.includes("assembler");
  if (maker !== trader) return maker ? "commission" : "introduce";
  const why = maker
    ? `${name} is a maker and more: say whether these lots are its own (commission) or from elsewhere (introduce)`
    : `${name} has no role in which lots are registered`;
  throw new Problem(maker ? "ACTION_NEEDED" : "ROLE_MISSING", why, { field: "--action" });
}

/* WHAT IS REGISTERED ALREADY */

const Origin = z.looseObject({
  lot: z.string(),
  origin: z.looseObject({ event: z.string() }).nullable(),
});
const Listed = z.looseObject({ lot: z.string() });
const Scalars = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const OriginEvent = z.looseObject({
  action: z.string().nullable(),
  entries: z.array(
    z.looseObject({ lot: z.string(), quantity: z.number(), isNew: z.boolean(), details: Scalars }),
  ),
  details: Scalars,
});

/** A lot as the event that made it tells of it. */
interface Facts {
  event: string;
  action: string | null;
  quantity: number;
  details: z.infer<typeof Scalars>;
}

interface Wanted {
  party: string;
  action: OriginAction;
  list: PackingList;
  file: string;
}

/** @throws FaultyList where a lot is registered with other facts */
async function compare(api: Api, wanted: Wanted, terminal: Terminal): Promise<Planned[]> {
  const rows = wanted.list.rows.map((row) => ({ ...row, lot: lotId(wanted.party, row.lotNumber) }));
  const facts = await knownFacts(api, rows, terminal);
  const faults: RowFault[] = [];
  const planned = rows.map((row) => {
    const known = facts.get(row.lot);
    if (known) faults.push(...differences(row, known, wanted));
    return { ...row, known: known !== undefined };
  });
  if (faults.length > 0) throw new FaultyList(wanted.file, faults);
  return planned;
}

function differences(
  row: PackingRow,
  known: Facts,
  { action, list: { columnOf } }: Wanted,
): RowFault[] {
  const differ = (
    field: string,
    column: number | undefined,
    here: unknown,
    there: unknown,
  ): RowFault => ({
    ...{ line: row.line, column, field, code: "LOT_DIFFERS" },
    message: `${row.lotNumber} is registered with ${quoted(there)} (event ${short(known.event)})`,
    ...(here !== undefined && { value: String(here) }),
  });
  const here: Record<string, unknown> = { quantity: row.quantity, ...row.details };
  const { lotNumber: _lotNumber, ...details } = known.details;
  const there: Record<string, unknown> = { quantity: known.quantity, ...details };
  // What the list has no column for, it does not speak of.
  const names = [...new Set([...Object.keys(here), ...Object.keys(there)])] as (
    keyof EntryDetails | "quantity"
  )[];
  const told = names.filter((name) => columnOf(name) !== undefined && here[name] !== there[name]);
  return [
    ...(known.action === action ? [] : [differ("--action", undefined, action, known.action)]),
    ...told.map((name) => differ(columnName(name), columnOf(name), here[name], there[name])),
  ];
}

const quoted = (value: unknown) => (value === undefined ? "nothing here" : JSON.stringify(value));

/** What the service knows of these lots. An event tells of all the lots that it made, so that one is asked for each. */
async function knownFacts(
  api: Api,
  rows: { lot: string }[],
  terminal: Terminal,
): Promise<Map<string, Facts>> {
  const facts = new Map<string, Facts>();
  const wanted = rows.map(({ lot }) => lot);
  const listed =
    wanted.length > LOOK_UP_ROWS
      ? await listedLots(api, Math.ceil(wanted.length / ROWS_PER_PAGE))
      : undefined;
  const open = new Set(listed ? wanted.filter((lot) => listed.has(lot)) : wanted);
  const askAbout = async (lot: string) => {
    const event = await originOf(api, lot);
    if (event === undefined) return void open.delete(lot);
    for (const [made, told] of await factsOf(api, event)) {
      open.delete(made);
      facts.set(made, told);
    }
    open.delete(lot);
  };
  // The first of each stretch of an event's size first: where an earlier run came through, its events answer for all.
  const [heads, others] = [wanted.filter((_, i) => i % MAX_ENTRIES === 0), wanted];
  for (const some of [heads, others]) {
    await inParallel(some, REQUESTS_AT_ONCE, async (lot) => {
      if (!open.has(lot)) return;
      await askAbout(lot);
      terminal.progress("comparing", wanted.length - open.size, wanted.length);
    });
  }
  return facts;
}

/** The ids of all the lots that the caller sees; undefined where that takes too many pages. */
async function listedLots(api: Api, maxPages: number): Promise<Set<string> | undefined> {
  const lots = new Set<string>();
  let pages = 0;
  for await (const items of api.pages("/v1/lots", Listed)) {
    for (const { lot } of items) lots.add(lot);
    if (++pages >= maxPages) return undefined;
  }
  return lots;
}

async function originOf(api: Api, lot: string): Promise<string | undefined> {
  try {
    return (await api.get(`/v1/lots/${lot}`, Origin)).origin?.event;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return undefined;
    throw error;
  }
}

async function factsOf(api: Api, event: string): Promise<Map<string, Facts>> {
  const { action, entries, details } = await api.get(`/v1/events/${event}`, OriginEvent);
  return new Map(
    entries
      .filter(({ isNew }) => isNew)
      .map(({ lot, quantity, details: own }) => [
        lot,
        { event, action, quantity, details: { ...details, ...own } },
      ]),
  );
}
