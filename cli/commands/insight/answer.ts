// Shows an answer of insight: its sentence, its tables, what it does not say, and what it rests on.
import { usageProblem } from "../../output/outcome.ts";
import { csvLine } from "../../output/csv.ts";
import { type Column, countOf, moment, showTable, type Terminal } from "../../output/terminal.ts";
import type { Basis } from "../../../api/insight.ts";
import type { PartyName } from "../../../api/parties.ts";
import type { Command } from "../../service/command.ts";

interface Answer {
  sentence: string;
  basis: Basis;
  abstained: readonly { about: string; advice: string }[];
  parties: readonly PartyName[];
}

/** A table of an answer. The first one is what --csv prints. */
export interface AnswerTable {
  columns: readonly (string | Column)[];
  rows: string[][];
}

export const right = (title: string): Column => ({ title, align: "right" });

/** Options that every question has. */
export interface AnswerOptions {
  csv?: boolean;
  asOf?: string;
}

/** Lots or parties that a list of abstentions names. */
const MOST_SHOWN = 10;

/** Shows an answer, or prints its first table as CSV. */
export function showAnswer(
  { terminal, options }: Command,
  answer: Answer,
  tables: readonly AnswerTable[],
  csv = false,
): void {
  if (csv && options.json)
    throw usageProblem("BAD_ARGUMENT", "Give --csv or --json, not both.", "--csv");
  if (csv) return showCsv(terminal, tables[0]!);
  terminal.line(answer.sentence);
  for (const { columns, rows } of tables) {
    if (rows.length === 0) continue;
    terminal.line("");
    showTable(terminal, [...columns], rows);
  }
  showAbstained(terminal, answer);
  const { events, asOf, inputs, unsettled } = answer.basis;
  terminal.line("");
  terminal.line(
    `From ${countOf(events, "event")} known by ${moment(asOf)}; inputs ${inputs}.` +
      (unsettled > 0
        ? ` Newer events of ${countOf(unsettled, "lot")} are not final, and left out.`
        : ""),
  );
}

function showCsv(terminal: Terminal, { columns, rows }: AnswerTable): void {
  const titles = columns.map((column) => (typeof column === "string" ? column : column.title));
  terminal.line(csvLine(titles.map((title) => title.replace(/[^a-z]+/g, "_"))));
  for (const row of rows) terminal.line(csvLine(row));
}

function showAbstained(terminal: Terminal, { abstained }: Answer): void {
  const groups = Map.groupBy(abstained, ({ advice }) => advice);
  for (const [advice, some] of groups) {
    const names = some
      .slice(0, MOST_SHOWN)
      .map(({ about }) => (/^0x/.test(about) ? `${about.slice(0, 14)}…` : about));
    const more = some.length > MOST_SHOWN ? ` and ${some.length - MOST_SHOWN} more` : "";
    terminal.line("");
    terminal.line(`Not said of ${names.join("; ")}${more}: ${advice}`);
  }
}

/** Names parties of an answer. */
export function partyNames({ parties }: Answer): (address: string) => string {
  const names = new Map(parties.map(({ address, name }) => [address, name]));
  return (address) => names.get(address) ?? address;
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`;
