// POSTs a message to a webhook: one body that is a CloudEvent, a Standard Webhooks payload, and what chat services show.
import { createHmac } from "node:crypto";
import { abortAfter } from "../storage/time-limit.ts";
import type { Message } from "./message.ts";
import type { WebhookTarget } from "./target.ts";

/** How long a receiver may take. */
export const DELIVERY_TIMEOUT_MS = 15_000;

/** The type of every message, as CloudEvents names it. */
export const EVENT_TYPE = "reelproof.service.conditions";

/**
 * POSTs a message. A redirect counts as a failure: it could lead the message, and the secret in its address, elsewhere.
 * @throws an error of fetch, or one with the HTTP status of a receiver that did not take it
 */
export async function deliverWebhook(
  { url, secret }: WebhookTarget,
  message: Message,
): Promise<void> {
  const body = JSON.stringify(bodyOf(message));
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent": "Reelproof",
      "webhook-id": message.id,
      "webhook-timestamp": String(message.time),
      ...(secret && { "webhook-signature": signatureOf(secret, message, body) }),
    },
    body,
    redirect: "manual",
    signal: abortAfter(DELIVERY_TIMEOUT_MS),
  });
  await response.body?.cancel();
  if (!response.ok)
    throw Object.assign(new Error("the receiver refused the message"), { status: response.status });
}

function bodyOf({ id, time, source, subject, text, data }: Message) {
  const at = new Date(time * 1000).toISOString();
  return {
    specversion: "1.0",
    id,
    source,
    type: EVENT_TYPE,
    time: at,
    timestamp: at,
    datacontenttype: "application/json",
    text: `${subject}\n\n${text}`,
    data,
  };
}

/** The signature of Standard Webhooks 1.0.0: over id, time and body, so that a recorded message cannot be sent as a new one. */
function signatureOf(secret: Uint8Array, { id, time }: Message, body: string): string {
  return `v1,${createHmac("sha256", secret).update(`${id}.${time}.${body}`).digest("base64")}`;
}
