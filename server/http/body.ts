// Receives request bodies: JSON as bytes, and uploads. Counts them before anything is done with them.
import { createHash } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { isMediaType, type MediaType } from "../../protocol/event/document.ts";
import { type Amounts, spend } from "../budgets/spend.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import type { Hold } from "./bodies.ts";
import { authorisedIn, callerIn, ownerOf } from "./guards.ts";
import { hasBody, receive } from "./receive.ts";
import type { Route } from "./routes/route.ts";

/** Bytes of a request's body, where a route does not say otherwise. */
export const MAX_BODY_BYTES = 256 * 1024;
/** A body counts as one more request for each of these, so that large ones cannot keep the service busy. */
const BYTES_PER_REQUEST = 256 * 1024;

/** The parts that receive bodies. */
export interface Receiver {
  ctx: Context;
  hold: (caller: string) => Hold;
  documentMaxBytes: number;
}

/** Receives a route's body. First of all it checks that the caller may use the route: others make the service read nothing. */
export function receiveBody(receiver: Receiver, route: Route): RequestHandler {
  const { access, body, uploads } = route;
  return async (req, res, next) => {
    if (access) authorisedIn(res, access);
    if (uploads) {
      const mediaType = uploadType(req, uploads);
      const sha256 = createHash("sha256");
      const bytes = await receiveCounted(receiver, route, req, res, (piece) =>
        sha256.update(piece),
      );
      res.locals["upload"] = { hash: `0x${sha256.digest("hex")}`, bytes, mediaType };
    } else if (hasBody(req)) {
      if (!body)
        throw new Refusal("BAD_REQUEST", 400, "This address takes no body. Send none.", {
          field: "body",
        });
      checkJsonType(req);
      req.body = await receiveCounted(receiver, route, req, res);
    }
    next();
  };
}

async function receiveCounted(
  { ctx, hold, documentMaxBytes }: Receiver,
  route: Route,
  req: Request,
  res: Response,
  alsoOn: (piece: Buffer) => void = () => undefined,
): Promise<Buffer> {
  const maxBytes = route.bodyBytes ?? (route.uploads ? documentMaxBytes : MAX_BODY_BYTES);
  const held = hold(ownerOf(req, res));
  res.once("close", () => {
    held.release();
  });
  const bytes = await receive(req, res, {
    maxBytes,
    onPiece(piece) {
      held.grow(piece.length);
      alsoOn(piece);
    },
  });
  await spendOn(ctx, route, req, res, bytes.length);
  return bytes;
}

/** Spends the caller's budgets on a body. Bytes that were not stored after all are given back. */
async function spendOn(
  ctx: Context,
  { access, answers }: Route,
  req: Request,
  res: Response,
  bytes: number,
): Promise<void> {
  await spend(ctx, ownerOf(req, res), { requests: Math.floor(bytes / BYTES_PER_REQUEST) });
  const party = callerIn(res)?.party ?? null;
  const stores: Amounts = access?.scope === "read" ? {} : { bytes };
  const { giveBack } = await spend(ctx, party, stores);
  res.once("finish", () => {
    const isKnown = res.statusCode === 200 && answers[201] !== undefined;
    if (res.statusCode >= 400 || isKnown) giveBack();
  });
}

/** Refuses bodies that are not JSON in UTF-8, and compressed ones: a small one can unpack to any size. */
function checkJsonType({ headers }: Request): void {
  const isJson = /^application\/json *(; *charset="?utf-8"?)?$/i.test(
    headers["content-type"] ?? "",
  );
  if (isJson && (headers["content-encoding"] ?? "identity") === "identity") return;
  throw new Refusal(
    "UNSUPPORTED_MEDIA_TYPE",
    415,
    "The body must be application/json in UTF-8, not compressed.",
  );
}

function uploadType({ headers }: Request, types: readonly MediaType[]): MediaType {
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
    { field: "content-type" },
  );
}
