// Answers requests: hands a route's handler the checked parts of the request, and sends what it returns.
import { pipeline, Readable } from "node:stream";
import type { RequestHandler, Response } from "express";
import { z } from "zod";
import { parseJson, parseWith } from "../../protocol/base/canonical.ts";
import { LIVE_TYPE } from "../../api/live.ts";
import { maxJsonValues } from "../../protocol/base/json-scan.ts";
import type { Caller } from "../access/admin.ts";
import { recorderOf } from "../access/operations.ts";
import type { Context } from "../context.ts";
import type { Upload } from "../documents/documents.ts";
import { letOthersRun } from "../loop.ts";
import { Refusal } from "../refusal.ts";
import { MAX_BODY_BYTES } from "./body.ts";
import { type Cursors, cursorsOf } from "./cursor.ts";
import { cookieIn } from "./cookies.ts";
import { authorisedIn, callerIn } from "./guards.ts";
import { putLotIds } from "./lot-names.ts";
import { answerOnce } from "./once.ts";
import { originOf } from "./routes/origin.ts";
import type { Answer, Parts, Route } from "./routes/route.ts";

/** Runs a route's handler on the checked parts of a request, and sends its answer. */
export function serve(parts: Parts, route: Route): RequestHandler {
  const { access, asksWho, params, query = access ? NO_QUERY : undefined, body } = route;
  return async (req, res) => {
    const known = asksWho ? callerIn(res) : undefined;
    const caller = access ? authorisedIn(res, access) : (known ?? NOBODY);
    const cursors = cursorsIn(route, caller, parts.ctx);
    const call = {
      params: params ? parseWith(params, req.params) : {},
      query: query ? parseWith(query, opened(req.query, cursors)) : {},
    };
    const parsed = {
      ...call,
      body: body ? await readBody(parts, route, req.body as Buffer | undefined) : undefined,
    };
    await refuseInStandby(parts, route);
    const record = recorderOf(parts.ctx, caller);
    const asked = { req, res, caller };
    const handle = async (ctx: Context) => {
      await putLotIds(ctx, route, caller, parsed);
      return route.handle(
        { ...parts, ctx },
        {
          ...parsed,
          upload: res.locals["upload"] as Upload | undefined,
          caller,
          flow: cookieIn(req, "company", parts.cookies),
          origin: originOf(
            { protocol: req.protocol, get: (name) => req.get(name) },
            parts.publicUrl,
          ),
          lastEventId: req.get("last-event-id")?.slice(0, 1_000),
          signal: goneSignal(res),
          requestId: String(req.id),
        },
      );
    };
    const answer = await parts.reads.run({ ...parts.ctx, record }, route, asked, (ctx) =>
      answerOnce(ctx, route, asked, handle),
    );
    send(res, route, sealed(answer, cursors), parts.ctx.log);
  };
}

/** @throws Refusal RESTORED_COPY for an act, while the service is a restored copy that only reads */
async function refuseInStandby({ standby }: Parts, { method, inStandby }: Route): Promise<void> {
  if (method === "get" || inStandby || !(await standby.isOn())) return;
  throw new Refusal(
    "RESTORED_COPY",
    409,
    "This service was restored from a backup and only reads: the original may still run. When it is gone, the operator lets this one act: reelproof activate.",
  );
}

/** The cursors of a list, for this caller. Undefined on a route that is not a list. */
function cursorsIn({ path, query }: Route, { party }: Caller, { cursorKey }: Context) {
  const isList = query !== undefined && "cursor" in query.shape;
  return isList ? cursorsOf(cursorKey, `${path} ${party ?? "operator"}`) : undefined;
}

/** A query with the position that its cursor stands for. */
function opened(query: Record<string, unknown>, cursors: Cursors | undefined): object {
  const { cursor } = query;
  return cursors && typeof cursor === "string"
    ? { ...query, cursor: cursors.open(cursor) }
    : { ...query };
}

/** An answer with the cursor of the next page in place of its position. */
function sealed(answer: Answer, cursors: Cursors | undefined): Answer {
  const { next } = (answer.body ?? {}) as { next?: unknown };
  if (!cursors || typeof next !== "string") return answer;
  return { ...answer, body: { ...(answer.body as object), next: cursors.seal(next) } };
}

/** Values of a JSON body: keys that no schema knows cost the most, and so many of them a fraction of a second. */
export const MAX_BODY_VALUES = 65_536;

/** Bytes of a body that is read at once: longer ones wait for each other. */
const AT_ONCE_BYTES = 32 * 1024;

/** Reads a JSON body, and checks it unless the handler does. No body is an empty object. */
async function readBody(
  { parseInTurn }: Parts,
  { body: schema, bodyUnchecked, bodyUnread, bodyBytes = MAX_BODY_BYTES }: Route,
  bytes: Uint8Array = EMPTY,
): Promise<unknown> {
  if (bodyUnread) return bytes;
  const maxValues = Math.min(MAX_BODY_VALUES, maxJsonValues(bodyBytes));
  const read = () => {
    const content = parseJson(bytes, bodyBytes, maxValues);
    return schema && !bodyUnchecked ? parseWith(schema, content) : content;
  };
  if (bytes.length <= AT_ONCE_BYTES) return read();
  return parseInTurn(async () => {
    await letOthersRun();
    return read();
  });
}

const EMPTY = new TextEncoder().encode("{}");

/** An unknown query field is refused: the caller would take it for a filter that works. */
const NO_QUERY = z.strictObject({});
const NOBODY: Caller = { id: "", party: "", scope: "read" };

function send(res: Response, { answers }: Route, answer: Answer, log: Context["log"]): void {
  const { status, body, type, filename, saved, cookie, location, keep } = answer;
  res.status(status).set("Cache-Control", cacheControl(keep));
  if (cookie !== undefined) res.append("Set-Cookie", cookie);
  if (location !== undefined) res.set("Location", location);
  const form = answers[status];
  if (filename !== undefined) {
    res.set("Content-Disposition", `${saved ? "attachment" : "inline"}; filename="${filename}"`);
  }
  // A proxy that gathers a stream before it sends it would keep it from its reader.
  if (type === LIVE_TYPE) res.set("X-Accel-Buffering", "no");
  if (saved) res.set("Content-Security-Policy", "sandbox; default-src 'none'");
  if (form === null) res.end();
  else if (form === undefined || form instanceof z.ZodType) res.json(body);
  else if (isStream(body)) {
    // A failure cuts the connection, so that no client takes half an answer for the whole.
    pipeline(
      Readable.from(body),
      res.type(type!),
      // A live stream ends whenever its client goes.
      (error) =>
        error &&
        type !== LIVE_TYPE &&
        log.warn({ err: error }, "an answer was not sent completely"),
    );
  } else res.type(type ?? [form].flat()[0]!).send(body instanceof Uint8Array ? body : String(body));
}

/** Aborted when a response is sent or its client has gone. */
function goneSignal(res: Response): AbortSignal {
  const controller = new AbortController();
  res.once("close", () => controller.abort());
  return controller.signal;
}

const isStream = (body: unknown): body is AsyncIterable<Uint8Array> =>
  typeof body === "object" && body !== null && Symbol.asyncIterator in body;

function cacheControl(keep: Answer["keep"]): string {
  if (keep === undefined) return "no-store";
  return keep === "forever"
    ? "public, max-age=31536000, immutable"
    : `public, max-age=${keep.seconds}`;
}
