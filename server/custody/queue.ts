// Groups events into transactions: those that arrive while one runs share the next one. An idle service waits for nothing.
import type { PrismaClient } from "../../prisma/generated/client.ts";
import { letOthersRun } from "../loop.ts";
import { isDeadlock, isUniqueViolation } from "../storage/db.ts";
import { acceptFirst, type Acceptance, type Outcome, type Paying, RolledBack } from "./batch.ts";
import type { Candidate } from "./candidate.ts";
import { pay } from "./paid.ts";

/** Entries in one transaction, unless a single group has more. */
const MOST_ENTRIES = 2_500;
/** A transaction that takes longer waits for somebody: others need not wait with it. */
const SLOW_MS = 200;
/** Transactions at the same time, where some are slow. */
const MOST_AT_ONCE = 4;
/** Tries of a single event that another process's transaction stands in the way of. */
const MOST_TRIES = 20;

/** Why an event was not accepted: a refusal, or a failure of the database. */
export type Answer = { accepted: Acceptance; error?: never } | { accepted?: never; error: unknown };

/** Events of one request, whose order counts. */
interface Group {
  candidates: readonly Candidate[];
  answers: Answer[];
  resolve(answers: Answer[]): void;
}

interface Queue {
  waiting: Group[];
  running: number;
}

/** The queue of each open database. What waits in it has no answer yet: a restart loses nothing that was promised. */
const queues = new WeakMap<PrismaClient, Queue>();

/**
 * Accepts events in their order, together with those that others submit meanwhile.
 * @returns an answer for each, once its rows are durable
 */
export function acceptInTurn(candidates: readonly Candidate[]): Promise<Answer[]> {
  const [first] = candidates;
  if (!first) return Promise.resolve([]);
  const { prisma } = first.ctx;
  let queue = queues.get(prisma);
  if (!queue) queues.set(prisma, (queue = { waiting: [], running: 0 }));
  const { promise, resolve } = Promise.withResolvers<Answer[]>();
  queue.waiting.push({ candidates, answers: [], resolve });
  if (queue.running === 0) void run(queue);
  return promise;
}

/** Takes groups and accepts them until none waits. */
async function run(queue: Queue): Promise<void> {
  queue.running++;
  await letOthersRun(); // requests that have arrived join the first transaction
  while (queue.waiting.length > 0) {
    const groups = take(queue);
    // A transaction that waits for a lot of one event must not hold up the events of all others.
    const another = setTimeout(() => {
      if (queue.running < MOST_AT_ONCE && queue.waiting.length > 0) void run(queue);
    }, SLOW_MS);
    await acceptGroups(groups);
    clearTimeout(another);
  }
  queue.running--;
}

function take({ waiting }: Queue): Group[] {
  const groups: Group[] = [];
  let entries = 0;
  while (waiting.length > 0) {
    const own = waiting[0]!.candidates.reduce(
      (sum, { signed }) => sum + signed.event.entries.length,
      0,
    );
    if (groups.length > 0 && entries + own > MOST_ENTRIES) break;
    groups.push(waiting.shift()!);
    entries += own;
  }
  return groups;
}

interface Item {
  candidate: Candidate;
  group: Group;
}

async function acceptGroups(groups: readonly Group[]): Promise<void> {
  let rest: Item[] = groups.flatMap((group) =>
    group.candidates.map((candidate) => ({ candidate, group })),
  );
  while (rest.length > 0) {
    const answers = await acceptSome(rest.map(({ candidate }) => candidate));
    answers.forEach((answer, i) => {
      const { group } = rest[i]!;
      group.answers.push(answer);
      if (group.answers.length === group.candidates.length) group.resolve(group.answers);
    });
    rest = rest.slice(answers.length);
  }
}

/** Accepts the first of some events, in one transaction if it succeeds. @returns their answers, at least one; never throws */
async function acceptSome(candidates: readonly Candidate[]): Promise<Answer[]> {
  const attempt = await tryOnce(candidates);
  if ("outcomes" in attempt) return attempt.outcomes;
  const { error, mayBeStored } = attempt;
  if (mayBeStored) return candidates.map(() => ({ error }));
  // One of them made the database fail, or another process stood in the way: each stands for itself.
  const answers: Answer[] = [];
  for (const candidate of candidates) answers.push(await acceptOne(candidate));
  return answers;
}

async function acceptOne(candidate: Candidate): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const attempt = await tryOnce([candidate]);
    if ("outcomes" in attempt) return attempt.outcomes[0]!;
    const { error, mayBeStored } = attempt;
    // Two events that make the same lot lock no common row: the unique key decides between them.
    // A held event that yields may be about further lots: two that lock them can wait for each other.
    const mayPass = isUniqueViolation(error) || isDeadlock(error);
    if (mayBeStored || !mayPass || tries === MOST_TRIES) return { error };
  }
}

type Attempt =
  | { outcomes: Outcome[] }
  /** @property mayBeStored the commit itself failed, so that nobody knows */
  | { error: unknown; mayBeStored: boolean };

async function tryOnce(candidates: readonly Candidate[]): Promise<Attempt> {
  const list: Paying[] = [];
  let outcomes: Outcome[] = [];
  let isCommitting = false;
  try {
    for (const candidate of candidates) {
      const { ctx, signed } = candidate;
      const { actor, entries } = signed.event;
      list.push({ candidate, payment: await pay(ctx, actor, 1 + entries.length) });
    }
    const { prisma } = candidates[0]!.ctx;
    const accepted = await prisma.$transaction(async (tx) => {
      const all = await acceptFirst(tx, list);
      isCommitting = true;
      return all;
    });
    return { outcomes: (outcomes = accepted) };
  } catch (error) {
    if (error instanceof RolledBack) return { outcomes: [{ error: error.cause }] };
    return { error, mayBeStored: isCommitting };
  } finally {
    list.forEach(({ payment }, i) => payment.end(outcomes[i]?.accepted));
  }
}
