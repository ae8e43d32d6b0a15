// Defines a command: the parts that its body gets, and the form in which it is added to the program.
import type { Command as Program } from "commander";
import { readInputFile } from "../input/files.ts";
import { Problem, EXIT, usageProblem } from "../output/outcome.ts";
import type { Input, Terminal } from "../output/terminal.ts";
import {
  type Caller,
  type CommonOptions,
  type Environment,
  isDirect,
  openCaller,
  urlOption,
} from "./caller.ts";

/** The parts that every body gets. */
export interface Command {
  /** Opened on first use. @throws Problem NO_API_KEY and others of caller.ts */
  readonly caller: Caller;
  terminal: Terminal;
  options: CommonOptions;
  env: Environment;
  /** Administration goes straight to the database: see isDirect. */
  direct: boolean;
  /** No URL is given, so the service is the one on this machine. */
  local: boolean;
  /**
   * Asks a person a question with yes or no, on the terminal.
   * @param about lines that stand before it
   * @returns undefined where no person is there to ask
   */
  confirm(question: string, about?: readonly string[]): Promise<boolean | undefined>;
  /**
   * Asks a person for a secret on the terminal, which does not show it.
   * @returns what was typed at each question; undefined where no person is there to ask
   */
  askSecret(questions: readonly string[]): Promise<string[] | undefined>;
  /** Reads all of standard input. @param maxBytes a label's by default @throws Problem TOO_LARGE */
  readInput(maxBytes?: number): Promise<string>;
}

/**
 * Makes Commander's action of a command's body. The result is written as JSON where `--json` asks for it, and decides the
 * exit code: 0 where `exitOf` is not given.
 */
export type Act = <A extends unknown[], R>(
  body: (command: Command, ...args: A) => Promise<R>,
  exitOf?: (result: R) => number,
) => (...parsed: unknown[]) => Promise<void>;

/** Adds one command to the program: its arguments and options, its body and its exit code. */
export type AddCommand = (program: Program, act: Act) => void;

/** Collects the values of an option that may be repeated. */
export const collect = (value: string, earlier: string[] | undefined) => [
  ...(earlier ?? []),
  value,
];

/** More than all codes of a label have. */
const MAX_LABEL_BYTES = 1024 * 1024;

/** More than any API key has. */
const MAX_KEY_BYTES = 1024;

/**
 * The API key in a file. It never stands on a command line, which every user of the machine can read.
 * @throws Problem CANNOT_READ, TOO_LARGE, NO_API_KEY
 */
async function readApiKey(file: string, stdin: Input): Promise<string> {
  const text =
    file === "-"
      ? await readAll(stdin, MAX_KEY_BYTES)
      : Buffer.from(await readInputFile(file, "--api-key-file")).toString("utf8");
  const key = text.trim();
  if (/^[!-~]+$/.test(key)) return key;
  const why = "There is not one API key, on a line of its own.";
  throw usageProblem("NO_API_KEY", why, "--api-key-file");
}

const ACTING_AS_OPERATOR =
  "Acting as the operator of this service, with scope admin. To act for a company: --as NAME.";

/** The command of one run. @throws Problem as readApiKey does */
export async function openCommand(
  given: CommonOptions,
  env: Environment,
  terminal: Terminal,
  stdin: Input,
): Promise<Command> {
  const { apiKeyFile } = given;
  const options =
    apiKeyFile === undefined ? given : { ...given, apiKey: await readApiKey(apiKeyFile, stdin) };
  let caller: Caller | undefined;
  let longestWait = 0; // of requests that wait at the same time, one reports it
  return {
    terminal,
    options,
    env,
    direct: isDirect(options, env),
    local: urlOption(options, env) === undefined,
    async confirm(question, about = []) {
      if (!stdin.isTTY) return undefined;
      for (const line of about) terminal.note(line);
      terminal.note(`${question} [y/N]`);
      for await (const chunk of stdin) return /^\s*y(es)?\s*$/i.test(Buffer.from(chunk).toString());
      return false;
    },
    askSecret: (questions) => askSecret(stdin, terminal, questions),
    async readInput(maxBytes) {
      if (stdin.isTTY && maxBytes === undefined)
        terminal.note("Scan the label, then end the input (Ctrl-D on a line of its own).");
      return readAll(stdin, maxBytes ?? MAX_LABEL_BYTES);
    },
    get caller() {
      return (caller ??= openCaller(options, env, {
        onWait(seconds) {
          if (seconds > longestWait)
            terminal.note(`The service limits requests: waiting ${seconds} s.`);
          longestWait = Math.max(longestWait, seconds);
        },
        onActing() {
          terminal.note(ACTING_AS_OPERATOR);
        },
      }));
    },
  };
}

const ENTER = /[\r\n]/;
const BACKSPACE = ["\x7f", "\b"];
const CTRL_C = "\x03";
const CTRL_D = "\x04";

/** @throws Problem CANCELLED */
async function askSecret(
  stdin: Input,
  terminal: Terminal,
  questions: readonly string[],
): Promise<string[] | undefined> {
  if (!stdin.isTTY) return undefined;
  const typed = keysOf(stdin);
  stdin.setRawMode?.(true);
  try {
    const answers: string[] = [];
    for (const question of questions) {
      terminal.note(question);
      const keys: string[] = [];
      for (;;) {
        const { value: key, done } = await typed.next();
        if (done || key === CTRL_C || key === CTRL_D)
          throw new Problem("CANCELLED", "Nothing was done.");
        if (ENTER.test(key)) break;
        if (BACKSPACE.includes(key)) keys.pop();
        else keys.push(key);
      }
      answers.push(keys.join(""));
    }
    return answers;
  } finally {
    stdin.setRawMode?.(false);
    await typed.return(undefined);
  }
}

/** The characters that are typed, one by one. */
async function* keysOf(stdin: Input): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of stdin)
    yield* typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
}

async function readAll(stdin: Input, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const data = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    bytes += data.length;
    if (bytes > maxBytes)
      throw new Problem("TOO_LARGE", `The input has more than ${maxBytes} bytes.`, {
        exit: EXIT.usage,
      });
    chunks.push(data);
  }
  return Buffer.concat(chunks).toString("utf8");
}
