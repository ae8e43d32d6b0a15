// Reads the environment once: settings, secrets apart from them, and the rules between variables.
import { isIP } from "node:net";
import { z } from "zod";
import { type Redact, redactorOf } from "../protocol/base/redact.ts";
import { sentenceAbout } from "../protocol/base/words.ts";
import { type BudgetLimits, DEFAULT_LIMITS, STANDING, TIMED } from "./budgets/budgets.ts";
import { readTarget, readWebhookSecret, type Target } from "./delivery/target.ts";
import type { S3Keys, S3Settings } from "./storage/blobs-s3.ts";
import { MOST_BYTES } from "./storage/blobs.ts";

/** Where events settle: one by one on the ledger, or only in the anchored log. */
export const SettlementMode = z.enum(["ledger", "log"]);
export type SettlementMode = z.infer<typeof SettlementMode>;

/** The settings. They contain no secret: URLs with a user, a password or a provider's key are among the secrets. */
export interface Config {
  port: number;
  host: string;
  dataDir: string;
  logLevel: string;
  /** A proxy in front of the service encrypts what clients send. */
  behindTls: boolean;
  /** The URL by which others reach the service, without a path. Undefined: the one that each request claims. */
  publicUrl: string | undefined;
  /** Whom to tell about a weakness: a mailto:, https: or tel: URI, for security.txt. */
  securityContact: string | undefined;
  /** The provider of company accounts. Undefined: nobody signs in with one. */
  oidc: OidcSettings | undefined;
  /** The database: the embedded one in `dataDir`, or a PostgreSQL server. */
  database: "embedded" | "server";
  /** Undefined: the embedded chain in `dataDir`. */
  chain: { ledger: string; fromBlock: number; log: string | undefined } | undefined;
  /** Blocks on top of an event's block that make it final. */
  finality: number;
  /** What parties, and addresses without an API key, may use. */
  budgets: BudgetLimits;
  /** Proxies whose word on a client's address counts: how many stand in front, or their addresses and subnets. */
  trustProxy: number | string[];
  /** Where probes are served. Undefined: with everything else. */
  probes: { host: string; port: number } | undefined;
  /** Anyone may ask the service's node what a verifier asks, at /rpc. */
  rpcDoor: boolean;
  /** Whether the sample is played where database and chain are embedded. */
  sample: "play" | "none";
  /** Bytes of one document. */
  documentMaxBytes: number;
  /** Undefined: documents are kept in `dataDir`. */
  documentsS3: S3Settings | undefined;
  /** Where lots settle, unless their first event says otherwise. */
  settlement: SettlementMode;
  /** The log makes its next checkpoint after so many events or so many seconds. */
  log: { events: number; seconds: number };
  /** From where on the service reports something about itself. Times in seconds; null: it is not watched. */
  watch: {
    relayerLow: number;
    checkpointLate: number;
    chainStalled: number | null;
    fsckEvery: number | null;
  };
}

/** The provider of company accounts. */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  /** The claim that gives an account its rights. Undefined: the operator's list alone does. */
  claim: string | undefined;
}

/** The secrets. Never printed or logged. */
export interface Secrets {
  /** The PostgreSQL server's URL. Undefined if the database is embedded. */
  databaseUrl: string | undefined;
  /** The URL of a streaming replica of it, where requests read. Undefined: they read at the primary. */
  databaseReadUrl: string | undefined;
  /** The URL of the chain's node. Undefined if the chain is embedded. */
  rpcUrl: string | undefined;
  /** Pays for transactions; it has no power over custody. Undefined if the chain is embedded. */
  relayerKey: string | undefined;
  /** 256 random bits or more, from which the service derives its keys. Undefined: made once, in `dataDir`. */
  keystoreSecret: Uint8Array | undefined;
  /** Undefined if documents are kept in a directory. */
  documentsS3: S3Keys | undefined;
  /** The client secret at the provider of company accounts. Undefined: nobody signs in with one. */
  oidcSecret: string | undefined;
  /** Where messages about the service go: an address with a password, or one that is a secret itself. Undefined: nowhere. */
  alert: Target | undefined;
  /** Removes all of these from a text. Everything that is logged or printed goes through it. */
  redact: Redact;
}

