// Runs the service as a process of its own, as a user starts it, for tests of a real stop or
// kill.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./temporary.ts";

export interface RunningService {
  url: string;
  /** The embedded chain's node. */
  chainUrl: string;
  output: () => string;
  /** Sends a signal and waits for the end. @returns the exit code; null where the signal itself ended it */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface ApiKeyRecord {
  party: string | null;
  name: string;
  roles: string[];
  scope: string;
  key: string;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A service's data folder, and a function that removes it. */
export interface DataFolder {
  path: string;
  remove(): Promise<void>;
}

/** Makes an empty data folder. */
export async function dataFolder(): Promise<DataFolder> {
  const path = await temporaryFolder("reelproof-data-");
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/**
 * Starts `server/main.ts` on a free port, and waits until it reports that it is up.
 * @param umask in octal; the tests' own if it is missing
 */
export async function startService(
  dataDir: string,
  env: Record<string, string> = {},
  umask?: string,
): Promise<RunningService> {
  const command = [process.execPath, "server/main.ts"];
  const [file, ...args] =
    umask === undefined ? command : ["sh", "-c", `umask ${umask}; exec "$0" "$@"`, ...command];
  const child = spawn(file!, args, {
    cwd: ROOT,
    env: { ...withoutSettings(process.env), PORT: "0", DATA_DIR: dataDir, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (output += text));
  const url = await outputMatching(child, () => output, /is up at (http:\/\/\S+)[^]*Ctrl-C/);
  const chainUrl = /\((http:\/\/[\d.:]+)\)/.exec(output)?.[1] ?? "";
  return {
    url,
    chainUrl,
    output: () => output,
    async end(signal) {
      child.kill(signal);
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      return child.exitCode;
    },
  };
}

/** Removes settings of the tests' environment, which must not decide what the service uses. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings = [
    "DATABASE_URL",
    "DATABASE_READ_URL",
    "CHAIN_RPC_URL",
    "LEDGER_ADDRESS",
    "LEDGER_FROM_BLOCK",
    "LOG_ADDRESS",
    "RELAYER_KEY",
    "FINALITY",
    "SAMPLE",
  ];
  return Object.fromEntries(Object.entries(env).filter(([name]) => !settings.includes(name)));
}

async function outputMatching(
  child: ChildProcess,
  output: () => string,
  pattern: RegExp,
): Promise<string> {
  for (;;) {
    const match = pattern.exec(output());
    if (match) return match[1]!;
    if (child.exitCode !== null)
      throw new Error(`the service ended with ${child.exitCode}:\n${output()}`);
    await Promise.race([once(child.stdout!, "data"), once(child, "exit")]);
  }
}

/** The API keys that the first start made, by the beginning of the party's name. */
export async function sampleKeys(dataDir: string): Promise<(name: string) => ApiKeyRecord> {
  const keys = JSON.parse(await readFile(join(dataDir, "api-keys.json"), "utf8")) as ApiKeyRecord[];
  return (name) => keys.find((key) => key.name.startsWith(name))!;
}

/** Calls the API: the status and the parsed body. */
export async function callApi<T = Record<string, unknown>>(
  url: string,
  key: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: T }> {
  const response = await fetch(url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}
