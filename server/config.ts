// Reads the environment once: settings, secrets apart from them, and the rules between variables.
import { z } from "zod";
import type { S3Keys, S3Settings } from "./storage/blobs-s3.ts";
import { MOST_BYTES } from "./storage/blobs.ts";

/** Where events settle: one by one on the ledger, or only in the anchored log. */
export const SettlementMode = z.enum(["ledger", "log"]);
export type SettlementMode = z.infer<typeof SettlementMode>;

/** The settings. They contain no secret. */
export interface Config {
  port: number;
  host: string;
  dataDir: string;
  logLevel: string;
  /** Undefined: the embedded database in `dataDir`. */
  databaseUrl: string | undefined;
  /** Undefined: the embedded chain in `dataDir`. */
  chain: { rpcUrl: string; ledger: string; fromBlock: number; log: string | undefined } | undefined;
  /** Blocks on top of an event's block that make it final. */
  finality: number;
  /** Requests per minute and API key. */
  rateLimit: number;
  /** Bytes of one document. */
  documentMaxBytes: number;
  /** Undefined: documents are kept in `dataDir`. */
  documentsS3: S3Settings | undefined;
  /** Where lots settle, unless their first event says otherwise. */
  settlement: SettlementMode;
  /** The log makes its next checkpoint after so many events or so many seconds. */
  log: { events: number; seconds: number };
}

/** The secrets. Never printed or logged. */
export interface Secrets {
  /** Pays for transactions; it has no power over custody. Undefined if the chain is embedded. */
  relayerKey: string | undefined;
  /** Guards the keys that the service keeps. Undefined: made once, in `dataDir`. */
  keystoreSecret: string | undefined;
  /** Undefined if documents are kept in a directory. */
  documentsS3: S3Keys | undefined;
}

