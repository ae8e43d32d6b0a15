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
      "CSV (or .json) with source, reference, kind, mpn and, if known, manufacturer, makerLots, dateCodeFrom, dateCodeTo",
    )
    .option("--source <name>", "the source of alerts that name none")
    .action(
      act((command, file: string, { source }: { source?: string }) =>
        importList(command, "/v1/alerts", file, { noun: "alert", source }),
      ),
    );
