// Talks to the service over HTTP: JSON in and out, its problem bodies as our own error.
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { EXIT, Problem } from "../output/outcome.ts";

const TIMEOUT_MS = 120_000;
/** Where the service has everything to look at. */
export const LONG_TIMEOUT_MS = 290_000;
/** How often a request waits for the service's rate limit. */
const MAX_WAITS = 60;
const MAX_WAIT_SECONDS = 60;
const PAGE_ITEMS = 200;

const ProblemBody = z.object({
  code: z.string(),
  detail: z.string(),
  field: z.string().optional(),
  requestId: z.string().optional(),
  rows: z
    .array(
      z.object({
        row: z.number(),
        column: z.string().optional(),
        code: z.string(),
        message: z.string(),
      }),
    )
    .optional(),
});

/** Statuses that say: not now, or nobody there. */
const UNREACHABLE = [502, 503, 504];

export type Query = Record<string, string | number | undefined>;

/** Bytes and their media type. */
export interface File {
  bytes: Uint8Array<ArrayBuffer>;
  type: string;
}

export interface Api {
  get<S extends z.ZodType>(path: string, answer: S, query?: Query): Promise<z.infer<S>>;
  post<S extends z.ZodType>(
    path: string,
    answer: S,
    body: unknown,
    timeoutMs?: number,
  ): Promise<z.infer<S>>;
  delete(path: string): Promise<void>;
  /** Sends bytes as they are. */
  upload<S extends z.ZodType>(
    path: string,
    answer: S,
    file: File,
    query?: Query,
  ): Promise<z.infer<S>>;
  /** Bytes as they come. */
  download(path: string): Promise<Uint8Array>;
  /** All items of a list, page by page. */
  pages<S extends z.ZodType>(path: string, item: S, query?: Query): AsyncGenerator<z.infer<S>[]>;
}

/**
 * The service at `url`, for whoever has the API key.
 * Its methods throw Problem: with the service's own code, or SERVICE_UNREACHABLE, or NOT_A_SERVICE.
 * @param onWait is told how long the service's rate limit makes a request wait
 */
export function connectApi(
  url: string,
  apiKey: string,
  onWait: (seconds: number) => void = () => undefined,
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
      timeoutMs = TIMEOUT_MS,
    }: Sent = {},
  ): Promise<Response> {
    for (let waits = 0; ; waits++) {
      const response = await exchange(addressOf(url, path, query), {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(file && { "content-type": file.type }),
        },
        ...(file && { body: file.bytes }),
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (response.status === 429 && waits < MAX_WAITS) {
        const asked = Number(response.headers.get("retry-after") ?? 1);
        const seconds = Math.min(MAX_WAIT_SECONDS, Math.max(1, asked || 1));
        await response.body?.cancel();
        onWait(seconds);
        await wait(1000 * seconds);
        continue;
      }
      return response;
    }
  }
  const ask = async (...sent: Parameters<typeof send>) => answerOf(await send(...sent));
  const get: Api["get"] = async (path, answer, query) =>
    read(answer, await ask("GET", path, { query: query ?? {} }));
  return {
    get,
    post: async (path, answer, body, timeoutMs) =>
      read(answer, await ask("POST", path, { body, timeoutMs })),
    delete: async (path) => void (await ask("DELETE", path)),
    upload: async (path, answer, file, query = {}) =>
      read(answer, await ask("POST", path, { file, query })),
    download: async (path) => bytesOf(await send("GET", path)),
    async *pages(path, item, query = {}) {
      const page = z.looseObject({ items: z.array(item), next: z.string().nullable() });
      let cursor: string | undefined;
      do {
        const { items, next } = await get(path, page, { limit: PAGE_ITEMS, ...query, cursor });
        yield items;
        cursor = next ?? undefined;
      } while (cursor !== undefined);
    },
  };
}

interface Sent {
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  file?: { bytes: string | Uint8Array<ArrayBuffer>; type: string } | undefined;
  timeoutMs?: number | undefined;
}

function addressOf(base: string, path: string, query: Query): URL {
  let url: URL;
  try {
    url = new URL(`${base.replace(/\/+$/, "")}${path}`);
  } catch (cause) {
    throw new Problem("BAD_URL", `${base} is no URL`, { field: "--url", exit: EXIT.usage, cause });
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
        ? "gave no answer in time"
        : "does not answer";
    throw new Problem(
      "SERVICE_UNREACHABLE",
      `the service at ${url.origin} ${why}: is it running (npm start)?`,
      {
        ...{ field: "--url", exit: EXIT.unreachable, cause },
      },
    );
  }
}

const brokenOff = (cause: unknown): never => {
  throw new Problem("SERVICE_UNREACHABLE", "the service broke off its answer", {
    exit: EXIT.unreachable,
    cause,
  });
};

async function bytesOf(response: Response): Promise<Uint8Array> {
  if (!response.ok) await answerOf(response); // which throws
  return new Uint8Array(await response.arrayBuffer().catch(brokenOff));
}

async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text().catch(brokenOff);
  const body = text === "" ? undefined : parsed(text, response);
  if (response.ok) return body;
  const { status } = response;
  const exit = UNREACHABLE.includes(status) ? EXIT.unreachable : EXIT.refused;
  const problem = ProblemBody.safeParse(body);
  if (!problem.success)
    throw new Problem("NOT_A_SERVICE", `the answer is HTTP ${status}`, { status, exit });
  const { code, detail, ...more } = problem.data;
  throw new Problem(code, detail, { ...more, status, exit });
}

function parsed(text: string, { status, url }: Response): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem(
      "NOT_A_SERVICE",
      `what answers at ${new URL(url).origin} is no Reelproof service`,
      {
        ...{ field: "--url", status, exit: EXIT.unreachable, cause },
      },
    );
  }
}

function read<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new Problem("NOT_A_SERVICE", `the service's answer is not as expected: ${message}`, {
    field: path.map(String).join(".") || undefined,
    exit: EXIT.unreachable,
  });
}
