// A node that the caller names, asked by fetch: with limits of time and size, and questions of one moment in one batch.
import { jsonRpc } from "../../protocol/chain/json-rpc.ts";
import type { Request } from "../../protocol/chain/node.ts";

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

interface Question {
  body: string;
  resolve: (answer: string) => void;
  reject: (why: unknown) => void;
}

/**
 * A caller of the node at `url`.
 * @param timeoutMs how long one answer may take
 * @returns a caller that throws as protocol/json-rpc.ts says
 */
export function connectNode(url: URL, timeoutMs = TIMEOUT_MS): Request {
  let waiting: Question[] = [];
  let batches = true; // until the node answers a batch as none

  const alone = ({ body, resolve, reject }: Question) =>
    post(url, body, timeoutMs).then(resolve, reject);
  async function together(questions: Question[]): Promise<void> {
    let answers: Map<unknown, string>;
    try {
      answers = answersIn(
        await post(url, `[${questions.map(({ body }) => body).join(",")}]`, timeoutMs),
      );
    } catch (why) {
      if (!(why instanceof NoBatch)) return questions.forEach(({ reject }) => reject(why));
      batches = false;
      await Promise.all(questions.map(alone));
      return;
    }
    for (const { body, resolve, reject } of questions) {
      const answer = answers.get((JSON.parse(body) as { id: unknown }).id);
      if (answer === undefined) reject(new Error("it left out one of several answers"));
      else resolve(answer);
    }
  }

  return jsonRpc(
    (body) =>
      new Promise((resolve, reject) => {
        waiting.push({ body, resolve, reject });
        if (waiting.length > 1) return;
        queueMicrotask(() => {
          const questions = waiting;
          waiting = [];
          if (questions.length > 1 && batches) void together(questions);
          else questions.forEach((question) => void alone(question));
        });
      }),
  );
}

/** The node does not take several questions at once. */
class NoBatch extends Error {}

function answersIn(text: string): Map<unknown, string> {
  let answers: unknown;
  try {
    answers = JSON.parse(text);
  } catch {
    throw new NoBatch();
  }
  if (!Array.isArray(answers)) throw new NoBatch();
  return new Map(
    answers.map((answer: { id?: unknown } | null) => [answer?.id, JSON.stringify(answer)]),
  );
}

async function post(url: URL, body: string, timeoutMs: number): Promise<string> {
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body },
      ...{ redirect: "error", signal: late },
    });
    const text = await textOf(response);
    // Some nodes send their own errors, which are answers, with a status that says so as well.
    if (!response.ok && !/^\s*[[{]/.test(text)) {
      if (body.startsWith("[") && response.status < 500) throw new NoBatch();
      throw new Error(`HTTP status ${response.status}`);
    }
    return text;
  } catch (error) {
    if (late.aborted)
      throw new Error(`there was none in ${timeoutMs / 1_000} seconds`, { cause: error });
    if (error instanceof TypeError) throw new Error("it cannot be reached", { cause: error });
    throw error;
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error(`it has more than ${MAX_ANSWER_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
