// Talks to the service over HTTP: sends and reads JSON, and turns problem bodies into our own error.
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { pageOf } from "../../api/page.ts";
import { AnswerTooLarge, readBytes, readJsonText } from "../../protocol/base/bounded.ts";
import { MAX_BUNDLE_BYTES } from "../../protocol/base/limits.ts";
import { Problem as ProblemView } from "../../api/problem.ts";
import { faultOf } from "../../protocol/base/words.ts";
import { EXIT, Problem, usageProblem } from "../output/outcome.ts";
import { abortAfter } from "./time-limit.ts";

const TIMEOUT_MS = 120_000;
/** For requests that make the service read all of its database. */
export const LONG_TIMEOUT_MS = 290_000;
/** How often a request waits when the service limits requests. */
const MAX_WAITS = 60;
const MAX_WAIT_SECONDS = 60;
const PAGE_ITEMS = 200;
/** Items of one list. A service that always names a next page would never let a command end. */
const MAX_ITEMS = 1_000_000;
/** Bytes of an answer in JSON: a bundle, and some more. */
const MAX_JSON_BYTES = MAX_BUNDLE_BYTES + 16 * 1024 * 1024;
/** Bytes of a file: the zip of a bundle with its documents. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

const ProblemBody = ProblemView.pick({
  code: true,
  detail: true,
  field: true,
  requestId: true,
  rows: true,
  candidates: true,
})
  .extend({ code: z.string() }) // a newer service may have more codes
  .partial({ requestId: true })
  .strip();

/** Statuses of a service that is not there, or not now. */
const UNREACHABLE = [502, 503, 504];

export type Query = Record<string, string | number | undefined>;

/** Bytes and their media type. */
export interface File {
  bytes: Uint8Array<ArrayBuffer>;
  type: string;
}

/** Bounds on what a service may answer. */
export interface ApiLimits {
  /** Of one list. */
  maxItems?: number;
  maxJsonBytes?: number;
  maxFileBytes?: number;
}

export interface Api {
  get<S extends z.ZodType>(path: string, answer: S, query?: Query): Promise<z.infer<S>>;
  post<S extends z.ZodType>(
    path: string,
    answer: S,
    body: unknown,
    timeoutMs?: number,
  ): Promise<z.infer<S>>;
  /** Posts an act, which is done once even if its answer is lost and the request is sent again. */
  act<S extends z.ZodType>(path: string, answer: S, body: unknown): Promise<z.infer<S>>;
  delete(path: string): Promise<void>;
  /** Sends bytes unchanged. */
  upload<S extends z.ZodType>(
    path: string,
    answer: S,
    file: File,
    query?: Query,
  ): Promise<z.infer<S>>;
  /** Fetches bytes. @param body posted, if there is one */
  download(path: string, body?: unknown): Promise<Uint8Array>;
  /** Posts a request whose answer may be longer than memory. It may break off: the iteration then throws Problem. */
  stream(path: string, body: unknown): Promise<AsyncIterable<Uint8Array>>;
  /** The items of a list, page by page. */
  pages<S extends z.ZodType>(path: string, item: S, query?: Query): AsyncGenerator<z.infer<S>[]>;
  /** All items of a list at once. */
  all<S extends z.ZodType>(path: string, item: S, query?: Query): Promise<z.infer<S>[]>;
}

/**
 * Connects to the service at `url` with an API key.
 * The methods throw Problem: with the service's own code, or SERVICE_UNREACHABLE, NOT_A_SERVICE, ANSWER_TOO_LARGE.
 * @param onWait receives the seconds for which the service's rate limit makes a request wait
 */
