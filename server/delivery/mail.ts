// Sends a message as mail. nodemailer speaks SMTP.
import { createTransport } from "nodemailer";
import { inTime } from "../storage/time-limit.ts";
import type { Message } from "./message.ts";
import type { MailTarget } from "./target.ts";
import { DELIVERY_TIMEOUT_MS } from "./webhook.ts";

/**
 * Sends a message as mail.
 * @throws an error of nodemailer with its code, or an error with the name TimeoutError
 */
export async function deliverMail(target: MailTarget, message: Message): Promise<void> {
  const { host, port, tls, mustEncrypt, login, to, from } = target;
  const transport = createTransport({
    host,
    port,
    secure: tls,
    requireTLS: mustEncrypt,
    ...(login && { auth: { user: login.user, pass: login.password } }),
    connectionTimeout: DELIVERY_TIMEOUT_MS,
    greetingTimeout: DELIVERY_TIMEOUT_MS,
    socketTimeout: DELIVERY_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const sending = transport.sendMail({
      from: { name: "Reelproof", address: from },
      to,
      subject: message.subject,
      text: message.text,
      messageId: `<${message.id}@reelproof.invalid>`,
      date: new Date(message.time * 1000),
      // RFC 3834: no out-of-office reply comes back.
      headers: { "Auto-Submitted": "auto-generated" },
    });
    // A server that answers a little at a time never meets the socket's limit.
    if ((await inTime(sending, 4 * DELIVERY_TIMEOUT_MS)) === undefined)
      throw new DOMException("the mail server is too slow", "TimeoutError");
  } finally {
    transport.close();
  }
}
