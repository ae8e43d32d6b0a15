// `register`: registers the packages of a packing list as lots. Running it again registers only what is missing.
import { Option } from "commander";
import type { EntryDetails } from "../../../protocol/event/details.ts";
import { ActionResult } from "../../../api/settlement.ts";
import { PartyView } from "../../../api/parties.ts";
import { readInputFile } from "../../input/files.ts";
import { Problem } from "../../output/outcome.ts";
import { countOf, type Terminal } from "../../output/terminal.ts";
import { batches, lotBody } from "../../../packing/batches.ts";
import { compareWithService, type PlannedRow, twinDoubts } from "../../../packing/existing.ts";
import {
  byPlace,
  originActions,
  type OriginAction,
  type PackingList,
  type Place,
  type RowFault,
  type RowNote,
} from "../../../packing/list.ts";
import { readPackingList } from "../../../packing/read.ts";
import { knownLots } from "../../service/known-lots.ts";
import type { Api } from "../../service/api.ts";
import type { AddCommand, Command } from "../../service/command.ts";

export const register: AddCommand = (program, act) =>
  program
    .command("register")
    .description(
      "register the packages of a packing list (CSV) as lots, each once, however often it is run",
    )
    .argument(
      "<file>",
      "CSV with the columns manufacturer, mpn, quantity, package_id and, if known, lot_code, date_code and others, by the names in docs/packing-lists.md",
    )
    .addOption(
      new Option(
        "--action <action>",
        "commission: your own lots. introduce: lots from elsewhere (default: by your role)",
      ).choices(["commission", "introduce"]),
    )
    .addOption(
      new Option(
        "--settlement <where>",
        "ledger: the chain enforces every rule, and customers and quantities are in public transactions. log: private, " +
          "but not proven to be the latest or only trail (default: the service's setting)",
      ).choices(["ledger", "log"]),
    )
    .option("--dry-run", "show row by row what would be kept, and register nothing")
    .option("--accept-doubts", "keep cells as they are that are probably not what was meant")
    .action(act(registerList));

interface RegisterOptions {
  action?: OriginAction;
  dryRun?: boolean;
  acceptDoubts?: boolean;
  settlement?: "ledger" | "log";
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
  /** Doubts that the caller accepted. */
  doubts: RowFault[];
  /** How columns and cells were understood. */
  notes: RowNote[];
  lots: RegisteredLot[];
}

interface RegisteredLot {
  line: number;
  lotNumber: string;
  lot: string;
  status: "registered" | "known" | "new";
  /** In a dry run: what would be kept. */
  quantity?: number;
  details?: EntryDetails;
}

/** The refusal of a list with faults. */
function refuseList(file: string, faults: readonly RowFault[]): Problem {
  const why = `The file ${file} has ${countOf(faults.length, "fault")}. Nothing was registered.`;
  return new Problem("BAD_ROWS", why, { field: "FILE", faults });
}

/** The refusal of a list with rows that are probably wrong, which only a person can know. */
function refuseDoubts(file: string, doubts: readonly RowFault[]): Problem {
  const why =
    `The file ${file} has ${countOf(doubts.length, "doubt")}. Nothing was registered. ` +
    "Correct the cells, or keep them as they are with --accept-doubts.";
  return new Problem("DOUBTFUL_ROWS", why, { field: "FILE", faults: doubts });
}

/**
 * Registers a list. Nothing is registered if a row is at fault, or in doubt and not accepted.
 * @throws Problem BAD_ROWS, DOUBTFUL_ROWS with every fault or doubt of every row
 */
