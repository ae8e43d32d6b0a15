// Asks the service. The only place that does: it marks each request as the pages' own, and turns refusals into one error.
import type { Problem } from "../../../api/problem.ts";
import { noteAnswer, noteNoAnswer, probeWith } from "./connection.ts";

/** A refusal of the service, or no answer at all. */
export class Refused extends Error {
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly problem: Problem | undefined;
  constructor(status: number, problem: Problem | undefined, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "Refused";
    this.status = status;
    this.problem = problem;
  }
}

interface Options {
  body?: unknown;
  /** A file to upload, with its media type. */
  file?: Blob;
  /** An API key. Only to sign in with: afterwards the browser has a session. */
  apiKey?: string;
  /** The same act, sent again, acts once. */
  once?: string;
  signal?: AbortSignal;
  /** Default: JSON. */
  accept?: string;
}

/** Without it, the service does not count the session's cookie. */
const OWN = { "reelproof-page": "1" };

/** What a proxy answers whose service is away. */
const GATEWAY = new Set([502, 503, 504]);

function noService(cause: unknown): Refused {
  noteNoAnswer();
  const message = "The service does not answer. Check the connection, then try again.";
  return new Refused(0, undefined, message, cause);
}

async function send(method: string, path: string, options: Options = {}): Promise<Response> {
  const { body, file, apiKey, once, signal, accept = "application/json" } = options;
  const request = {
    method,
    headers: {
      ...OWN,
      accept,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(file !== undefined && { "content-type": file.type }),
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      ...(once !== undefined && { "idempotency-key": once }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(file !== undefined && { body: file }),
    ...(signal && { signal }),
  };
  const response = await fetch(path, request).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw noService(cause);
  });
  if (response.ok) {
    noteAnswer();
    return response;
  }
  const problem = await response.json().then(
    (answer) => answer as Problem,
    () => undefined,
  );
  // A proxy in front of a service that is away answers in its own words.
  if (problem === undefined && GATEWAY.has(response.status)) throw noService(response.status);
  noteAnswer();
  const message = problem?.detail ?? `The service answered ${response.status}. Try again later.`;
  throw new Refused(response.status, problem, message);
}

/** Asks, and reads the answer as the type that the route's schema in api/ gives it. */
export async function ask<T>(method: string, path: string, options?: Options): Promise<T> {
  const response = await send(method, path, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Gets a file. @param body of a request that describes it; without one it is at the path */
export async function fetchFile(path: string, body?: unknown): Promise<Blob> {
  const response =
    body === undefined ? await send("GET", path) : await send("POST", path, { body });
  return response.blob();
}

/** Opens a stream of server-sent events. */
export async function openStream(
  path: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  return (await send("GET", path, { signal, accept: "text/event-stream" })).body!;
}

/** A path with a query of those fields that have a value. */
export function withQuery(
  path: string,
  fields: Readonly<Record<string, string | undefined | null>>,
): string {
  const given = Object.entries(fields).filter(
    (field): field is [string, string] => field[1] != null && field[1] !== "",
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

probeWith(() => ask("GET", "/v1/session"));
