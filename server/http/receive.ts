// Reads a request's body as it arrives. Gives it up where it is too long, breaks off, or is not framed as HTTP says.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal } from "../refusal.ts";

/** How a body is read. */
export interface Receiving {
  /** Longer bodies are refused before they are read, where they say how long they are. */
  maxBytes: number;
  /** Called with each piece before it is kept. What it throws refuses the body. */
  onPiece(piece: Buffer): void;
}

/**
 * Reads a body. Stores nothing of it.
 * @throws Refusal BODY_TOO_LARGE; BAD_REQUEST where it breaks off
 */
export async function receive(
  req: IncomingMessage,
  res: ServerResponse,
  { maxBytes, onPiece }: Receiving,
): Promise<Buffer> {
  const tooLarge = () =>
    new Refusal(
      "BODY_TOO_LARGE",
      413,
      `The body is too large. This address takes at most ${maxBytes} bytes.`,
    );
  if (Number(req.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  // Only now: a client that waits for leave has sent nothing that is not wanted.
  if (req.headers.expect !== undefined) res.writeContinue();
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    // The request stays open when reading ends early: the answer goes over the same connection.
    for await (const piece of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > maxBytes) throw tooLarge();
      onPiece(piece);
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw brokenOff(error);
  }
  if (!req.complete) throw brokenOff();
  return Buffer.concat(pieces, size);
}

const brokenOff = (cause?: unknown) =>
  new Refusal("BAD_REQUEST", 400, "The body broke off. Send the request again.", {
    field: "body",
    cause,
  });

/** Whether a request has a body. */
export const hasBody = ({ headers }: IncomingMessage) =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/**
 * Refuses what HTTP parsers along the way could understand differently.
 * @throws Refusal BAD_REQUEST for two Host headers (RFC 9112, 3.2), and for a transfer coding other than chunked
 */
export function checkFraming({ headers, headersDistinct }: IncomingMessage): void {
  if ((headersDistinct["host"] ?? []).length > 1)
    throw new Refusal("BAD_REQUEST", 400, "The request has two Host headers. Send one.", {
      field: "host",
    });
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked")
    throw new Refusal("BAD_REQUEST", 400, "The only transfer coding is chunked.", {
      field: "transfer-encoding",
    });
}
