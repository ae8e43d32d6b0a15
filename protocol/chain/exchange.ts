// Carries one question to a node over HTTP and reads the answer, within limits of size and of silence. What sends, and what
// waits, is the platform's and is handed in.

/** Of a platform, what an exchange needs: `globalThis` of Node or of a browser is one. */
export interface Platform<Signal, Timer> {
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
  setTimeout(action: () => void, ms: number): Timer;
  clearTimeout(timer: Timer): void;
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

/** The silence that is allowed, cut into pieces. */
const PIECES = 20;
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
    const watch = watchSilence(platform, silenceMs, () => controller.abort());
    try {
      const answer = await platform.fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        redirect: "error",
        signal: controller.signal,
      });
      const text = await textOf(answer, maxBytes, watch.heard);
      // Some nodes send their own errors, which are answers, with a status that says so as well.
      if (!answer.ok && !/^\s*[[{]/.test(text)) throw new HttpStatus(answer.status);
      return text;
    } catch (error) {
      if (watch.expired !== undefined) throw new Error(watch.expired, { cause: error });
      throw isConnectionError(error) ? new ConnectionLost(error) : error;
    } finally {
      watch.stop();
    }
  };
}

interface Watch {
  /** Why the wait was ended; undefined while it was not. */
  expired: string | undefined;
  heard: () => void;
  stop: () => void;
}

/**
 * Ends an exchange after too much silence. A timer alone would count our own work: a thread that was busy for longer than
 * the limit runs its timers before it reads the answer that has long arrived. So the limit is waited for in pieces. A busy
 * thread loses one piece at most, and reads what has arrived before the next piece begins.
 */
function watchSilence<Timer>(
  platform: Pick<Platform<unknown, Timer>, "setTimeout" | "clearTimeout">,
  silenceMs: number,
  end: () => void,
): Watch {
  let [silent, whole] = [0, 0];
  const wait = () => platform.setTimeout(pass, silenceMs / PIECES);
  const pass = () => {
    [silent, whole] = [silent + 1, whole + 1];
    if (silent === PIECES) expire(`it was silent for ${silenceMs / 1_000} seconds`);
    else if (whole === PIECES * MOST_SILENCES)
      expire(`its answer took more than ${(silenceMs * MOST_SILENCES) / 1_000} seconds`);
    else timer = wait();
  };
  const expire = (why: string) => {
    watch.expired = why;
    end();
  };
  const watch: Watch = {
    expired: undefined,
    heard: () => {
      silent = 0;
    },
    stop: () => {
      platform.clearTimeout(timer);
    },
  };
  let timer = wait();
  return watch;
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
