// Carries one question to a node over HTTP and reads the answer, within limits of size and of silence. What sends, and what
// waits, is the platform's and is handed in.
import { type Timers, waitPatiently } from "../base/patience.ts";

/** Of a platform, what an exchange needs: `globalThis` of Node or of a browser is one. */
export interface Platform<Signal, Timer> extends Timers<Timer> {
  fetch(
    url: string,
    init: {
      method: "POST";
      headers: { "content-type": "application/json" };
      body: string;
      redirect: "error";
      signal: Signal;
    },
  ): Promise<Answer>;
  AbortController: new () => { readonly signal: Signal; abort(): void };
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array> | null;
}

export interface Limits {
  /** Milliseconds for which the node may say nothing at all. */
  silenceMs: number;
  maxBytes: number;
}

/** Carries a question's body, and gives back the text of the answer. */
export type Post = (body: string) => Promise<string>;

/** The node answered with an HTTP status, and without the JSON that would say more. */
export class HttpStatus extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`HTTP status ${status}`);
    this.name = "HttpStatus";
    this.status = status;
  }
}

/** The connection failed or broke. The same question may be answered over the next one. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super("it cannot be reached", { cause });
    this.name = "ConnectionLost";
  }
}

/** An answer that comes in drops ends after so many times the silence that is allowed. */
const MOST_SILENCES = 8;

/**
 * A carrier of questions to the node at `url`.
 * @returns rejects with ConnectionLost, HttpStatus, or another Error that names the limit
 */
export function exchange<Signal, Timer>(
  platform: Platform<Signal, Timer>,
  url: string,
  { silenceMs, maxBytes }: Limits,
): Post {
  return async (body) => {
    const controller = new platform.AbortController();
    let expired: string | undefined;
    const expire = (why: string) => {
      expired = why;
      controller.abort();
    };
    const silence = waitPatiently(platform, silenceMs, () =>
      expire(`it was silent for ${silenceMs / 1_000} seconds`),
    );
    const wholeMs = silenceMs * MOST_SILENCES;
    const whole = waitPatiently(platform, wholeMs, () =>
      expire(`its answer took more than ${wholeMs / 1_000} seconds`),
    );
    try {
      const answer = await platform.fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        redirect: "error",
        signal: controller.signal,
      });
      const text = await textOf(answer, maxBytes, silence.renew);
      // Some nodes send their own errors, which are answers, with a status that says so as well.
      if (!answer.ok && !/^\s*[[{]/.test(text)) throw new HttpStatus(answer.status);
      return text;
    } catch (error) {
      if (expired !== undefined) throw new Error(expired, { cause: error });
      throw isConnectionError(error) ? new ConnectionLost(error) : error;
    } finally {
      silence.stop();
      whole.stop();
    }
  };
}

async function textOf({ body }: Answer, maxBytes: number, heard: () => void): Promise<string> {
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  for await (const chunk of body ?? []) {
    heard();
    size += chunk.length;
    if (size > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Node's fetch says which error of the connection it was; a redirect, which is forbidden, has no such code. */
const isConnectionError = (error: unknown): boolean =>
  error instanceof TypeError && typeof (error.cause as { code?: unknown })?.code === "string";
