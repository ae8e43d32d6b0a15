// `grant`: lets an auditor read lots for a time, lists such grants and ends them.
import { Option } from "commander";
import { GrantView, NewGrant, UpTo } from "../../../api/grants.ts";
import { readDay } from "../../input/days.ts";
import { usageProblem } from "../../output/outcome.ts";
import { countOf, moment, short, showTable } from "../../output/terminal.ts";
import { numberOf } from "../../service/acts.ts";
import { type AddCommand, collect, type Command } from "../../service/command.ts";
import { findLots, resolveParty } from "../../service/lots.ts";

export const grant: AddCommand = (program, act) => {
  const group = program
    .command("grant")
    .description("let somebody read lots with their trails, verdicts and documents, until a day")
    .argument("[lots...]", "their numbers, ids or labels")
    .option("--until <day>", "the last day, as YYYY-MM-DD (UTC)")
    .option(
      "--to <party>",
      "a party, which reads with its own API key (default: anyone who has the token)",
    )
    .option(
      "--label <text>",
      "who it is for and why, for your own list",
      "granted on the command line",
    )
    .addOption(
      new Option("--up-to <visibility>", "which fields it opens")
        .choices(UpTo.options)
        .default("trail"),
    )
    .option("--field <name>", "open this field, too; repeatable", collect)
    .action(act(makeGrant));
  group
    .command("list")
    .description("list the grants that you gave, or with --received those that you received")
    .option("--received", "those that you received")
    .action(act(listGrants));
  group
    .command("end")
    .description("end a grant at once")
    .argument("<id>", "its id, as `grant list` shows it")
    .action(act(endGrant));
};

interface Options {
  until?: string;
  to?: string;
  label: string;
  upTo: string;
  field?: string[];
}

async function makeGrant(
  { caller: { api }, terminal }: Command,
  names: string[],
  { until, to, label, upTo, field: fields = [] }: Options,
) {
  if (names.length === 0) throw usageProblem("BAD_ARGUMENT", "Name the lots to open.", "LOT");
  if (until === undefined)
    throw usageProblem("BAD_ARGUMENT", "Give the last day: --until YYYY-MM-DD.", "--until");
  const lots = await findLots(api, names);
  const grantee = to === undefined ? null : await resolveParty(api, to, "--to");
  const made = await api.post("/v1/grants", NewGrant, {
    lots: lots.map(({ lot }) => lot),
    grantee: grantee?.address ?? null,
    until: readDay(until, "--until", "end"),
    label,
    upTo,
    fields,
  });
  terminal.line(`granted     ${lots.map(numberOf).join(", ")}, until the end of ${until} (UTC)`);
  terminal.line(`grant       ${made.id}`);
  if (made.token === null)
    terminal.line(`to          ${grantee?.name ?? ""}, with its own API key`);
  else {
    terminal.line(`token       ${made.token}`);
    terminal.note(
      "The token is shown only once. It reads these lots, as REELPROOF_API_KEY or in Authorization: Bearer.",
    );
  }
  return made;
}

async function listGrants(
  { caller: { api }, terminal }: Command,
  { received = false }: { received?: boolean },
) {
  const query = { direction: received ? "received" : "given" };
  const items = await api.all("/v1/grants", GrantView, query);
  const rows = items.map(
    ({ id, granter, grantee, label, lots, from, until, endedAt, ...names }) => [
      id,
      received
        ? (names.granterName ?? short(granter))
        : grantee === null
          ? "by token"
          : (names.granteeName ?? short(grantee)),
      countOf(lots.length, "lot"),
      moment(from),
      moment(until),
      endedAt === null ? "" : `ended ${moment(endedAt)}`,
      label ?? "",
    ],
  );
  showTable(
    terminal,
    ["id", received ? "from" : "to", "lots", "begins", "ends (UTC)", "", "label"],
    rows,
  );
  return { items };
}

async function endGrant({ caller: { api }, terminal }: Command, id: string) {
  if (!/^[0-9a-f]{12}$/.test(id))
    throw usageProblem("BAD_ARGUMENT", `${id} is not the id of a grant: 12 digits 0-9, a-f.`, "ID");
  const ended = await api.act(`/v1/grants/${id}/end`, GrantView, {});
  terminal.line(`ended       grant ${id}`);
  return ended;
}
