// Opens the service for a caller: by its URL, and the API key of the party or operator that the caller acts for.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Api, connectApi } from "./api.ts";
import { CallerView } from "../../api/service.ts";
import { Problem, usageProblem } from "../output/outcome.ts";

/** Options that every command has. */
export interface CommonOptions {
  url?: string | undefined;
  apiKeyFile?: string | undefined;
  /** What that file holds. */
  apiKey?: string | undefined;
  as?: string | undefined;
  json?: boolean | undefined;
}

export type Environment = Record<string, string | undefined>;

export const DEFAULT_URL = "http://127.0.0.1:3000";

const KeptKeys = z.array(
  z.object({
    party: z.string().nullable(),
    name: z.string(),
    roles: z.array(z.string()),
    key: z.string(),
  }),
);
type KeptKey = z.infer<typeof KeptKeys>[number];

/** The service, as one caller may use it. */
export interface Caller {
  api: Api;
  url: string;
  /** The party that the API key belongs to. Null: the operator. */
  party(): Promise<string | null>;
}

/**
 * Opens the service for the caller: with the key that is given, else with one that the service keeps in DATA_DIR.
 * @throws Problem NO_API_KEY, UNKNOWN_PARTY, AMBIGUOUS_PARTY
 */
export function openCaller(
  options: CommonOptions,
  env: Environment,
  { onWait, onActing = () => undefined }: Listeners = {},
): Caller {
  const url = serviceUrl(options, env);
  const apiKey = apiKeyOption(options, env);
  if (apiKey !== undefined && options.as !== undefined) {
    const why =
      "An API key is given. Leave out --as, which picks a key that the service keeps in DATA_DIR.";
    throw usageProblem("KEY_GIVEN_TWICE", why, "--as");
  }
  if (apiKey !== undefined) {
    const api = connectApi(url, apiKey, onWait);
    return { url, api, party: () => partyOfKey(api) };
  }
  const { key, party } = pickKeptKey(options.as, keptKeys(env));
  const api = connectApi(url, key, onWait);
  return {
    url,
    api: options.as === undefined ? announced(api, onActing) : api,
    party: () => Promise.resolve(party),
  };
}

/** What a person is told while a command runs. */
interface Listeners {
  /** The service limits requests: this one waits for so many seconds. */
  onWait?: (seconds: number) => void;
  /** The command writes with the operator's key, which nobody chose: once, before the first request. */
  onActing?: () => void;
}

/** Requests with a body that change nothing. */
const READS = /^\/v1\/(fsck|backup|scan|lots\/[^/]+\/verdict)$/;

/** An API that announces its first request that writes. */
function announced(api: Api, announce: () => void): Api {
  let isSilent = true;
  const once = (path: string) => {
    if (!isSilent || READS.test(path)) return;
    isSilent = false;
    announce();
  };
  return {
    ...api,
    post(path, ...rest) {
      once(path);
      return api.post(path, ...rest);
    },
    upload(path, ...rest) {
      once(path);
      return api.upload(path, ...rest);
    },
    delete(path) {
      once(path);
      return api.delete(path);
    },
  };
}

/** The URL and the API key that the caller gives, by an option or in the environment. */
export const urlOption = (options: CommonOptions, env: Environment) =>
  options.url ?? env["REELPROOF_URL"];
export const apiKeyOption = (options: CommonOptions, env: Environment) =>
  options.apiKey ?? env["REELPROOF_API_KEY"];

/** The service's URL. */
export const serviceUrl = (options: CommonOptions, env: Environment) =>
  urlOption(options, env) ?? DEFAULT_URL;

/**
 * Whether administration goes straight to the database. It does where no API key is given, and the database is at
 * DATABASE_URL or in the folder of a service that left no API keys there.
 */
export function isDirect(options: CommonOptions, env: Environment): boolean {
  if ((apiKeyOption(options, env) ?? options.as) !== undefined) return false;
  if (env["DATABASE_URL"] !== undefined) return true;
  const isLocal = urlOption(options, env) === undefined;
  return isLocal && !existsSync(keysFile(env)) && existsSync(join(dataDir(env), "database"));
}

const dataDir = (env: Environment) => env["DATA_DIR"] ?? "./data";
const keysFile = (env: Environment) => join(dataDir(env), "api-keys.json");

function pickKeptKey(as: string | undefined, keys: KeptKey[]): KeptKey {
  if (as !== undefined) return pickParty(as, keys, ({ party }) => party ?? undefined, "--as");
  const operator = keys.find(({ party }) => party === null);
  if (operator) return operator;
  throw new Problem(
    "NO_API_KEY",
    "Give an API key, or pick one that the service keeps with --as.",
    {
      field: "--api-key-file",
    },
  );
}

async function partyOfKey(api: Api): Promise<string | null> {
  return (await api.get("/v1/caller", CallerView)).party?.address ?? null;
}

function keptKeys(env: Environment): KeptKey[] {
  const file = keysFile(env);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const why = `Give an API key (REELPROOF_API_KEY or --api-key-file): there is no file ${file}.`;
    throw usageProblem("NO_API_KEY", why, "--api-key-file", cause);
  }
  try {
    return KeptKeys.parse(JSON.parse(text));
  } catch (cause) {
    throw usageProblem(
      "NO_API_KEY",
      `The file ${file} does not hold API keys.`,
      "--api-key-file",
      cause,
    );
  }
}

/**
 * Picks the one party whose name, in any case, or address starts with a text.
 * @throws Problem UNKNOWN_PARTY, AMBIGUOUS_PARTY
 */
export function pickParty<P extends { name: string }>(
  wanted: string,
  parties: readonly P[],
  addressOf: (party: P) => string | undefined,
  field: string,
): P {
  const text = wanted.trim().toLowerCase();
  const isAddress = text.startsWith("0x");
  const exact = parties.filter(
    (party) => party.name.toLowerCase() === text || addressOf(party) === text,
  );
  const starting = parties.filter((party) =>
    (isAddress ? (addressOf(party) ?? "") : party.name.toLowerCase()).startsWith(text),
  );
  const matches = exact.length > 0 ? exact : starting;
  if (matches.length === 1 && text !== "") return matches[0]!;
  const names = (matches.length > 0 ? matches : parties).map(({ name }) => name).join("; ");
  if (matches.length > 1 && text !== "") {
    throw new Problem("AMBIGUOUS_PARTY", `${wanted} matches several parties: ${names}.`, { field });
  }
  throw new Problem("UNKNOWN_PARTY", `No party matches "${wanted}". Parties: ${names}.`, { field });
}
