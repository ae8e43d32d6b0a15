// Removes secrets from a text before anybody reads it: errors of libraries quote URLs and settings.

/** Settings whose whole value is a secret. */
const SECRETS = [
  "RELAYER_KEY",
  "KEYSTORE_SECRET",
  "DOCUMENTS_S3_ACCESS_KEY_ID",
  "DOCUMENTS_S3_SECRET_ACCESS_KEY",
  "ALERT_SECRET",
  "OIDC_CLIENT_SECRET",
  "REELPROOF_API_KEY",
  "OWNER_KEY",
  "ACCOUNT_KEY",
  "PARTY_KEY",
  "DEPLOYER_KEY",
  "PGPASSWORD",
  "BACKUP_PASSPHRASE",
];
/** Settings that are URLs: user, password, and the path and query, in which providers put keys. */
const URLS = [
  "DATABASE_URL",
  "DATABASE_READ_URL",
  "CHAIN_RPC_URL",
  "DOCUMENTS_S3_ENDPOINT",
  "ALERT_URL",
  "REELPROOF_URL",
  "REELPROOF_RPC_URL",
];

/** Shorter values are words of a sentence rather than secrets. */
const SHORTEST = 4;
/** Shorter parts of a path are names, such as that of a database. */
const SHORTEST_IN_PATH = 16;
const REDACTED = "[redacted]";

/** User and password in any URL, whether a setting has it or not. */
const USER_INFO = /(\w:\/\/)[^\s/?#"'`]*@/g;
/** API keys, links and sessions of this service. */
const TOKENS = /\brp[gs]?_[0-9a-f]{12}_[\w-]+/g;

/** Removes secrets from a text. */
export type Redact = (text: string) => string;

/** Knows the secrets in an environment, and removes them from texts, as they are or as JSON and URLs write them. */
export function redactorOf(env: Readonly<Record<string, string | undefined>>): Redact {
  const secrets = [
    ...SECRETS.map((name) => env[name] ?? ""),
    ...URLS.flatMap((name) => secretsInUrl(env[name] ?? "")),
  ].filter((text) => text.length >= SHORTEST);
  const forms = new Set(secrets.flatMap(formsOf));
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  const known =
    longestFirst.length === 0 ? undefined : new RegExp(longestFirst.map(quoted).join("|"), "g");
  return (text) => {
    const others = text.replace(USER_INFO, `$1${REDACTED}@`).replace(TOKENS, REDACTED);
    return known ? others.replace(known, REDACTED) : others;
  };
}

/** The secrets in a URL; the whole text, if it is not a URL. A password that should be encoded may contain any sign. */
function secretsInUrl(text: string): string[] {
  const [, userInfo = "", place] = /^\w+:\/\/(?:(.*)@)?([^@]*)$/.exec(text) ?? [];
  if (place === undefined) return [text];
  const [user = "", ...password] = userInfo.split(":");
  const parts = place.split(/[/?&#]/).slice(1);
  const passwords = parts.flatMap((part) => /password=(.*)/.exec(part)?.[1] ?? []);
  const keys = parts
    .map((part) => part.slice(part.indexOf("=") + 1))
    .filter(({ length }) => length >= SHORTEST_IN_PATH);
  return [userInfo, password.length === 0 ? user : password.join(":"), ...passwords, ...keys];
}

/** A secret as it is, percent-decoded, percent-encoded, and inside a JSON text. */
function formsOf(secret: string): string[] {
  const plain = decoded(secret);
  const texts = [secret, plain, encodeURIComponent(plain)];
  return [...texts, ...texts.map((text) => JSON.stringify(text).slice(1, -1))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const quoted = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
