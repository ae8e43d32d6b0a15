// `alert`: imports alerts on parts.
import type { Api } from "../../service/api.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { resolveParty } from "../../service/lots.ts";
import { importList } from "../../service/statements.ts";

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
    .option(
      "--share <party...>",
      "who else may read the alerts: the starts of names or addresses, all, or none (default: none; known alerts stay as they are)",
    )
    .action(act(importAlerts));

async function importAlerts(
  command: Command,
  file: string,
  { share, ...options }: { source?: string; acceptDoubts?: boolean; share?: string[] },
) {
  const audience = share && (await audienceOf(command.caller.api, share));
  return importList(command, "/v1/alerts", file, { noun: "alert", ...options, audience });
}

/** The audience as the service's query has it. */
async function audienceOf(api: Api, share: readonly string[]): Promise<string> {
  const [only, other] = share;
  if (other === undefined && (only === "all" || only === "none")) return only;
  const parties = await Promise.all(share.map((text) => resolveParty(api, text, "--share")));
  return parties.map(({ address }) => address).join(",");
}
