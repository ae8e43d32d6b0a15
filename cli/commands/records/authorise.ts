// `authorise`: states that a party may sell one of the caller's brands.
import { Option } from "commander";
import { StatementResults } from "../../../api/statements.ts";
import { GRADES } from "../../../protocol/event/statement.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { resolveParty } from "../../service/lots.ts";
import { reachText } from "../../service/statements.ts";

export const authorise: AddCommand = (program, act) =>
  program
    .command("authorise")
    .description("state that a party may sell one of your brands, from the first day to the last")
    .argument("<party>", "the start of its name or address")
    .requiredOption("--brand <brand>", "as your parts' records call it, or their manufacturer")
    .requiredOption("--from <day>", "the first day, as YYYY-MM-DD")
    .option("--to <day>", "the last day (default: until you withdraw it)")
    .addOption(
      new Option("--grade <grade>", "the party's standing with the brand")
        .choices(GRADES)
        .default("authorised"),
    )
    .action(act(authoriseParty));

/** A brand that a person types is meant as it is, so doubts are accepted. What can match nothing is refused all the same. */
const ROUTE = "/v1/authorisations?acceptDoubts=true";

/** The same again changes nothing. */
async function authoriseParty(
  { caller: { api }, terminal }: Command,
  name: string,
  options: { brand: string; grade: string; from: string; to?: string },
) {
  const party = await resolveParty(api, name, "PARTY");
  const list = [{ party: party.address, ...options }];
  const { statements, reach } = await api.post(ROUTE, StatementResults, list);
  const { statement, known } = statements[0]!;
  const until = options.to === undefined ? "on" : `to ${options.to}`;
  terminal.line(`${known ? "known" : "stated"}  ${statement}`);
  terminal.line(
    `       ${party.name} is ${options.grade} for ${options.brand} from ${options.from} ${until}`,
  );
  if (reach?.[0]) terminal.line(`       ${reachText(reach[0])}`);
  return { statement, known, party: party.address };
}
