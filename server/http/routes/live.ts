// Streams what is new, as server-sent events: each caller learns of what it may see, and can resume where its stream broke off.
import { z } from "zod";
import { LIVE_TYPE } from "../../../api/live.ts";
import { isStillCaller } from "../../access/sessions.ts";
import type { Caller } from "../../access/admin.ts";
import { changesBetween, type Mark } from "../../live/changes.ts";
import { type Cursors, cursorsOf } from "../cursor.ts";
import { readCursor, SEQUENCE } from "./page.ts";
import { type Parts, route } from "./route.ts";

export const lives = [
  route({
    method: "get",
    path: "/v1/live",
    tag: "Events",
    summary: "Follow what is new (server-sent events)",
    about:
      "A stream that stays open. Each message is JSON: an event or a notice that the caller may see, with those of its lots that it sees; or the block on which the service stands. " +
      "The id of a message is a cursor: with it, as `after` or in the header Last-Event-ID, a later stream goes on there. The first message has the cursor alone. " +
      "The stream ends when the API key or the session does.",
    access: { scope: "read", who: "anyone" },
    query: z.strictObject({
      after: z.string().max(1_000).optional().meta({
        description: "The id of the last message. Without it, the stream begins now.",
      }),
      follow: z.enum(["true", "false"]).default("true").meta({
        description: "Whether it stays open. If not, it ends after what is new already.",
      }),
    }),
    answers: { 200: LIVE_TYPE },
    async handle(parts, { query: { after, follow }, caller, lastEventId, signal }) {
      const cursors = cursorsOf(parts.ctx.cursorKey, `live ${caller.party ?? "operator"}`);
      const cursor = after ?? lastEventId;
      const from = cursor === undefined ? await parts.live.newest() : markOf(cursors.open(cursor));
      parts.live.enter(caller.session?.id ?? caller.id, signal);
      const body = streamOf(parts, caller, { from, cursors, signal, stays: follow === "true" });
      return { status: 200, type: LIVE_TYPE, body };
    },
  }),
];

interface Stream {
  from: Mark;
  cursors: Cursors;
  /** Aborted when the client has gone. */
  signal: AbortSignal;
  stays: boolean;
}

async function* streamOf(
  { ctx, live }: Parts,
  caller: Caller,
  { from, cursors, signal, stays }: Stream,
): AsyncGenerator<Uint8Array> {
  let at = from;
  yield written({ id: cursors.seal(textOf(at)), event: "open", data: {} });
  for (;;) {
    const wake = stays ? await live.wait(at, signal) : { mark: await live.newest() };
    if (wake === "closed" || !(await isStillCaller(ctx, caller))) return;
    if (wake === "silence") {
      yield Buffer.from(":\n\n");
      continue;
    }
    const { items, upTo } = await changesBetween(ctx.prisma, caller, at, wake.mark);
    at = upTo;
    const id = cursors.seal(textOf(at));
    for (const [i, data] of items.entries())
      yield written({ data, ...(i === items.length - 1 && { id }) });
    if (!stays && at.leaf >= wake.mark.leaf && at.notice >= wake.mark.notice) return;
  }
}

const written = ({ id, event, data }: { id?: string; event?: string; data: object }) =>
  Buffer.from(
    [
      ...(id === undefined ? [] : [`id: ${id}`]),
      ...(event === undefined ? [] : [`event: ${event}`]),
      `data: ${JSON.stringify(data)}`,
      "\n",
    ].join("\n"),
  );

const textOf = ({ leaf, notice, block }: Mark) =>
  JSON.stringify([String(leaf), String(notice), String(block)]);

const MARK = new RegExp(`^-1$|${SEQUENCE.source}`);

function markOf(text: string): Mark {
  const [leaf, notice, block] = readCursor(text, MARK, MARK, MARK) as [string, string, string];
  return { leaf: BigInt(leaf), notice: BigInt(notice), block: Number(block) };
}
