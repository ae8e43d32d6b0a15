// Sends questions that are asked at the same moment to a node as one batch (JSON-RPC 2.0, section 6), if the node accepts
// batches.
import { AnswerTooLarge } from "../base/bounded.ts";
import { HttpStatus, type Post } from "./exchange.ts";

interface Question {
  body: string;
  resolve: (answer: string) => void;
  reject: (why: unknown) => void;
}

/** A carrier that joins all questions asked before the caller's code next waits. */
export function inBatches(post: Post): Post {
  let waiting: Question[] = [];
  let takesBatches = true; // until the node answers a batch with something else

  const alone = ({ body, resolve, reject }: Question) => post(body).then(resolve, reject);
  async function together(questions: Question[]): Promise<void> {
    let answers: Map<unknown, string>;
    try {
      answers = answersIn(await post(`[${questions.map(({ body }) => body).join(",")}]`));
    } catch (why) {
      // Together they were too long: each may be short enough.
      if (why instanceof AnswerTooLarge) return void (await Promise.all(questions.map(alone)));
      const isRefused = why instanceof NoBatch || (why instanceof HttpStatus && why.status < 500);
      if (!isRefused) return questions.forEach(({ reject }) => reject(why));
      takesBatches = false;
      await Promise.all(questions.map(alone));
      return;
    }
    for (const { body, resolve, reject } of questions) {
      const answer = answers.get((JSON.parse(body) as { id: unknown }).id);
      if (answer === undefined) reject(new Error("it left out one of several answers"));
      else resolve(answer);
    }
  }

  return (body) =>
    new Promise((resolve, reject) => {
      waiting.push({ body, resolve, reject });
      if (waiting.length > 1) return;
      void Promise.resolve().then(() => {
        const questions = waiting;
        waiting = [];
        if (questions.length > 1 && takesBatches) void together(questions);
        else questions.forEach((question) => void alone(question));
      });
    });
}

/** The node does not accept batches. */
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