async function registerList(
  command: Command,
  file: string,
  options: RegisterOptions,
): Promise<Registration> {
  const { caller, terminal } = command;
  const bytes = await readInputFile(file, "FILE");
  const party = await actingParty(command);
  const action = options.action ?? actionOf(party);
  const list = readPackingList(bytes, action, Math.floor(Date.now() / 1000));
  if (list.faults.length > 0)
    throw refuseList(file, [...list.faults, ...list.doubts].sort(byPlace));
  if (list.doubts.length > 0 && !options.acceptDoubts) {
    if (options.dryRun) showRows(list, terminal);
    throw refuseDoubts(file, list.doubts);
  }
  const service = knownLots(caller.api);
  const { rows, faults } = await compareWithService(
    service,
    { party: party.address, action, list },
    (done, total) => terminal.progress("comparing", done, total),
  );
  if (faults.length > 0) throw refuseList(file, faults);
  const missing = rows.filter(({ known }) => !known);
  const twins = await twinDoubts(service, missing, list);
  if (twins.length > 0 && !options.acceptDoubts) {
    if (options.dryRun) showRows(list, terminal);
    throw refuseDoubts(file, twins);
  }
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
    doubts: [...list.doubts, ...twins].sort(byPlace),
    notes: list.notes,
    lots: rows.map(({ line, lotNumber, lot, known, quantity, details }) => ({
      line,
      lotNumber,
      lot,
      status: known ? "known" : "new",
      ...(options.dryRun && { quantity, details }),
    })),
  };
  if (result.dryRun) showRows(list, terminal);
  else if (list.notes.length > 0)
    terminal.note(`notes       ${list.notes.length} on how cells were read: see --dry-run`);
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

/** What was registered before a failure stays registered: the error says so, and how to continue. */
function withProgress(error: unknown, done: number, total: number): unknown {
  if (!(error instanceof Problem) || done === 0) return error;
  const message = `${error.message} (${done} of ${total} are registered. Run the command again for the rest.)`;
  return new Problem(error.code, message, { ...error, cause: error });
}

/** Shows what would be kept of each row, and how its cells were understood. */
function showRows({ rows, notes, headerLine }: PackingList, terminal: Terminal): void {
  const ofLine = Map.groupBy(notes, ({ line }) => line);
  const show = (line: number) => {
    for (const note of ofLine.get(line) ?? [])
      terminal.line(`            ${placeText(note)}: ${note.message}`);
  };
  if (headerLine !== undefined) {
    terminal.line(`line ${String(headerLine).padEnd(6)} header`);
    show(headerLine);
  }
  for (const { line, lotNumber, quantity, details } of rows) {
    const facts = Object.entries(details).map(([name, value]) => `${name} ${value}`);
    terminal.line(
      `line ${String(line).padEnd(6)} ${lotNumber}: ${[`${quantity} pieces`, ...facts].join(", ")}`,
    );
    show(line);
  }
}

const placeText = ({ column, field }: Place) =>
  [column && `column ${column}`, field].filter(Boolean).join(", ");

function showResult(
  { dryRun, registered, known, action, events }: Registration,
  missing: number,
  terminal: Terminal,
): void {
  const done = action === "commission" ? "commissioned" : "introduced";
  if (dryRun)
    terminal.line(
      `dry run     ${countOf(missing, "lot")} would be registered (${done}); nothing was saved`,
    );
  else
    terminal.line(
      `registered  ${countOf(registered, "lot")} (${done}) in ${countOf(events.length, "event")}`,
    );
  if (known > 0)
    terminal.line(`known       ${countOf(known, "lot")} with the same facts: nothing to do`);
  for (const event of events) terminal.line(`event       ${event}`);
}

/* PARTY AND ACTION */

async function actingParty({ caller }: Command): Promise<PartyView> {
  const own = await caller.party();
  if (own === null) {
    const why = "The operator is not a party. Pick one with --as, or give a party's API key.";
    throw new Problem("FORBIDDEN", why, { field: "--as" });
  }
  return caller.api.get(`/v1/parties/${own}`, PartyView);
}

/** A manufacturer commissions its own lots; others introduce lots from elsewhere. A party that is both has to choose. */
function actionOf({ name, roles }: PartyView): OriginAction {
  const [action, other] = originActions(roles);
  if (action !== undefined && other === undefined) return action;
  const field = "--action";
  if (action !== undefined) {
    const why = `${name} is a manufacturer and more. Give --action commission for its own lots, or introduce for lots from elsewhere.`;
    throw new Problem("ACTION_NEEDED", why, { field });
  }
  const why = `${name} has no role that may register lots.`;
  throw new Problem("ROLE_MISSING", why, { field });
}
