// Carries one question to a node over HTTP and reads the answer, within limits of size and of silence. The caller passes the
// platform's fetch and timers.
import { readJsonText } from "../base/bounded.ts";
import { type Timers, waitPatiently } from "../base/patience.ts";
import { nodeAddress } from "./node-url.ts";

/** The part of a platform that an exchange needs, such as `globalThis` of Node or of a browser. */
export interface Platform<Signal, Timer> extends Timers<Timer> {
  fetch(
    url: string,
    init: {
      method: "POST";
      headers: Record<string, string>;
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

/** What an answer may take. */
export interface Limits {
  /** Milliseconds for which the node may be silent. */
  silenceMs: number;
  maxBytes: number;
}

/** Carries a question's body, and returns the text of the answer. */
export type Post = (body: string) => Promise<string>;

/** The node answered with an HTTP error status, and without JSON that would say more. */
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

/** The limit for a whole answer, in allowed silences. It stops a node that sends an answer in drops to hold the caller. */
const MOST_SILENCES = 8;

/**
 * A carrier of questions to the node at `url`.
 * @returns rejects with ConnectionLost, HttpStatus, AnswerTooLarge, or another Error that names the limit
 */
export function exchange<Signal, Timer>(
  platform: Platform<Signal, Timer>,
  url: string,
  { silenceMs, maxBytes }: Limits,
): Post {
  const { url: address, authorization } = nodeAddress(url);
  const headers = { "content-type": "application/json", ...(authorization && { authorization }) };
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
      const answer = await platform.fetch(address, {
        method: "POST",
        headers,
        body,
        redirect: "error",
        signal: controller.signal,
      });
      const text = await readJsonText(answer.body, maxBytes, silence.renew);
      // Some nodes send a JSON-RPC error, which is an answer, with an HTTP error status.
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

/** Node's fetch names the connection's error in a code. A redirect, which is forbidden, has no such code. */
const isConnectionError = (error: unknown): boolean =>
  error instanceof TypeError && typeof (error.cause as { code?: unknown })?.code === "string";
