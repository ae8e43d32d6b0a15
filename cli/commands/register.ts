// `register`: registers the packages of a packing list as lots. Running it again registers only what is missing.
import { Option } from "commander";
import pMap from "p-map";
import { EventView, type PlainDetails } from "../../api/events.ts";
import { LotView, LotWithDetails } from "../../api/lots.ts";
import { PartyView } from "../../api/parties.ts";
import { ActionResult } from "../../api/settlement.ts";
import { lotId } from "../../protocol/event/lot.ts";
import { MAX_ENTRIES } from "../../protocol/base/limits.ts";
import type { EntryDetails } from "../../protocol/event/details.ts";
import { readInputFile } from "../input/files.ts";
import { Problem, usageProblem } from "../output/outcome.ts";
import { countOf, short, type Terminal } from "../output/terminal.ts";
import { columnName } from "../packing-list/columns.ts";
import {
  type OriginAction,
  type PackingList,
  type PackingRow,
  readPackingList,
  type RowFault,
} from "../packing-list/read.ts";
import type { Api } from "../service/api.ts";
import type { AddCommand, Command } from "../service/command.ts";
import { REQUESTS_AT_ONCE, resolveParty } from "../service/lots.ts";

export const register: AddCommand = (program, act) =>
  program
    .command("register")
    .description(
      "register the packages of a packing list (CSV) as lots, each once, however often it is run",
    )
    .argument(
      "<file>",
      "CSV with the columns manufacturer, mpn, quantity, package_id and, if known, lot_code, date_code and others",
    )
    .addOption(
      new Option(
        "--action <action>",
        "commission: your own lots. introduce: lots from elsewhere (default: by your role)",
      ).choices(["commission", "introduce"]),
    )
    .option("--party <party>", "the API key's party, if the key itself may not ask for it")
    .addOption(
      new Option(
        "--settlement <where>",
        "ledger: the chain enforces every rule, and customers and quantities are in public transactions. log: private, " +
          "but not proven to be the latest or only trail (default: the service's setting)",
      ).choices(["ledger", "log"]),
    )
    .option("--dry-run", "show what would be registered, and register nothing")
    .action(act(registerList));

/** Lots in one request: the service accepts 256 KiB. */
const MAX_BODY_BYTES = 200_000;
/** For up to this many rows, lots are looked up one by one. For more, the caller's lots are listed first. */
const LOOK_UP_ROWS = 200;
/** Listing stops after one page for this many rows: beyond that, looking up is faster. */
const ROWS_PER_PAGE = 10;

interface RegisterOptions {
  action?: OriginAction;
  party?: string;
  dryRun?: boolean;
  settlement?: "ledger" | "log";
}

/** A row of the list, and whether its lot exists. */
interface PlannedRow extends PackingRow {
  lot: string;
  /** An earlier run registered it, with the same facts. */
  known: boolean;
}

interface Registration {
  file: string;
  action: OriginAction;
  party: string;
  dryRun: boolean;
  rows: number;
  /** Lots that this run registered. */
  registered: number;
  /** Lots that were registered before. */
  known: number;
  ignoredColumns: string[];
  events: string[];
  lots: { line: number; lotNumber: string; lot: string; status: "registered" | "known" | "new" }[];
}

function refuseList(file: string, faults: readonly RowFault[]): Problem {
  const why = `The file ${file} has ${countOf(faults.length, "fault")}. Nothing was registered.`;
  return new Problem("BAD_ROWS", why, { field: "FILE", faults });
}

