// Answers requests that Node's HTTP parser gives up on, with a problem like every other refusal.
import type { Server } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { Refusal } from "../refusal.ts";
import { problemOf } from "./problem.ts";

/** A socket with the answer that it is sending, which Node keeps there. */
type Answering = Socket & { _httpMessage?: { headersSent: boolean } | null };

/** Answers what cannot be parsed, and closes its connection. Nothing is sent into an answer that has begun. */
export function answerClientErrors(server: Server): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Answering) => {
    if (!socket.writable || socket._httpMessage?.headersSent) {
      socket.destroy(error);
      return;
    }
    const refusal = refusalOf(error.code);
    const body = JSON.stringify(problemOf(refusal, "none"));
    socket.end(
      `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]!}\r\n` +
        "Content-Type: application/problem+json\r\nCache-Control: no-store\r\nConnection: close\r\n" +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      () => socket.destroy(error),
    );
  });
}

function refusalOf(code: string | undefined): Refusal {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return new Refusal("BAD_REQUEST", 408, "The request did not arrive in time. Send it again.");
  if (code === "HPE_HEADER_OVERFLOW")
    return new Refusal("BAD_REQUEST", 431, "The request's headers are too large. Send fewer.");
  return new Refusal("BAD_REQUEST", 400, "The request is not framed as HTTP/1.1 (RFC 9112).");
}
