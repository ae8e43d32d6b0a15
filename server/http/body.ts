// Reads request bodies: JSON as bytes, and uploads.
import express, { type Request, type RequestHandler } from "express";
import { receiveUpload } from "../documents/receive.ts";
import { Refusal } from "../refusal.ts";
import { authorise } from "./auth.ts";
import { callerIn } from "./guards.ts";
import type { Route } from "./routes/route.ts";

/** Bytes of a request's body, where a route does not say otherwise. */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * Reads a body as bytes, so that the parser sees bytes that are not UTF-8. Refuses compressed bodies: a small one can
 * unpack to any size.
 */
export function bodyOf({ body, access, bodyBytes = MAX_BODY_BYTES }: Route): RequestHandler[] {
  if (!body) return [];
  const checkType: RequestHandler = (req, res, next) => {
    if (access) authorise(access, callerIn(res)); // first: others cannot make the service read megabytes
    const type = req.get("content-type") ?? "";
    if (hasBody(req) && !/^application\/json *(; *charset="?utf-8"?)?$/i.test(type)) {
      throw new Refusal(
        "UNSUPPORTED_MEDIA_TYPE",
        415,
        "The body must be application/json in UTF-8.",
      );
    }
    next();
  };
  return [checkType, express.raw({ type: () => true, limit: bodyBytes, inflate: false })];
}

/** Receives an upload's bytes unchanged, after checking that the caller may upload. */
export function uploadOf({ access, uploads = [] }: Route, maxBytes: number): RequestHandler {
  return async (req, res, next) => {
    if (access) authorise(access, callerIn(res));
    res.locals["upload"] = await receiveUpload(req, uploads, maxBytes);
    next();
  };
}

/** Whether the request has a body. */
export const hasBody = (req: Request) =>
  req.get("transfer-encoding") !== undefined || Number(req.get("content-length") ?? 0) > 0;
