// `statement`: lists, imports and withdraws signed statements.
import { Option } from "commander";
import { StatementResult, StatementView } from "../../../api/statements.ts";
import { STATEMENT_KINDS } from "../../../protocol/event/statement.ts";
import { usageProblem } from "../../output/outcome.ts";
import { short, showTable } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { allParties } from "../../service/lots.ts";
import { importList } from "../../service/statements.ts";

export const statement: AddCommand = (program, act) => {
  const group = program
    .command("statement")
    .description("signed statements: authorisations, alerts, withdrawals");
  group
    .command("list")
    .description("list everyone's authorisations, and your own alerts")
    .addOption(new Option("--kind <kind>", "only these").choices(Object.keys(STATEMENT_KINDS)))
    .action(act(listStatements));
  group
    .command("import")
    .description("import a list of authorisations, all or nothing")
    .argument("<file>", "CSV (or .json) with party (its address), brand, grade, from, to")
    .option("--accept-doubts", "keep cells as they are that are probably not what was meant")
    .action(
      act((command, file: string, options: { acceptDoubts?: boolean }) =>
        importList(command, "/v1/authorisations", file, { noun: "authorisation", ...options }),
      ),
    );
  group
    .command("withdraw")
    .description("withdraw one of your statements; this cannot be undone")
    .argument("<statement>", "its digest")
    .action(act(withdrawStatement));
};

async function listStatements({ caller, terminal }: Command, query: { kind?: string }) {
  const statements = await caller.api.all("/v1/statements", StatementView, query);
  const parties = new Map(
    (await allParties(caller.api)).map(({ address, name }) => [address, name]),
  );
  const cells = statements.map((each) => [
    each.statement,
    each.kind,
    each.issuer.name ?? short(each.issuer.address),
    contentText(each, parties),
    each.withdrawn ? terminal.style("dim", "withdrawn") : "",
  ]);
  showTable(terminal, ["statement", "kind", "issuer", "content", ""], cells);
  return { statements };
}

function contentText(
  { content, withdraws }: StatementView,
  parties: ReadonlyMap<string, string>,
): string {
  if (withdraws !== null) return `of ${short(withdraws)}`;
  if (content === null) return "not readable";
  if ("party" in content) {
    const { party, grade, brand, from, to } = content;
    return `${parties.get(party) ?? short(party)} ${grade} for ${brand}, ${from} ${to === undefined ? "on" : `to ${to}`}`;
  }
  const { kind, mpn, source, reference } = content;
  return `${kind}: ${mpn} (${source}, ${reference})`;
}

async function withdrawStatement({ caller, terminal }: Command, text: string) {
  const digest = text.trim().toLowerCase();
  if (!/^0x[0-9a-f]{64}$/.test(digest))
    throw usageProblem("BAD_ARGUMENT", `${text} is not a statement's digest.`, "STATEMENT");
  const path = `/v1/statements/${digest}/withdraw`;
  const { statement: withdrawal, known } = await caller.api.post(path, StatementResult, {});
  terminal.line(`${known ? "known" : "stated"}  ${withdrawal}`);
  return { statement: withdrawal, known, withdraws: digest };
}