/** @throws Problem BAD_ROWS with every fault of every row; nothing is registered then */
async function registerList(
  command: Command,
  file: string,
  options: RegisterOptions,
): Promise<Registration> {
  const { caller, terminal } = command;
  const bytes = await readInputFile(file, "FILE");
  const party = await actingParty(command, options);
  const action = options.action ?? actionOf(party);
  const list = readPackingList(bytes, action);
  if (list.faults.length > 0) throw refuseList(file, list.faults);
  const wanted = { party: party.address, action, list, file };
  const rows = await compare(caller.api, wanted, terminal);
  const missing = rows.filter(({ known }) => !known);
  const result: Registration = {
    file,
    action,
    party: party.address,
    dryRun: options.dryRun ?? false,
    rows: rows.length,
    registered: 0,
    known: rows.length - missing.length,
    ignoredColumns: list.ignored,
    events: [],
    lots: rows.map(({ line, lotNumber, lot, known }) => ({
      line,
      lotNumber,
      lot,
      status: known ? "known" : "new",
    })),
  };
  if (list.ignored.length > 0) terminal.note(`ignored columns  ${list.ignored.join(", ")}`);
  const { settlement } = options;
  const how = { action, ...(settlement !== undefined && { settlement }) };
  if (!result.dryRun) await registerLots(caller.api, how, missing, result, terminal);
  showResult(result, missing.length, terminal);
  return result;
}

async function registerLots(
  api: Api,
  how: { action: OriginAction } & Pick<RegisterOptions, "settlement">,
  missing: readonly PlannedRow[],
  result: Registration,
  terminal: Terminal,
): Promise<void> {
  const byLot = new Map(result.lots.map((lot) => [lot.lot, lot]));
  for (const rows of batches(missing)) {
    terminal.progress("registering", result.registered, missing.length);
    const body = { ...how, lots: rows.map(lotBody) };
    const { hash } = await api.post("/v1/lots", ActionResult, body).catch((error: unknown) => {
      throw withProgress(error, result.registered, missing.length);
    });
    result.events.push(hash);
    result.registered += rows.length;
    for (const { lot } of rows) byLot.get(lot)!.status = "registered";
  }
  terminal.progress("registering", missing.length, missing.length);
}

const lotBody = ({ lotNumber, quantity, details }: PackingRow) => ({
  lotNumber,
  quantity,
  details,
});

