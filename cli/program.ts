// Defines the `reelproof` program: its global options, exit codes and commands.
import { Command as Program, CommanderError } from "commander";
import manifest from "../package.json" with { type: "json" };
import { visible } from "../protocol/base/visible.ts";
import { COMMANDS } from "./commands.ts";
import { type Redact, redactorOf } from "../protocol/base/redact.ts";
import { ENVIRONMENT_HELP, EXIT_CODES_HELP } from "./output/help.ts";
import { EXIT } from "./output/outcome.ts";
import { showFailure } from "./output/failure.ts";
import { type Input, openTerminal, type Stream } from "./output/terminal.ts";
import type { CommonOptions, Environment } from "./service/caller.ts";
import { type Act, type Command, openCommand } from "./service/command.ts";

/** A command as its help describes it. */
export interface CommandHelp {
  group: string;
  /** With its arguments: `split <lot> <children...>`. */
  usage: string;
  about: string;
}

/** Every command with its subcommands, in the order of the help. */
export async function commandHelp(): Promise<CommandHelp[]> {
  const program = new Program("reelproof");
  await addCommands(program, () => () => Promise.resolve());
  const helpOf = (command: Program, group: string, above: string): CommandHelp[] => {
    const name = `${above}${command.name()}`;
    const inner = command.commands.flatMap((each) => helpOf(each, group, `${name} `));
    const { registeredArguments: args } = command;
    const usage = [name, ...args.map(argumentText)].join(" ");
    const own = { group, usage, about: command.description() };
    return inner.length > 0 && args.length === 0 ? inner : [own, ...inner];
  };
  return program.commands.flatMap((command) => helpOf(command, command.helpGroup(), ""));
}

const argumentText = (argument: Program["registeredArguments"][number]) => {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
};

/** Adds the command of that name; all of them where there is none, for the help and for what Commander suggests. */
async function addCommands(program: Program, act: Act, name?: string): Promise<void> {
  const isKnown = Object.values(COMMANDS).some((commands) => Object.hasOwn(commands, name ?? ""));
  for (const [group, commands] of Object.entries(COMMANDS)) {
    program.commandsGroup(`${group}:`);
    for (const [word, load] of Object.entries(commands))
      if (!isKnown || word === name) (await load())(program, act);
  }
}

/** The first word of a command line that is neither an option of the program nor the value of one. */
function commandIn(args: readonly string[], { options }: Program): string | undefined {
  const takesValue = (word: string) =>
    options.some(({ long, required }) => required && long === word);
  const at = args.findIndex((word, i) => !word.startsWith("-") && !takesValue(args[i - 1] ?? ""));
  return args[at];
}

/**
 * Runs one command line.
 * @param args without the program's name
 * @returns the exit code
 */
export async function run(
  args: readonly string[],
  environment: Environment,
  stdout: Stream,
  errors: Stream,
  stdin: Input = NO_INPUT,
): Promise<number> {
  const set = Object.entries(environment).filter(([, value]) => value !== ""); // VAR= means unset
  const env: Environment = Object.fromEntries(set);
  const redact = redactorOf(env);
  const stderr = redacted(errors, redact);
  const json = args.includes("--json");
  const colours = env["NO_COLOR"] === undefined;
  const terminal = openTerminal(stdout, stderr, { quiet: json, colours });
  let exit: number = EXIT.done;

  const act: Act =
    <A extends unknown[], R>(
      body: (command: Command, ...args: A) => Promise<R>,
      exitOf: (result: R) => number = () => EXIT.done,
    ) =>
    async (...parsed: unknown[]) => {
      const options = (parsed.at(-1) as Program).optsWithGlobals<CommonOptions>();
      const command = await openCommand(options, env, terminal, stdin);
      const result = await body(command, ...(parsed.slice(0, -1) as A));
      if (json) terminal.json(result);
      exit = exitOf(result);
    };

  const program = openProgram(stdout, stderr);
  await addCommands(program, act, commandIn(args, program));
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done; // help
    exit = showFailure(error, terminal, { json, redact });
  }
  return exit;
}

/** What goes wrong may quote settings and arguments. */
const redacted = (stream: Stream, redact: Redact): Stream => ({
  write: (text) => stream.write(redact(text)),
  isTTY: stream.isTTY,
  columns: stream.columns,
});

const NO_INPUT: Input = (async function* () {})();

function openProgram(stdout: Stream, stderr: Stream): Program {
  return new Program("reelproof")
    .description("Provenance for lots of electronic components: register, hand over, verify.")
    .version(manifest.version, "--version", "show the version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: (text, write) => write(`${visible(onOneLine(text))}\n`),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      getOutHasColors: () => stdout.isTTY ?? false,
      getErrHasColors: () => stderr.isTTY ?? false,
    })
    .configureHelp({ showGlobalOptions: true })
    .option("--url <url>", "URL of the service (default: REELPROOF_URL or http://127.0.0.1:3000)")
    .option(
      "--api-key-file <file>",
      "file with the API key, or - for stdin (default: REELPROOF_API_KEY)",
    )
    .option(
      "--as <party>",
      "use the API key that the service keeps for this party: the start of its name or address",
    )
    .option("--json", "write only the result to stdout, as JSON")
    .addHelpText("after", `${EXIT_CODES_HELP}\n${ENVIRONMENT_HELP}`);
}

/** Commander's message of a usage error, in the form of our own. */
const onOneLine = (text: string) =>
  text
    .trim()
    .replace(/^error: /, "reelproof: USAGE: ")
    .replaceAll(/\s*\n\s*/g, " ");
