// `init`: makes a company known. On the embedded chain the service does all of it. On a chain of one's own the command says
// which of owner, company and operator does what.
import { CompanyView } from "../../../api/companies.ts";
import { fromHex } from "../../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../../protocol/base/crypto.ts";
import type { RoleName } from "../../../protocol/event/roles.ts";
import { readAddress, readPrivateKey } from "../../input/options.ts";
import { readRoles, ROLES_HELP } from "../../input/roles.ts";
import { EXIT, Problem } from "../../output/outcome.ts";
import { DEFAULT_URL, type Environment } from "../../service/caller.ts";
import { type AddCommand, collect, type Command } from "../../service/command.ts";
import { type Facts, quoted, stepsOn, type Step } from "../../service/own-chain.ts";
import { factsOf } from "../../service/own-chain-facts.ts";

export const init: AddCommand = (program, act) =>
  program
    .command("init")
    .description("make a company: account, admission, signing key and API key (operator)")
    .argument("<name>", "the company's name on the ledger, in quotes")
    .requiredOption("--role <role>", ROLES_HELP, collect)
    .option("--account <address>", "the company's account, on a chain of your own")
    .addHelpText("after", HELP)
    .action(act(initCompany, ({ isDone }) => (isDone ? EXIT.done : EXIT.refused)));

const HELP = `
On the embedded chain, the service makes all of it and keeps account and signing key.
On a chain of your own, the command makes nothing: it lists what the ledger's owner, the
company and the service's operator do, and what is done already. Exit code 1: something is left.`;

interface InitOptions {
  role: string[];
  account?: string;
}

/** The company that the service made, or the steps on a chain of one's own. */
type Initialised = { isDone: boolean } & (CompanyView | { steps: Step[] });

async function initCompany(
  command: Command,
  name: string,
  { role, account }: InitOptions,
): Promise<Initialised> {
  const roles = readRoles(role);
  const wanted = { name, roles, account: accountOf(command.env, account) };
  if (command.env["CHAIN_RPC_URL"] !== undefined) return showSteps(command, wanted);
  try {
    return { isDone: true, ...(await makeCompany(command, { name, roles })) };
  } catch (error) {
    if (error instanceof Problem && error.code === "NO_KEY") return showSteps(command, wanted);
    throw error;
  }
}

/** The account that the option names, or the one whose key is in the environment. */
function accountOf(env: Environment, option: string | undefined): string | undefined {
  if (option !== undefined) return readAddress(option, "--account");
  const key = env["ACCOUNT_KEY"];
  if (key === undefined) return undefined;
  return addressOfPrivateKey(fromHex(readPrivateKey(key, "ACCOUNT_KEY")));
}

/** Lets the service make a company, and shows what it has. */
export async function makeCompany(
  { caller, terminal, options, env }: Command,
  wanted: { name: string; roles: RoleName[] },
): Promise<CompanyView> {
  const company = await caller.api.post("/v1/companies", CompanyView, wanted);
  const { name, roles, address, signingKey, apiKey, keptIn, isNew } = company;
  terminal.line(`${isNew ? "admitted " : "unchanged"}   ${name} as ${roles.join(", ")}`);
  terminal.line(`party       ${address}`);
  terminal.line(`signing key ${signingKey}, kept by the service`);
  if (apiKey) terminal.line(`API key     ${apiKey.key}`);
  if (keptIn !== null) terminal.line(`kept in     ${keptIn}`);
  if (!isNew) {
    terminal.line(`Nothing was changed: ${name} has all of it already.`);
    terminal.note(
      `For another API key: reelproof api-key make --party ${quoted(name)} --scope admin`,
    );
    return company;
  }
  if (!apiKey) return company;
  const url = options.url ?? env["REELPROOF_URL"] ?? DEFAULT_URL;
  terminal.line();
  if (keptIn !== null)
    terminal.line(`On this machine:  npx reelproof register LIST.csv --as ${quoted(name)}`);
  terminal.line(`Elsewhere:        put the API key into a file, then`);
  terminal.line(
    `                  npx reelproof register LIST.csv --url ${url} --api-key-file FILE`,
  );
  terminal.line(`A program:        Authorization: Bearer ${apiKey.key}`);
  terminal.note("The API key is shown only once. Keep it safe.");
  return company;
}

/** Shows the steps on a chain of one's own. */
async function showSteps(
  command: Command,
  wanted: Pick<Facts, "name" | "roles" | "account">,
): Promise<Initialised> {
  const { terminal } = command;
  const facts = await factsOf(command, wanted);
  const steps = stepsOn(facts);
  const isDone = steps.every(({ commands, isDone }) => commands.length === 0 || isDone === true);
  const intro = isDone
    ? `${wanted.name} is known: nothing is left to do.`
    : `This ledger is on a chain of its own. ${wanted.name} becomes known in these steps:`;
  terminal.line(intro);
  for (const [index, { who, does, notes, commands, isDone: done }] of steps.entries()) {
    terminal.line();
    const mark = done ? terminal.style("green", " Done.") : "";
    terminal.line(`${index + 1}. ${terminal.style("bold", who)} ${does}.${mark}`);
    if (done) continue;
    for (const note of notes) terminal.line(`   ${note}`);
    for (const line of commands) terminal.line(`     ${line}`);
  }
  return { isDone, steps };
}
