// Delivers a message to a webhook or a mailbox, once. Says why in our own words where that fails: the words of libraries
// quote URLs.
import { deliverMail } from "./mail.ts";
import type { Message } from "./message.ts";
import type { Target } from "./target.ts";
import { deliverWebhook } from "./webhook.ts";

/** A receiver did not take a message. The sentence has no secret. */
export class NotDelivered extends Error {
  constructor(why: string) {
    super(why);
    this.name = "NotDelivered";
  }
}

/** Reasons of the network and of TLS, by the codes that Node gives. */
const REASONS: [code: RegExp, why: string][] = [
  [/^ECONNREFUSED$/, "nothing listens at its address"],
  [/^(ENOTFOUND|EAI_AGAIN|EDNS)$/, "its name cannot be resolved"],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET|ECONNECTION)$/, "it closed the connection"],
  [/^(EHOSTUNREACH|ENETUNREACH)$/, "there is no route to it"],
  [/^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/, "it did not answer in time"],
  [/^(CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/, "its TLS certificate is not accepted"],
  [/^ETLS$/, "it does not offer encryption (STARTTLS)"],
  [/^EAUTH$/, "it refused the user or the password"],
  [/^EENVELOPE$/, "it refused the address of the sender or of a receiver"],
];

/**
 * Delivers a message.
 * @throws NotDelivered
 */
export async function deliver(target: Target, message: Message): Promise<void> {
  try {
    await (target.kind === "webhook"
      ? deliverWebhook(target, message)
      : deliverMail(target, message));
  } catch (error) {
    throw new NotDelivered(`The receiver did not take the message: ${reasonOf(error)}.`);
  }
}

function reasonOf(error: unknown): string {
  const status = (error as { status?: unknown }).status;
  if (typeof status === "number") return `it answered with HTTP status ${status}`;
  const name = (error as { name?: unknown }).name;
  if (name === "TimeoutError" || name === "AbortError") return "it did not answer in time";
  for (const one of [error, (error as { cause?: unknown }).cause]) {
    const code = (one as { code?: unknown } | undefined)?.code;
    const known = REASONS.find(([pattern]) => typeof code === "string" && pattern.test(code));
    if (known) return known[1];
  }
  const { responseCode } = error as { responseCode?: unknown };
  if (typeof responseCode === "number") return `its mail server answered ${responseCode}`;
  return "the connection failed";
}