/** Rows for one event each: as many as fit into an event and into the body of one request. */
function* batches(rows: readonly PlannedRow[]): Generator<PlannedRow[]> {
  let batch: PlannedRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(lotBody(row)));
    if (batch.length === MAX_ENTRIES || (batch.length > 0 && bytes + size > MAX_BODY_BYTES)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(row);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** What was registered before a failure stays registered: the error says so, and how to continue. */
function withProgress(error: unknown, done: number, total: number): unknown {
  if (!(error instanceof Problem) || done === 0) return error;
  const message = `${error.message} (${done} of ${total} are registered. Run the command again for the rest.)`;
  return new Problem(error.code, message, { ...error, cause: error });
}

function showResult(
  { dryRun, registered, known, action, events }: Registration,
  missing: number,
  terminal: Terminal,
): void {
  const done = action === "commission" ? "commissioned" : "introduced";
  if (dryRun) terminal.line(`dry run     ${countOf(missing, "lot")} would be ${done}`);
  else
    terminal.line(
      `registered  ${countOf(registered, "lot")} (${done}) in ${countOf(events.length, "event")}`,
    );
  if (known > 0)
    terminal.line(`known       ${countOf(known, "lot")} with the same facts: nothing to do`);
  for (const event of events) terminal.line(`event       ${event}`);
}

/* PARTY AND ACTION */

async function actingParty({ caller }: Command, options: RegisterOptions): Promise<PartyView> {
  const own = await caller.party();
  if (own === null) {
    const why = "The operator is not a party. Pick one with --as, or give a party's API key.";
    throw new Problem("FORBIDDEN", why, { field: "--as" });
  }
  if (own !== undefined) return caller.api.get(`/v1/parties/${own}`, PartyView);
  if (options.party !== undefined) return resolveParty(caller.api, options.party, "--party");
  const why = "Only an administrator's API key can ask for its party. Give the party with --party.";
  throw usageProblem("PARTY_UNKNOWN", why, "--party");
}

/** A manufacturer commissions its own lots; others introduce lots from elsewhere. A party that is both has to choose. */
function actionOf({ name, roles }: PartyView): OriginAction {
  const maker = roles.includes("manufacturer");
  const trader = roles.includes("distributor") || roles.includes("assembler");
  if (maker !== trader) return maker ? "commission" : "introduce";
  const field = "--action";
  if (maker) {
    const why = `${name} is a manufacturer and more. Give --action commission for its own lots, or introduce for lots from elsewhere.`;
    throw new Problem("ACTION_NEEDED", why, { field });
  }
  const why = `${name} has no role that may register lots.`;
  throw new Problem("ROLE_MISSING", why, { field });
}

/* LOTS THAT EXIST */

/** A lot as the event that made it describes it. */
interface Facts {
  event: string;
  action: EventView["action"];
  quantity: number;
  details: PlainDetails;
}

interface Wanted {
  party: string;
  action: OriginAction;
  list: PackingList;
  file: string;
}

/** @throws Problem BAD_ROWS where a lot is registered with other facts */
async function compare(api: Api, wanted: Wanted, terminal: Terminal): Promise<PlannedRow[]> {
  const rows = wanted.list.rows.map((row) => ({ ...row, lot: lotId(wanted.party, row.lotNumber) }));
  const facts = await readFacts(
    api,
    rows.map(({ lot }) => lot),
    terminal,
  );
  const faults = rows.flatMap((row) => {
    const existing = facts.get(row.lot);
    return existing ? differences(row, existing, wanted) : [];
  });
  if (faults.length > 0) throw refuseList(wanted.file, faults);
  return rows.map((row) => ({ ...row, known: facts.has(row.lot) }));
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
    message: `${row.lotNumber} is registered with ${valueText(there)} (event ${short(existing.event)}).`,
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

const valueText = (value: unknown) =>
  value === undefined ? "nothing here" : JSON.stringify(value);

/** What the service knows of these lots. An event describes all the lots it made, so one request answers for many. */
async function readFacts(
  api: Api,
  lots: readonly string[],
  terminal: Terminal,
): Promise<Map<string, Facts>> {
  const facts = new Map<string, Facts>();
  const listed =
    lots.length > LOOK_UP_ROWS
      ? await listLots(api, Math.ceil(lots.length / ROWS_PER_PAGE))
      : undefined;
  const open = new Set(listed ? lots.filter((lot) => listed.has(lot)) : lots);
  const lookUp = async (lot: string) => {
    if (!open.has(lot)) return;
    const event = await originOf(api, lot);
    if (event !== undefined)
      for (const [made, its] of await factsOf(api, event)) {
        open.delete(made);
        facts.set(made, its);
      }
    open.delete(lot);
    terminal.progress("comparing", lots.length - open.size, lots.length);
  };
  // First one lot per event's size: after a complete run, their events answer for all the others.
  const firsts = lots.filter((_, i) => i % MAX_ENTRIES === 0);
  for (const each of [firsts, lots]) await pMap(each, lookUp, { concurrency: REQUESTS_AT_ONCE });
  return facts;
}

/** The ids of all lots that the caller sees; undefined where that takes too many pages. */
async function listLots(api: Api, maxPages: number): Promise<Set<string> | undefined> {
  const lots = new Set<string>();
  let pages = 0;
  for await (const items of api.pages("/v1/lots", LotView)) {
    for (const { lot } of items) lots.add(lot);
    if (++pages >= maxPages) return undefined;
  }
  return lots;
}

async function originOf(api: Api, lot: string): Promise<string | undefined> {
  try {
    return (await api.get(`/v1/lots/${lot}`, LotWithDetails)).origin?.event;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return undefined;
    throw error;
  }
}

async function factsOf(api: Api, event: string): Promise<Map<string, Facts>> {
  const { action, entries, details } = await api.get(`/v1/events/${event}`, EventView);
  const made = entries.filter(({ isNew }) => isNew);
  return new Map(
    made.map(({ lot, quantity, details: own }) => [
      lot,
      { event, action, quantity, details: { ...details, ...own } },
    ]),
  );
}