/** A setting that is missing, malformed or contradicts another. Names the variable, never its value. */
export class ConfigError extends Error {
  readonly variable: string;
  /** @param why a sentence, or its end after the variable's name */
  constructor(variable: string, why: string) {
    super(sentenceAbout(variable, why));
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

const UNITS = { s: 1, m: 60, h: 60 * 60, d: 24 * 60 * 60 };
const MOST_SECONDS = 366 * UNITS.d;

/** A time such as 30m, in seconds. */
const duration = z
  .string()
  .regex(/^\d{1,6}[smhd]$/, "must be a time such as 90s, 30m, 12h or 1d")
  .transform((text) => Number(text.slice(0, -1)) * UNITS[text.slice(-1) as keyof typeof UNITS])
  .refine((seconds) => seconds >= 1 && seconds <= MOST_SECONDS, "must be 1s to 366d");

const durationOrOff = z.union([z.literal("off").transform(() => null), duration], {
  error: "must be a time such as 30m, 12h or 1d (up to 366d), or off",
});

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "must be an address, 0x and 40 hex digits")
  .transform((text) => text.toLowerCase());

const SUBNET_NAMES = ["loopback", "linklocal", "uniquelocal"];

function isSubnet(text: string): boolean {
  const [address = "", bits, more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

/** Express's own notation, except `true`: a client could then claim any address. */
const trustProxy = z.union(
  [
    wholeNumber(0, 16),
    z
      .string()
      .transform((text) => text.split(",").map((each) => each.trim()))
      .refine((subnets) => subnets.every((each) => SUBNET_NAMES.includes(each) || isSubnet(each))),
  ],
  "must be the number of proxies in front (0 to 16), or their addresses and subnets, with commas between them",
);

const probeAddress = z
  .string()
  .regex(/^((\[[0-9a-fA-F:.]+\]|[\w.-]+):)?\d{1,5}$/, "must be a port, or host:port")
  .transform((text) => {
    const at = text.lastIndexOf(":");
    const host = at < 0 ? "127.0.0.1" : text.slice(0, at).replace(/^\[|\]$/g, "");
    return { host, port: Number(text.slice(at + 1)) };
  })
  .refine(({ port }) => port <= 65_535, "must have a port up to 65535");

const Environment = z.object({
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z.string().min(1).default("127.0.0.1"),
  DATA_DIR: z.string().min(1).default("./data"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  SAMPLE: z.enum(["play", "none"], "must be play or none").default("play"),
  PUBLIC_URL: z
    .string()
    .refine(
      isPublicUrl,
      "must be the http(s) URL by which phones and browsers reach the service, without a path, such as https://parts.example.com",
    )
    .transform((text) => new URL(text).origin)
    .optional(),
  BEHIND_TLS: z.enum(["yes", "no"]).default("no"),
  OIDC_ISSUER: z
    .string()
    .refine(isIssuer, "must be an https URL without query, or http on this machine")
    .optional(),
  OIDC_CLIENT_ID: z.string().min(1).max(256).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).max(1024).optional(),
  OIDC_CLAIM: z.string().min(1).max(128).optional(),
  RPC_DOOR: z.enum(["yes", "no"]).optional(),
  SECURITY_CONTACT: z
    .string()
    .regex(
      /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+|tel:[+\d][\d-]+)$/,
      "must be a mailto:, https: or tel: URI",
    )
    .optional(),
  DATABASE_URL: z.string().refine(isDatabaseUrl, "must be a postgresql:// URL").optional(),
  DATABASE_READ_URL: z.string().refine(isDatabaseUrl, "must be a postgresql:// URL").optional(),
  CHAIN_RPC_URL: z.string().refine(isHttpUrl, "must be an http(s) URL").optional(),
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
  KEYSTORE_SECRET: z
    .string()
    .transform(readSecret)
    .refine(
      (secret) => secret !== undefined,
      "must hold 256 random bits, as 64 hex digits or in base64. Make one with: openssl rand -hex 32",
    )
    .optional(),
  FINALITY: wholeNumber(0, 10_000).optional(),
  RATE_LIMIT: wholeNumber(1, 1_000_000).optional(),
  DAILY_MEBIBYTES: wholeNumber(1, 999_999_999).optional(),
  DAILY_ROWS: wholeNumber(1, 999_999_999).optional(),
  DAILY_SUBMISSIONS: wholeNumber(1, 999_999_999).optional(),
  MAX_API_KEYS: wholeNumber(1, 1_000_000).optional(),
  MAX_GRANTS: wholeNumber(1, 1_000_000).optional(),
  TRUST_PROXY: trustProxy.default(0),
  PROBE_ADDRESS: probeAddress.optional(),
  ALERT_URL: z.string().min(1).optional(),
  ALERT_SECRET: z
    .string()
    .transform(readWebhookSecret)
    .refine(
      (secret) => secret !== undefined,
      'must be whsec_ and 24 to 64 bytes in base64. Make one with: echo "whsec_$(openssl rand -base64 32)"',
    )
    .optional(),
  RELAYER_LOW: wholeNumber(0, 1_000_000).default(200),
  CHECKPOINT_LATE: duration.default(6 * UNITS.h),
  CHAIN_STALLED: durationOrOff.default(30 * UNITS.m),
  FSCK_EVERY: durationOrOff.default(UNITS.d),
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

const SECRET_BYTES = 32;
/** Of 32 random bytes, fewer than this many differ once in 10^16 times. Repeated patterns have fewer. */
const DISTINCT_BYTES = 16;

/** Reads a secret of 256 random bits or more, in hex or base64. Undefined if the text is not one: a password, a pattern. */
export function readSecret(text: string): Uint8Array | undefined {
  const isHex = /^([0-9a-f]{2})+$/i.test(text);
  if (!isHex && !/^[\w+/-]+={0,2}$/.test(text)) return undefined;
  const secret = Buffer.from(text, isHex ? "hex" : "base64"); // Node reads base64url as base64, too
  const isLong = secret.length >= SECRET_BYTES && new Set(secret).size >= DISTINCT_BYTES;
  return isLong ? secret : undefined;
}

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
  const set = parse(Environment, env);
  const chain = readChain(set);
  const s3 = readS3(set);
  const oidc = readOidc(set);
  if (chain && chain.log === undefined && set.SETTLEMENT === "log")
    throw new ConfigError(
      "LOG_ADDRESS",
      "is needed with SETTLEMENT=log, because a log that is not anchored proves nothing",
    );
  if (chain) needSecret(set.KEYSTORE_SECRET);
  if (set.DATABASE_READ_URL !== undefined && set.DATABASE_URL === undefined)
    throw new ConfigError("DATABASE_READ_URL", "needs DATABASE_URL, the primary of this replica");
  return {
    config: {
      port: set.PORT,
      host: set.HOST,
      dataDir: set.DATA_DIR,
      logLevel: set.LOG_LEVEL,
      behindTls: set.BEHIND_TLS === "yes",
      publicUrl: set.PUBLIC_URL,
      oidc: oidc?.settings,
      securityContact: set.SECURITY_CONTACT,
      database: set.DATABASE_URL === undefined ? "embedded" : "server",
      chain,
      finality: set.FINALITY ?? (chain ? DEFAULT_FINALITY : 0),
      budgets: readBudgets(set),
      trustProxy: set.TRUST_PROXY,
      probes: set.PROBE_ADDRESS,
      rpcDoor: set.RPC_DOOR === undefined ? chain === undefined : set.RPC_DOOR === "yes",
      sample: set.SAMPLE,
      documentMaxBytes: set.DOCUMENT_MAX_BYTES,
      documentsS3: s3?.settings,
      settlement: set.SETTLEMENT,
      log: {
        events: set.LOG_CHECKPOINT_EVENTS,
        seconds:
          set.LOG_CHECKPOINT_SECONDS ??
          (chain ? DEFAULT_CHECKPOINT_SECONDS : EMBEDDED_CHECKPOINT_SECONDS),
      },
      watch: {
        relayerLow: set.RELAYER_LOW,
        checkpointLate: set.CHECKPOINT_LATE,
        chainStalled: set.CHAIN_STALLED,
        fsckEvery: set.FSCK_EVERY,
      },
    },
    secrets: {
      databaseUrl: set.DATABASE_URL,
      databaseReadUrl: set.DATABASE_READ_URL,
      rpcUrl: set.CHAIN_RPC_URL,
      relayerKey: set.RELAYER_KEY,
      keystoreSecret: set.KEYSTORE_SECRET,
      documentsS3: s3?.keys,
      oidcSecret: oidc?.secret,
      alert: readAlert(set),
      redact: redactorOf(env),
    },
  };
}

/** The limit of each budget: what its variable says, or the default. */
function readBudgets(set: z.infer<typeof Environment>): BudgetLimits {
  const limits = { ...DEFAULT_LIMITS };
  for (const [name, budget] of Object.entries({ ...TIMED, ...STANDING })) {
    const steps = set[budget.variable];
    const unit = "unit" in budget ? budget.unit : 1;
    if (steps !== undefined) limits[name as keyof BudgetLimits] = steps * unit;
  }
  return limits;
}

/** Reads where messages about the service go. */
function readAlert({
  ALERT_URL: url,
  ALERT_SECRET: secret,
}: z.infer<typeof Environment>): Target | undefined {
  if (url === undefined) {
    if (secret === undefined) return undefined;
    throw new ConfigError("ALERT_SECRET", "needs ALERT_URL, the webhook whose messages it signs");
  }
  const reading = readTarget(url, secret);
  if ("wrong" in reading) throw new ConfigError("ALERT_URL", reading.wrong);
  if (secret !== undefined && reading.target.kind === "mail")
    throw new ConfigError("ALERT_SECRET", "signs messages to a webhook, and ALERT_URL sends mail");
  return reading.target;
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

/** Reads the provider of company accounts: all of its variables are set, or none. */
function readOidc(
  set: z.infer<typeof Environment>,
): { settings: OidcSettings; secret: string } | undefined {
  const needed = ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"] as const;
  const present = needed.filter((name) => set[name] !== undefined);
  if (present.length === 0) {
    if (set.OIDC_CLAIM !== undefined) throw new ConfigError("OIDC_CLAIM", "needs OIDC_ISSUER");
    return undefined;
  }
  const missing = needed.find((name) => set[name] === undefined);
  if (missing) throw new ConfigError(missing, `is needed with ${present.join(" and ")}`);
  if (set.PUBLIC_URL === undefined)
    throw new ConfigError(
      "PUBLIC_URL",
      "is needed with OIDC_ISSUER, because the provider sends browsers back to it",
    );
  return {
    settings: {
      issuer: set.OIDC_ISSUER!,
      clientId: set.OIDC_CLIENT_ID!,
      claim: set.OIDC_CLAIM,
    },
    secret: set.OIDC_CLIENT_SECRET!,
  };
}

/** A provider is asked by TLS, or on this machine. */
function isIssuer(text: string): boolean {
  if (!isEndpoint(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

function isHttpUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? "");
}

function isDatabaseUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
}

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    [url.search, url.hash, url.username, url.password].every((part) => part === "")
  );
}

/** @throws ConfigError where the chain is elsewhere and there is no secret of this service */
function needSecret(secret: Uint8Array | undefined): Uint8Array {
  if (secret) return secret;
  throw new ConfigError(
    "KEYSTORE_SECRET",
    "is needed with CHAIN_RPC_URL, because it guards the keys that the service keeps",
  );
}

/** Where the rows are: a server's URL, or undefined and the service's folder. */
export interface DatabasePlace {
  dataDir: string;
  databaseUrl: string | undefined;
}

const DatabaseEnvironment = Environment.pick({ DATA_DIR: true, DATABASE_URL: true });

/**
 * Reads the database alone: to administer API keys, no other variable is needed.
 * @throws ConfigError
 */
export function readDatabase(env: Record<string, string | undefined>): DatabasePlace {
  const { DATA_DIR: dataDir, DATABASE_URL: databaseUrl } = parse(DatabaseEnvironment, env);
  return { dataDir, databaseUrl };
}

const SecretEnvironment = Environment.pick({ KEYSTORE_SECRET: true });

/**
 * Reads the secret that guards stored keys on a chain of one's own.
 * @throws ConfigError
 */
export const readKeystoreSecret = (env: Record<string, string | undefined>): Uint8Array =>
  needSecret(parse(SecretEnvironment, env).KEYSTORE_SECRET);

const LedgerEnvironment = Environment.pick({ CHAIN_RPC_URL: true, LEDGER_ADDRESS: true });

/**
 * Reads the node and the ledger alone: to administer a ledger, no other variable is needed.
 * @returns undefined if neither is set
 * @throws ConfigError
 */
export function readLedger(
  env: Record<string, string | undefined>,
): { rpcUrl: string; ledger: string } | undefined {
  const { CHAIN_RPC_URL: rpcUrl, LEDGER_ADDRESS: ledger } = parse(LedgerEnvironment, env);
  if (rpcUrl === undefined && ledger === undefined) return undefined;
  if (ledger === undefined) throw new ConfigError("LEDGER_ADDRESS", "is needed with CHAIN_RPC_URL");
  if (rpcUrl === undefined) throw new ConfigError("CHAIN_RPC_URL", "is needed with LEDGER_ADDRESS");
  return { rpcUrl, ledger };
}

/** @throws ConfigError that names the wrong variable */
function parse<S extends z.ZodType>(schema: S, env: Record<string, string | undefined>) {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new ConfigError(String(path[0]), message);
}

function isPublicUrl(text: string): boolean {
  return isEndpoint(text) && new URL(text).pathname === "/";
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
    ledger: set.LEDGER_ADDRESS!,
    fromBlock: set.LEDGER_FROM_BLOCK ?? 0,
    log: set.LOG_ADDRESS,
  };
}
