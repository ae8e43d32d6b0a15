// Plays a person's working day against the sample service: types command lines, pipes files in, answers questions, and counts
// the commands.
import { expect } from "chai";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { run as runProgram } from "../../cli/program.ts";
import { sample as story } from "../../sample/play.ts";
import { readConfig } from "../../server/config.ts";
import { openService, type Service } from "../../server/service.ts";
import { emptyFolder } from "./empty-folder.ts";
import { type Client, clientOf } from "./http.ts";
import { openSampleService } from "./sample-service.ts";
import { temporaryFolder } from "./temporary.ts";

/** What a person saw: the words of standard output and standard error in the order in which they were written. */
export interface Seen {
  stdout: string;
  stderr: string;
  all: string;
}

export interface Typing {
  /** The exit code that the day expects: 0. */
  exits?: number;
  /** Standard input. */
  pipes?: string;
  /** The person sits at a terminal, which has colours, and answers this. */
  answers?: string;
}

/** A person at a desk, who acts for a party. */
export interface Person {
  /** Runs a command line without its first word, `reelproof`. Quotation marks hold words together. */
  types(line: string, typing?: Typing): Promise<Seen>;
}

/** A service for a day. */
type Opened = Client & { service: Service; close(): Promise<void> };

export interface Day extends Client {
  service: Service;
  /** The API key that the service keeps for a party, by the start of its name. */
  keyOf(party: string): string;
  /** Somebody of a party, by the start of its name; or with an API key or a token alone. @param more of the environment */
  person(as: string | { key: string }, more?: Record<string, string>): Person;
  /** Writes a file of the day. @returns its path */
  file(name: string, content: string | Uint8Array): Promise<string>;
  /** The path of a file that a command writes. */
  path(name: string): string;
  /** Waits until the chain has all that was accepted. */
  settled(): Promise<void>;
  /** The command lines that were typed. */
  commands: () => number;
  end(): Promise<void>;
}

/** Begins a day, in a service that has played the sample unless another is named. */
export async function beginDay(open: () => Promise<Opened> = openSampleService): Promise<Day> {
  const opened = await open();
  const { service } = opened;
  const folder = await temporaryFolder("reelproof-day-");
  const keyOf = (party: string) =>
    service.keptKeys!.keys.find(({ name }) => name.startsWith(party))!.key;
  let commands = 0;
  return {
    ...opened,
    keyOf,
    person: (as, more) => {
      const key = typeof as === "string" ? keyOf(as) : as.key;
      const env = {
        REELPROOF_URL: opened.url,
        REELPROOF_API_KEY: key,
        DATA_DIR: folder,
        ...more,
      };
      return {
        types: (line, typing) => {
          commands++;
          return runLine(line, env, typing);
        },
      };
    },
    path: (name) => join(folder, name),
    async file(name, content) {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
    async settled() {
      const open = { where: { state: { notIn: ["final" as const, "logged" as const] } } };
      while (await service.ctx.prisma.settlement.count(open)) await wait(20);
    },
    commands: () => commands,
    async end() {
      await opened.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A service on embedded defaults that was started without the sample. */
export async function openEmptyService(): Promise<Opened> {
  const folder = await emptyFolder();
  const { config, secrets } = readConfig({
    PORT: "0",
    DATA_DIR: folder.path,
    LOG_LEVEL: "silent",
    SAMPLE: "none",
  });
  const service = await openService(config, secrets, { sample: story });
  const operator = service.keptKeys!.keys[0]!.key;
  return {
    ...clientOf(service.url, { operator }),
    service,
    async close() {
      await service.close();
      await folder.remove();
    },
  };
}

/** The words of a command line, as a shell makes them: quotation marks hold words together. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replaceAll(
      /"([^"]*)"|'([^']*)'/g,
      (_, double?: string, single?: string) => double ?? single ?? "",
    ),
  );
}

/** Runs a command line in this process. */
export async function runLine(
  line: string,
  env: Record<string, string>,
  { exits = 0, pipes, answers }: Typing = {},
): Promise<Seen> {
  const isTTY = answers !== undefined;
  const seen: Seen = { stdout: "", stderr: "", all: "" };
  const stream = (name: "stdout" | "stderr") => ({
    isTTY,
    write(text: string) {
      seen[name] += text;
      seen.all += text;
    },
  });
  const stdin = (async function* () {
    if (pipes !== undefined) yield pipes;
    if (answers !== undefined) yield `${answers}\n`;
  })();
  const input = Object.assign(stdin, { isTTY });
  const code = await runProgram(wordsOf(line), env, stream("stdout"), stream("stderr"), input);
  expect(code, `reelproof ${line}\n${seen.all}`).to.equal(exits);
  return seen;
}
