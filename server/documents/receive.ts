// Receives an upload: hashes it as it arrives, and drops it as soon as it is too long.
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isMediaType, type MediaType } from "../../protocol/event/document.ts";
import { Refusal } from "../refusal.ts";
import type { Upload } from "./documents.ts";

/**
 * Reads a request's body. Stores nothing of it.
 * @throws Refusal UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, BAD_FIELD where it breaks off
 */
export async function receiveUpload(
  req: IncomingMessage,
  types: readonly MediaType[],
  maxBytes: number,
): Promise<Upload> {
  const mediaType = mediaTypeOf(req, types);
  const tooLarge = () =>
    new Refusal(
      "BODY_TOO_LARGE",
      413,
      `The document is too large. This service takes at most ${maxBytes} bytes.`,
    );
  if (Number(req.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const sha256 = createHash("sha256");
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // The request stays open when reading ends early: the answer goes over the same connection.
    for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge();
      sha256.update(chunk);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("BAD_FIELD", 400, "The upload broke off. Send the document again.", {
      field: "body",
      cause: error,
    });
  }
  return { hash: `0x${sha256.digest("hex")}`, bytes: Buffer.concat(chunks, size), mediaType };
}

function mediaTypeOf({ headers }: IncomingMessage, types: readonly MediaType[]): MediaType {
  const [, type = ""] =
    /^([a-z]+\/[a-z]+)(?: *; *charset="?utf-8"?)?$/i.exec(headers["content-type"] ?? "") ?? [];
  const mediaType = type.toLowerCase();
  // Compressed bytes can unpack to any size, and have another hash.
  if (isMediaType(mediaType) && types.includes(mediaType) && !headers["content-encoding"])
    return mediaType;
  throw new Refusal(
    "UNSUPPORTED_MEDIA_TYPE",
    415,
    `Send the file itself as the body, as one of ${types.join(", ")}.`,
    {
      field: "content-type",
    },
  );
}
