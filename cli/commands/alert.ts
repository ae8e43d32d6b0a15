// `alert`: imports alerts on parts.
import type { AddCommand } from "../service/command.ts";
import { importList } from "../service/statements.ts";

export const alert: AddCommand = (program, act) =>
  program
    .command("alert")
    .description("alerts on parts, which your verdicts then take into account")
    .command("import")
    .description("import a list of alerts, all or nothing; known ones are not stated again")
    .argument(
      "<file>",
      "CSV (or .json) with source, reference, kind, mpn and, if known, manufacturer, makerLots (with | or ; between " +
        "several), dateCodeFrom, dateCodeTo",
    )
    .option("--source <name>", "the source of alerts that name none")
    .option("--accept-doubts", "keep cells as they are that are probably not what was meant")
    .action(
      act((command, file: string, options: { source?: string; acceptDoubts?: boolean }) =>
        importList(command, "/v1/alerts", file, { noun: "alert", ...options }),
      ),
    );
