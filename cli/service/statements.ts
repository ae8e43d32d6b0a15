// Sends lists of statements to the service.
import { extname } from "node:path";
import { StatementResults } from "../../api/statements.ts";
import { readInputFile } from "../input/files.ts";
import { countOf } from "../output/terminal.ts";
import type { Command } from "./command.ts";

/**
 * Imports a list from a file: all of it or nothing.
 * @param noun the name of an item, for people
 */
export async function importList(
  { caller, terminal }: Command,
  route: string,
  path: string,
  { noun, source }: { noun: string; source?: string | undefined },
): Promise<StatementResults> {
  const bytes = await readInputFile(path, "FILE");
  const type = extname(path).toLowerCase() === ".json" ? "application/json" : "text/csv";
  const list = await caller.api.upload(route, StatementResults, { bytes, type }, { source });
  const repeated = list.statements.filter((one) => one.known).length;
  const added = countOf(list.statements.length - repeated, noun);
  terminal.line(`${added} stated${repeated > 0 ? `, ${repeated} already known` : ""}`);
  return list;
}
