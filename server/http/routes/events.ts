// Accepts signed events, one or an array, and serves stored ones.
import { z } from "zod";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import { MAX_JSON_BYTES } from "../../../protocol/base/limits.ts";
import { Hash } from "../../../protocol/base/values.ts";
import { EventView } from "../../../api/events.ts";
import { Problem } from "../../../api/problem.ts";
import { Acceptance } from "../../../api/settlement.ts";
import type { Acceptance as Accepted } from "../../custody/accept.ts";
import { type Candidate, checkSigned } from "../../custody/candidate.ts";
import { type Answer, acceptInTurn } from "../../custody/queue.ts";
import { parseSignedEvent, SignedEvent } from "../../custody/signed.ts";
import type { Caller } from "../../access/admin.ts";
import { letOthersRun } from "../../loop.ts";
import { problemOf, refusalOf } from "../problem.ts";
import { Refusal } from "../../refusal.ts";
import { eventViews } from "../../custody/views.ts";
import { eventFor, isNamed, seenAmong } from "../../access/visibility.ts";
import { notFound, type Parts, route } from "./route.ts";

const MAX_EVENTS_AT_ONCE = 1_000;
/** Entries that are stored together, while the next ones are checked. */
const ENTRIES_AT_ONCE = 500;

const submitted = SignedEvent.meta({ id: "SignedEvent" });

export const events = [
  route({
    method: "post",
    path: "/v1/events",
    tag: "Events",
    summary: "Submit signed events",
    about:
      `One event, or an array of up to ${MAX_EVENTS_AT_ONCE}, accepted in order. In an array each event has its own result, ` +
      "which may be a problem. A single event that is refused answers with its problem. The same event again gets the same " +
      "answer. A party can submit its own events only, the operator any.",
    access: { scope: "write", who: "anyone" },
    body: z.union([submitted, z.array(submitted).min(1).max(MAX_EVENTS_AT_ONCE)]),
    bodyUnchecked: true,
    bodyBytes: MAX_JSON_BYTES,
    answers: {
      200: z.strictObject({
        results: z.array(z.union([Acceptance, z.strictObject({ error: Problem })])),
      }),
    },
    async handle(parts, { body, caller, requestId }) {
      const many: unknown = body;
      if (!Array.isArray(many)) {
        const [answer] = await submit(parts, [checkSubmitted(parts, caller, many)]);
        if (answer!.error !== undefined) throw answer!.error;
        return { status: 200, body: { results: [viewOf(answer!.accepted!)] } };
      }
      if (many.length === 0 || many.length > MAX_EVENTS_AT_ONCE) {
        const code = many.length === 0 ? "BAD_FIELD" : "TOO_LARGE";
        throw new ProtocolError(
          code,
          `The array has ${many.length} events. Send 1 to ${MAX_EVENTS_AT_ONCE}.`,
        );
      }
      const results: unknown[] = [];
      const collect = (answers: readonly Answer[]) => {
        for (const { accepted, error } of answers) {
          if (accepted) {
            results.push(viewOf(accepted));
            continue;
          }
          const refusal = refusalOf(error);
          if (refusal.status >= 500) throw error; // the rest would fail too. Events accepted so far stay accepted.
          results.push({ error: problemOf(refusal, requestId) });
        }
      };
      // While some are stored, the next ones are checked.
      let storing: Promise<Answer[]> = Promise.resolve([]);
      for (let next = 0; next < many.length;) {
        const some: Submitted[] = [];
        for (let entries = 0; next < many.length && entries < ENTRIES_AT_ONCE; next++) {
          await letOthersRun(); // each event costs up to some milliseconds
          const one = checkSubmitted(parts, caller, many[next]);
          some.push(one);
          entries += one.candidate?.signed.event.entries.length ?? 1;
        }
        collect(await storing);
        storing = submit(parts, some);
      }
      collect(await storing);
      return { status: 200, body: { results } };
    },
  }),
  route({
    method: "get",
    path: "/v1/events/:hash",
    reads: "replica",
    tag: "Events",
    summary: "Read an event and its settlement",
    access: { scope: "read", who: "anyone" },
    params: z.object({ hash: Hash }),
    answers: { 200: EventView },
    async handle({ ctx: { prisma, merkleLog } }, { params: { hash }, caller }) {
      const row = await eventFor(prisma, caller, hash);
      if (!row) throw notFound("event", "hash");
      const visible = await seenAmong(
        prisma,
        caller,
        row.entries.map(({ lot }) => lot),
      );
      const showsLot = (lot: string) => visible.has(lot) || isNamed(caller, row);
      const [view] = await eventViews(prisma, caller, [row], { showsLot, proofs: true, merkleLog });
      return { status: 200, body: view };
    },
  }),
];

/** An event that may be accepted, or why it cannot. */
type Submitted =
  { candidate: Candidate; error?: never } | { candidate?: never; error: Refusal | ProtocolError };

/** Checks one submitted event as far as that needs no database. */
function checkSubmitted({ ctx }: Parts, caller: Caller, body: unknown): Submitted {
  try {
    const signed = parseSignedEvent(body);
    const { party } = caller;
    if (party !== null && signed.event.actor !== party) {
      throw new Refusal("FORBIDDEN", 403, "A party submits only its own events.", {
        field: "event.actor",
      });
    }
    return { candidate: checkSigned(ctx, signed, caller) };
  } catch (error) {
    if (error instanceof Refusal || error instanceof ProtocolError) return { error };
    throw error;
  }
}

/** Accepts those that can be, in their order. @returns an answer for each */
async function submit({ nudge }: Parts, some: readonly Submitted[]): Promise<Answer[]> {
  const answers = await acceptInTurn(some.flatMap(({ candidate }) => candidate ?? []));
  if (answers.some(({ accepted }) => accepted)) nudge();
  let at = 0;
  return some.map((one): Answer => (one.candidate ? answers[at++]! : { error: one.error }));
}

const viewOf = ({ hash, settlement }: Accepted): Acceptance => ({
  hash,
  settlement: settlement as Acceptance["settlement"],
});
