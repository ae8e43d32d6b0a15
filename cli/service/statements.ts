// Sends lists of statements to the service.
import { extname } from "node:path";
import { type AuthorisationReach, StatementResults } from "../../api/statements.ts";
import { readInputFile } from "../input/files.ts";
import { countOf, type Terminal } from "../output/terminal.ts";
import type { Command } from "./command.ts";

interface ListOptions {
  /** The name of an item, for people. */
  noun: string;
  source?: string | undefined;
  acceptDoubts?: boolean | undefined;
  /** With whom the items are shared, as the service's query has it. */
  audience?: string | undefined;
}

/** Imports a list from a file: all of it or nothing. Says which lots that the caller sees each item is about. */
export async function importList(
  { caller, terminal }: Command,
  route: string,
  path: string,
  { noun, source, acceptDoubts, audience }: ListOptions,
): Promise<StatementResults> {
  const bytes = await readInputFile(path, "FILE");
  const type = extname(path).toLowerCase() === ".json" ? "application/json" : "text/csv";
  const query = { source, audience, acceptDoubts: acceptDoubts ? "true" : undefined };
  const list = await caller.api.upload(route, StatementResults, { bytes, type }, query);
  const repeated = list.statements.filter((one) => one.known).length;
  const added = countOf(list.statements.length - repeated, noun);
  terminal.line(`${added} stated${repeated > 0 ? `, ${repeated} already known` : ""}`);
  if (list.matches !== undefined) showMatches(list.matches, terminal);
  if (list.reach !== undefined) showReach(list.reach, terminal);
  return list;
}

/** The most alerts that are listed. */
const MAX_LISTED = 50;

function showMatches(matches: NonNullable<StatementResults["matches"]> | null, terminal: Terminal) {
  if (matches === null)
    return terminal.line("You see too many lots of these part numbers to say which match.");
  const about = matches.filter(({ applies, mayApply }) => applies + mayApply > 0);
  for (const { row, applies, mayApply } of about.slice(0, MAX_LISTED)) {
    const more = mayApply > 0 ? `, may fire on ${mayApply} more` : "";
    terminal.line(`row ${row}: fires on ${countOf(applies, "lot")} you can see${more}`);
  }
  if (about.length > MAX_LISTED) terminal.line(`… and ${about.length - MAX_LISTED} more rows`);
  const none = matches.length - about.length;
  if (none > 0) terminal.line(`${countOf(none, "row")}: on no lot you can see`);
}

/** What an authorisation covers. A brand that no lot has is probably spelt otherwise. */
export const reachText = ({ lots, held }: Omit<AuthorisationReach, "row">): string =>
  lots === 0
    ? "you made no lot of that brand"
    : `covers ${countOf(lots, "lot")} you made, of which the party holds ${held}`;

function showReach(reach: readonly AuthorisationReach[] | null, terminal: Terminal): void {
  if (reach === null) return terminal.line("You made too many lots to say which are covered.");
  for (const { row, ...counts } of reach.slice(0, MAX_LISTED))
    terminal.line(`row ${row}: ${reachText(counts)}`);
  if (reach.length > MAX_LISTED) terminal.line(`… and ${reach.length - MAX_LISTED} more rows`);
}