/** A setting that is missing, malformed or contradicts another. Names the variable, never its value. */
export class ConfigError extends Error {
  readonly variable: string;
  constructor(variable: string, why: string) {
    super(`${variable}: ${why}`);
    this.name = "ConfigError";
    this.variable = variable;
  }
}

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be ${min} to ${max}`);

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "must be an address, 0x and 40 hex digits")
  .transform((text) => text.toLowerCase());

const Environment = z.object({
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z.string().min(1).default("127.0.0.1"),
  DATA_DIR: z.string().min(1).default("./data"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("warn"),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must be a postgresql:// URL")
    .optional(),
  CHAIN_RPC_URL: z
    .string()
    .regex(/^https?:\/\//, "must be an http(s) URL")
    .optional(),
  LEDGER_ADDRESS: address.optional(),
  LEDGER_FROM_BLOCK: wholeNumber(0, 999_999_999).optional(),
  LOG_ADDRESS: address.optional(),
  SETTLEMENT: SettlementMode.default("ledger"),
  LOG_CHECKPOINT_EVENTS: wholeNumber(1, 999_999_999).default(10_000),
  LOG_CHECKPOINT_SECONDS: wholeNumber(1, 999_999_999).optional(),
  RELAYER_KEY: z
    .string()
    .regex(/^0x[0-9a-fA-F]{64}$/, "must be a private key, 0x and 64 hex digits")
    .optional(),
  KEYSTORE_SECRET: z.string().min(16, "must have at least 16 characters").optional(),
  FINALITY: wholeNumber(0, 10_000).optional(),
  RATE_LIMIT: wholeNumber(1, 1_000_000).default(1200),
  DOCUMENT_MAX_BYTES: wholeNumber(1, MOST_BYTES).default(20 * 1024 * 1024),
  DOCUMENTS_S3_ENDPOINT: z
    .string()
    .refine(isEndpoint, "must be an http(s) URL without query or password")
    .optional(),
  DOCUMENTS_S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be the name of a bucket")
    .optional(),
  DOCUMENTS_S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, "must be the name of a region, such as us-east-1 or auto")
    .optional(),
  DOCUMENTS_S3_ACCESS_KEY_ID: z
    .string()
    .regex(/^[\w.+=@-]{1,128}$/, "must be the id of an access key")
    .optional(),
  DOCUMENTS_S3_SECRET_ACCESS_KEY: z
    .string()
    .regex(/^[!-~]{1,256}$/, "must be a secret access key")
    .optional(),
});

/** Confirmations on an external chain, unless FINALITY says otherwise. */
const DEFAULT_FINALITY = 12;

/** Seconds between checkpoints of the log. On the embedded chain they cost nothing. */
const DEFAULT_CHECKPOINT_SECONDS = 600;
const EMBEDDED_CHECKPOINT_SECONDS = 10;

/**
 * Parses the environment.
 * @throws ConfigError that names the wrong variable
 */
export function readConfig(env: Record<string, string | undefined>): {
  config: Config;
  secrets: Secrets;
} {
  const parsed = Environment.safeParse(env);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new ConfigError(String(path[0]), message);
  }
  const set = parsed.data;
  const chain = readChain(set);
  const s3 = readS3(set);
  if (chain && chain.log === undefined && set.SETTLEMENT === "log")
    throw new ConfigError(
      "LOG_ADDRESS",
      "is needed with SETTLEMENT=log, because a log that is not anchored proves nothing",
    );
  if (chain && set.KEYSTORE_SECRET === undefined) {
    throw new ConfigError(
      "KEYSTORE_SECRET",
      "is needed with CHAIN_RPC_URL, because it guards the keys that the service keeps",
    );
  }
  return {
    config: {
      port: set.PORT,
      host: set.HOST,
      dataDir: set.DATA_DIR,
      logLevel: set.LOG_LEVEL,
      databaseUrl: set.DATABASE_URL,
      chain,
      finality: set.FINALITY ?? (chain ? DEFAULT_FINALITY : 0),
      rateLimit: set.RATE_LIMIT,
      documentMaxBytes: set.DOCUMENT_MAX_BYTES,
      documentsS3: s3?.settings,
      settlement: set.SETTLEMENT,
      log: {
        events: set.LOG_CHECKPOINT_EVENTS,
        seconds:
          set.LOG_CHECKPOINT_SECONDS ??
          (chain ? DEFAULT_CHECKPOINT_SECONDS : EMBEDDED_CHECKPOINT_SECONDS),
      },
    },
    secrets: {
      relayerKey: set.RELAYER_KEY,
      keystoreSecret: set.KEYSTORE_SECRET,
      documentsS3: s3?.keys,
    },
  };
}

/** Reads the S3 store's variables: all of them are set, or none. */
function readS3(
  set: z.infer<typeof Environment>,
): { settings: S3Settings; keys: S3Keys } | undefined {
  const needed = [
    "DOCUMENTS_S3_ENDPOINT",
    "DOCUMENTS_S3_BUCKET",
    "DOCUMENTS_S3_REGION",
    "DOCUMENTS_S3_ACCESS_KEY_ID",
    "DOCUMENTS_S3_SECRET_ACCESS_KEY",
  ] as const;
  const present = needed.filter((name) => set[name] !== undefined);
  if (present.length === 0) return undefined;
  const missing = needed.find((name) => set[name] === undefined);
  if (missing) throw new ConfigError(missing, `is needed with ${present.join(" and ")}`);
  return {
    settings: {
      endpoint: set.DOCUMENTS_S3_ENDPOINT!,
      bucket: set.DOCUMENTS_S3_BUCKET!,
      region: set.DOCUMENTS_S3_REGION!,
    },
    keys: {
      accessKeyId: set.DOCUMENTS_S3_ACCESS_KEY_ID!,
      secretAccessKey: set.DOCUMENTS_S3_SECRET_ACCESS_KEY!,
    },
  };
}

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    [url.search, url.hash, url.username, url.password].every((part) => part === "")
  );
}

/** Reads the chain's variables: all of them are set, or none. */
function readChain(set: z.infer<typeof Environment>): Config["chain"] {
  const needed = ["CHAIN_RPC_URL", "LEDGER_ADDRESS", "RELAYER_KEY"] as const;
  const present = needed.filter((name) => set[name] !== undefined);
  if (present.length === 0) {
    const misplaced = (["LEDGER_FROM_BLOCK", "LOG_ADDRESS", "FINALITY"] as const).find(
      (name) => set[name] !== undefined,
    );
    if (misplaced)
      throw new ConfigError(misplaced, "needs a chain of your own. Set CHAIN_RPC_URL too");
    return undefined;
  }
  const missing = needed.find((name) => set[name] === undefined);
  if (missing) throw new ConfigError(missing, `is needed with ${present.join(" and ")}`);
  return {
    rpcUrl: set.CHAIN_RPC_URL!,
    ledger: set.LEDGER_ADDRESS!,
    fromBlock: set.LEDGER_FROM_BLOCK ?? 0,
    log: set.LOG_ADDRESS,
  };
}
