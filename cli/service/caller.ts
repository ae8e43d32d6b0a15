// Who calls: the service's URL, and the API key of the party (or the operator) that the caller acts for.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Api, connectApi } from "./api.ts";
import { EXIT, Problem } from "../output/outcome.ts";

/** Options that every command has. */
export interface CommonOptions {
  url?: string | undefined;
  apiKey?: string | undefined;
  as?: string | undefined;
  json?: boolean | undefined;
}

export type Environment = Record<string, string | undefined>;

const DEFAULT_URL = "http://127.0.0.1:3000";

const SampleKeys = z.array(
  z.object({
    party: z.string().nullable(),
    name: z.string(),
    roles: z.array(z.string()),
    key: z.string(),
  }),
);
type SampleKey = z.infer<typeof SampleKeys>[number];

/** The caller's way to the service. */
export interface Caller {
  api: Api;
  url: string;
  /** The party that the API key is of; null: the operator; undefined where the key may not ask. */
  party(): Promise<string | null | undefined>;
}

/**
 * The service as the caller may use it: with the key it gives, else with one that the first start has kept in DATA_DIR.
 * @throws Problem NO_API_KEY, UNKNOWN_PARTY, AMBIGUOUS_PARTY
 */
export function openCaller(
  options: CommonOptions,
  env: Environment,
  onWait?: (seconds: number) => void,
): Caller {
  const url = options.url ?? env["REELPROOF_URL"] ?? DEFAULT_URL;
  const given = options.apiKey ?? env["REELPROOF_API_KEY"];
  if (given !== undefined && options.as !== undefined) {
    throw new Problem(
      "KEY_GIVEN_TWICE",
      "--as picks one of the sample's API keys, and another key is given",
      {
        ...{ field: "--as", exit: EXIT.usage },
      },
    );
  }
  if (given !== undefined) {
    const api = connectApi(url, given, onWait);
    return { url, api, party: () => partyOfKey(api, given) };
  }
  const { key, party } = keptKeyOf(options.as, keptKeys(env));
  return { url, api: connectApi(url, key, onWait), party: () => Promise.resolve(party) };
}

/**
 * Whether administration goes to the database itself: it is at DATABASE_URL, or in the folder of a service that keeps no
 * API keys there, and no API key is given to ask a service with.
 */
export function isDirect(options: CommonOptions, env: Environment): boolean {
  if ((options.apiKey ?? env["REELPROOF_API_KEY"] ?? options.as) !== undefined) return false;
  if (env["DATABASE_URL"] !== undefined) return true;
  const isElsewhere = (options.url ?? env["REELPROOF_URL"]) !== undefined;
  return !isElsewhere && !existsSync(keysFile(env)) && existsSync(join(dataDir(env), "database"));
}

const dataDir = (env: Environment) => env["DATA_DIR"] ?? "./data";
const keysFile = (env: Environment) => join(dataDir(env), "api-keys.json");

function keptKeyOf(as: string | undefined, kept: SampleKey[]): SampleKey {
  if (as !== undefined) return pickParty(as, kept, ({ party }) => party ?? undefined, "--as");
  const operator = kept.find(({ party }) => party === null);
  if (operator) return operator;
  throw new Problem("NO_API_KEY", "give an API key, or pick one of the sample's with --as", {
    field: "--api-key",
  });
}

const KeySeen = z.looseObject({ id: z.string(), party: z.string().nullable() });

/** Its administrator's key may list the keys of its party, this one among them. */
async function partyOfKey(api: Api, key: string): Promise<string | null | undefined> {
  const id = key.split("_")[1];
  try {
    for await (const keys of api.pages("/v1/api-keys", KeySeen)) {
      const own = keys.find((one) => one.id === id);
      if (own) return own.party;
    }
  } catch (error) {
    if (!(error instanceof Problem && error.status === 403)) throw error;
  }
  return undefined;
}

function keptKeys(env: Environment): SampleKey[] {
  const file = keysFile(env);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new Problem(
      "NO_API_KEY",
      `give an API key (--api-key, REELPROOF_API_KEY): there is no ${file}`,
      {
        ...{ field: "--api-key", exit: EXIT.usage, cause },
      },
    );
  }
  try {
    return SampleKeys.parse(JSON.parse(text));
  } catch (cause) {
    throw new Problem("NO_API_KEY", `${file} does not hold API keys`, {
      field: "--api-key",
      exit: EXIT.usage,
      cause,
    });
  }
}

/**
 * The one party that a person means: by the beginning of its name, in any case, or of its address.
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
  const begins = parties.filter((party) =>
    (isAddress ? (addressOf(party) ?? "") : party.name.toLowerCase()).startsWith(text),
  );
  const found = exact.length > 0 ? exact : begins;
  if (found.length === 1 && text !== "") return found[0]!;
  const names = (found.length > 0 ? found : parties).map(({ name }) => name).join("; ");
  if (found.length > 1 && text !== "") {
    throw new Problem("AMBIGUOUS_PARTY", `${wanted} may be ${names}`, { field });
  }
  throw new Problem("UNKNOWN_PARTY", `${wanted || "nothing"} is none of: ${names}`, { field });
}