export function connectApi(
  url: string,
  apiKey: string,
  onWait: (seconds: number) => void = () => undefined,
  {
    maxItems = MAX_ITEMS,
    maxJsonBytes = MAX_JSON_BYTES,
    maxFileBytes = MAX_FILE_BYTES,
  }: ApiLimits = {},
): Api {
  async function send(
    method: string,
    path: string,
    {
      query = {},
      body,
      file = body === undefined
        ? undefined
        : { bytes: JSON.stringify(body), type: "application/json" },
      key,
      timeoutMs = TIMEOUT_MS,
    }: Sent = {},
  ): Promise<Response> {
    for (let waits = 0; ; waits++) {
      const response = await exchange(addressOf(url, path, query), {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(file && { "content-type": file.type }),
          ...(key !== undefined && { "idempotency-key": key }),
        },
        ...(file && { body: file.bytes }),
        redirect: "error",
        ...(timeoutMs !== null && { signal: abortAfter(timeoutMs) }),
      });
      const seconds = Math.max(1, Number(response.headers.get("retry-after") ?? 1) || 1);
      // A budget of the day is worth no wait: the answer says when it begins anew.
      if (response.status === 429 && waits < MAX_WAITS && seconds <= MAX_WAIT_SECONDS) {
        await response.body?.cancel();
        onWait(seconds);
        await wait(1000 * seconds);
        continue;
      }
      return response;
    }
  }
  const ask = async (...sent: Parameters<typeof send>) =>
    answerOf(await send(...sent), maxJsonBytes);
  const get: Api["get"] = async (path, answer, query) =>
    read(answer, await ask("GET", path, { query: query ?? {} }));
  const pages: Api["pages"] = async function* (path, item, query = {}) {
    const page = pageOf(item);
    let cursor: string | undefined;
    let rest = maxItems;
    do {
      const { items, next } = await get(path, page, { limit: PAGE_ITEMS, ...query, cursor });
      yield items;
      rest -= Math.max(1, items.length); // empty pages count, too
      if (rest < 0) throw answerTooLarge(`The service's list has more than ${maxItems} items.`);
      cursor = next ?? undefined;
    } while (cursor !== undefined);
  };
  async function all<S extends z.ZodType>(path: string, item: S, query?: Query) {
    const items: z.infer<S>[] = [];
    for await (const page of pages(path, item, query)) items.push(...page);
    return items;
  }
  return {
    get,
    post: async (path, answer, body, timeoutMs) =>
      read(answer, await ask("POST", path, { body, timeoutMs })),
    async act(path, answer, body) {
      const key = randomUUID();
      for (let tries = 1; ; tries++) {
        try {
          return read(answer, await ask("POST", path, { body, key }));
        } catch (error) {
          if (tries === MAX_TRIES || !isLost(error)) throw error;
          await wait(RETRY_MS);
        }
      }
    },
    delete: async (path) => void (await ask("DELETE", path)),
    upload: async (path, answer, file, query = {}) =>
      read(answer, await ask("POST", path, { file, query })),
    download: async (path, body) => {
      const response = await send(body === undefined ? "GET" : "POST", path, { body });
      if (!response.ok) await answerOf(response, maxJsonBytes); // which throws
      return readBytes(response.body, maxFileBytes).catch(brokenOff);
    },
    stream: async (path, body) => {
      const response = await send("POST", path, { body, timeoutMs: null });
      if (!response.ok || !response.body) await answerOf(response, maxJsonBytes); // which throws
      return unbroken(response.body!);
    },
    pages,
    all,
  };
}

async function* unbroken(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    brokenOff(cause);
  }
}

interface Sent {
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent unchanged. */
  file?: { bytes: string | Uint8Array<ArrayBuffer>; type: string } | undefined;
  /** The same for each try of one act: the service does it once. */
  key?: string;
  /** Null: it takes as long as it takes, while bytes come. */
  timeoutMs?: number | null | undefined;
}

/** Tries of an act whose answer is lost on the way. */
const MAX_TRIES = 3;
const RETRY_MS = 200;

/** Whether the connection broke: the service may have done what was asked. */
function isLost(error: unknown): boolean {
  if (!(error instanceof Problem) || error.code !== "SERVICE_UNREACHABLE") return false;
  const { cause } = error;
  const under = cause instanceof Error ? (cause.cause as { code?: string } | undefined) : undefined;
  return ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(under?.code ?? "");
}

function addressOf(base: string, path: string, query: Query): URL {
  let url: URL;
  try {
    url = new URL(`${base.replace(/\/+$/, "")}${path}`);
  } catch (cause) {
    throw usageProblem("BAD_URL", `${base} is not a URL.`, "--url", cause);
  }
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

async function exchange(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    const why =
      cause instanceof Error && cause.name === "TimeoutError"
        ? "did not answer in time"
        : "does not answer";
    throw new Problem(
      "SERVICE_UNREACHABLE",
      `The service at ${url.origin} ${why}. Is it running (npm start)?`,
      { field: "--url", exit: EXIT.unreachable, cause },
    );
  }
}

const brokenOff = (cause: unknown): never => {
  if (cause instanceof AnswerTooLarge)
    throw answerTooLarge(`The service's answer is too long: ${cause.message}.`, cause);
  throw new Problem("SERVICE_UNREACHABLE", "The service's answer broke off. Try again.", {
    exit: EXIT.unreachable,
    cause,
  });
};

const answerTooLarge = (why: string, cause?: unknown) =>
  new Problem("ANSWER_TOO_LARGE", why, { exit: EXIT.unreachable, cause });

async function answerOf(response: Response, maxBytes: number): Promise<unknown> {
  const text = await readJsonText(response.body, maxBytes).catch(brokenOff);
  const body = text === "" ? undefined : parsed(text, response);
  if (response.ok) return body;
  const { status } = response;
  const exit = UNREACHABLE.includes(status) ? EXIT.unreachable : EXIT.refused;
  const problem = ProblemBody.safeParse(body);
  if (!problem.success)
    throw new Problem(
      "NOT_A_SERVICE",
      `The answer has HTTP status ${status} and is not a service's.`,
      { status, exit },
    );
  const { code, detail, ...more } = problem.data;
  throw new Problem(code, detail, { ...more, status, exit });
}

function parsed(text: string, { status, url }: Response): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem(
      "NOT_A_SERVICE",
      `The server at ${new URL(url).origin} is not a Reelproof service.`,
      { field: "--url", status, exit: EXIT.unreachable, cause },
    );
  }
}

/** Reads an answer. Fields that this version does not know are accepted: the service may be newer. */
function read<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  const issue = error.issues.find(({ code }) => code !== "unrecognized_keys");
  if (!issue) return body as z.infer<S>;
  const { field, sentence } = faultOf(issue);
  const why = `The service's answer is not as expected. ${sentence} Use the command line of the service's version.`;
  throw new Problem("NOT_A_SERVICE", why, { field, exit: EXIT.unreachable });
}
