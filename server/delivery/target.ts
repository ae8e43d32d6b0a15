// Reads ALERT_URL: where messages about the service go, a webhook or a mailbox.

/** A webhook: every message is POSTed there as JSON. */
export interface WebhookTarget {
  kind: "webhook";
  url: string;
  /** Signs the messages. Undefined: they are not signed. */
  secret: Uint8Array | undefined;
}

/** A mailbox, and the server that takes mail for it. */
export interface MailTarget {
  kind: "mail";
  host: string;
  port: number;
  /** Encrypts from the first byte on (smtps). Otherwise STARTTLS does where the server offers it. */
  tls: boolean;
  /** Refuses to go on without encryption: a password is sent, and not inside this machine. */
  mustEncrypt: boolean;
  login: { user: string; password: string } | undefined;
  to: string[];
  from: string;
}

export type Target = WebhookTarget | MailTarget;

/** The target, or the end of a sentence that says what is wrong with the URL. It never quotes the URL. */
export type TargetReading = { target: Target } | { wrong: string };

const FORMS =
  "must be https://… (a webhook) or smtp://user:password@host:port/?to=…&from=… (mail; smtps:// for TLS from the first byte on)";

/** Ports of RFC 6409 and RFC 8314. */
const SUBMISSION_PORT = 587;
const SUBMISSIONS_PORT = 465;

const MAILBOX = /^[^\s@<>,;:"()[\]\\]{1,64}@[A-Za-z0-9.-]{1,255}$/;
const MOST_MAILBOXES = 20;

/**
 * Reads the URL of a target.
 * @param secret signs what is POSTed to a webhook
 */
export function readTarget(text: string, secret?: Uint8Array): TargetReading {
  const url = URL.parse(text);
  if (!url || url.hostname === "") return { wrong: FORMS };
  if (url.protocol === "https:" || url.protocol === "http:") return readWebhook(url, secret);
  if (url.protocol === "smtp:" || url.protocol === "smtps:") return readMail(url);
  return { wrong: FORMS };
}

function readWebhook(url: URL, secret: Uint8Array | undefined): TargetReading {
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    return {
      wrong:
        "must begin with https://, because its address is a secret. http:// is accepted on this machine alone (127.0.0.1, ::1, localhost)",
    };
  if (url.username !== "" || url.password !== "")
    return {
      wrong:
        "must not have a user or a password for a webhook. Put a token into its path or query, or sign with ALERT_SECRET",
    };
  return { target: { kind: "webhook", url: url.href, secret } };
}

function readMail(url: URL): TargetReading {
  const tls = url.protocol === "smtps:";
  const to = url.searchParams.getAll("to").flatMap((list) => list.split(","));
  const from = url.searchParams.get("from") ?? to[0];
  const unknown = [...url.searchParams.keys()].find((name) => name !== "to" && name !== "from");
  if (unknown !== undefined || !["", "/"].includes(url.pathname))
    return { wrong: "must have nothing after the host and port but ?to=…&from=…" };
  if (to.length === 0 || to.length > MOST_MAILBOXES || !to.every((one) => MAILBOX.test(one)))
    return {
      wrong: `must name 1 to ${MOST_MAILBOXES} mail addresses, as ?to=it@example.com or with commas between them`,
    };
  if (!MAILBOX.test(from!)) return { wrong: "must name one mail address in from=…" };
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const login = loginIn(url);
  if (login === null)
    return {
      wrong:
        "must have a user and a password, or neither. Encode special characters in them (@ as %40)",
    };
  return {
    target: {
      kind: "mail",
      host,
      port: url.port === "" ? (tls ? SUBMISSIONS_PORT : SUBMISSION_PORT) : Number(url.port),
      tls,
      mustEncrypt: !tls && login !== undefined && !isLoopback(url.hostname),
      login,
      to,
      from: from!,
    },
  };
}

/** @returns null if there is half of a login, or one that is not percent-encoded */
function loginIn({ username, password }: URL): MailTarget["login"] | null {
  if (username === "" && password === "") return undefined;
  if (username === "" || password === "") return null;
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return null;
  }
}

const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);

/** Names the target for the operator, without anything of it that is a secret. */
export function nameTarget(target: Target): string {
  if (target.kind === "webhook") return `webhook at ${new URL(target.url).origin}`;
  return `mail to ${target.to.join(", ")} by ${target.host}:${target.port}`;
}

const SECRET_BYTES = { least: 24, most: 64 };

/** Reads the secret of a webhook, as Standard Webhooks writes it: `whsec_` and 24 to 64 bytes in base64. */
export function readWebhookSecret(text: string): Uint8Array | undefined {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (base64 === undefined) return undefined;
  const secret = Buffer.from(base64, "base64");
  return secret.length >= SECRET_BYTES.least && secret.length <= SECRET_BYTES.most
    ? secret
    : undefined;
}
