// Serves the log, for anyone to mirror and check: checkpoints, tiles, proofs and entries.
import { z } from "zod";
import { parseIndexPath, TILE_WIDTH, widthOf } from "../../../protocol/log/tiles.ts";
import { Hash } from "../../../protocol/base/values.ts";
import {
  type CheckpointView,
  ConsistencyProof,
  InclusionProof,
  LogEntries,
} from "../../../api/log.ts";
import type { Context } from "../../context.ts";
import { headOf } from "../../custody/states.ts";
import { entriesFor, entryBundle } from "../../log/entries.ts";
import {
  checkpointNow,
  nameOfLog,
  noteOf,
  proveConsistency,
  proveInclusion,
  sizeUpTo,
} from "../../log/proofs.ts";
import { newestAnchoring, readTiles } from "../../log/stored.ts";
import { Refusal } from "../../refusal.ts";
import { type Answer, notFound, route } from "./route.ts";
import { wholeNumber } from "./whole-number.ts";
import { HASH_BYTES } from "../../../protocol/base/values.ts";

const MOST_ENTRIES = TILE_WIDTH;
/** Seconds for which a cache may keep a checkpoint. */
const CHECKPOINT_SECONDS = 5;

const whole = wholeNumber();
const positive = wholeNumber(1);

export const logs = [
  route({
    method: "get",
    path: "/v1/log/checkpoint",
    tag: "Log",
    summary: "Get the log's newest checkpoint",
    about:
      "A signed note (C2SP tlog-checkpoint, Ed25519). With `format=json` an object with the same content, the verifier " +
      "key, the operator, the checkpoint contract and the newest anchored checkpoint.",
    access: null,
    query: z.strictObject({ format: z.enum(["note", "json"]).default("note") }),
    answers: { 200: ["text/plain", "application/json"] },
    async handle({ ctx }, { query: { format } }) {
      const checkpoint = await checkpointNow(ctx.prisma);
      const note = noteOf(ctx, checkpoint);
      const cached = { status: 200, keep: { seconds: CHECKPOINT_SECONDS } };
      if (format === "note") return { ...cached, type: "text/plain", body: note };
      const view: CheckpointView = {
        ...checkpoint,
        ...nameOfLog(ctx),
        note,
        ...(await anchoringOf(ctx)),
      };
      const body = JSON.stringify(view);
      return { ...cached, type: "application/json", body };
    },
  }),
  route({
    method: "get",
    path: "/v1/log/tile/:level/*index",
    tag: "Log",
    summary: "Get a tile of the log's tree, or the digests of its entries",
    about:
      "C2SP tlog-tiles below `/v1/log`: `tile/0/x001/x234/067` has 256 hashes of 32 bytes, `….p/5` the first five of them; " +
      "`tile/entries/…` has the events' digests, each with its length before it in two bytes. An answer never changes.",
    access: null,
    params: z.object({
      level: z.string().regex(/^(entries|\d|[1-5]\d)$/, "entries, or a level from 0 to 59"),
      index: z
        .array(z.string())
        .transform((parts) => parts.join("/"))
        .meta({
          override: ({ jsonSchema }) =>
            void Object.assign(jsonSchema, { type: "string", items: undefined }),
        }),
    }),
    answers: { 200: "application/octet-stream" },
    async handle({ ctx: { prisma } }, { params: { level, index: path } }): Promise<Answer> {
      const { index, width } = parseIndexPath(path);
      const id = { level: level === "entries" ? 0 : Number(level), index };
      const size = await sizeUpTo(prisma);
      if (widthOf(id, size) < width) throw notFound("tile", "index");
      const body =
        level === "entries"
          ? await entryBundle(prisma, index, width)
          : (await readTiles(prisma, size)([id]))[0]!.subarray(0, width * HASH_BYTES);
      return { status: 200, body, keep: "forever" };
    },
  }),
  route({
    method: "get",
    path: "/v1/log/proof/inclusion",
    tag: "Log",
    summary: "Prove that an event is in the log",
    about:
      "Name the event by its hash or by its index. The proof is for the log of `size` events (default: the newest checkpoint).",
    access: null,
    query: z.strictObject({
      event: Hash.optional(),
      index: whole.optional(),
      size: positive.optional(),
    }),
    answers: {
      200: InclusionProof,
    },
    async handle({ ctx: { prisma } }, { query: { event, index, size } }) {
      if ((event === undefined) === (index === undefined))
        throw new Refusal("BAD_FIELD", 400, "Name either the event or its index, not both.", {
          field: "event",
        });
      const which = event === undefined ? { index: index! } : { event };
      return { status: 200, body: await proveInclusion(prisma, which, size) };
    },
  }),
  route({
    method: "get",
    path: "/v1/log/proof/consistency",
    tag: "Log",
    summary: "Prove that the log only grew",
    about:
      "From the log of `from` events to the log of `to` events (default: the newest checkpoint).",
    access: null,
    query: z.strictObject({ from: positive, to: positive.optional() }),
    answers: {
      200: ConsistencyProof,
    },
    async handle({ ctx: { prisma } }, { query: { from, to } }) {
      return { status: 200, body: await proveConsistency(prisma, from, to) };
    },
  }),
  route({
    method: "get",
    path: "/v1/log/entries",
    tag: "Log",
    summary: "Read the log's events",
    about:
      `Events from \`from\` up to, not including, \`to\`, at most ${MOST_ENTRIES} at once and none beyond the newest ` +
      "checkpoint. If the caller may not see one of an event's lots, only the event's digest is given.",
    access: { scope: "read", who: "anyone" },
    query: z.strictObject({ from: whole, to: whole.optional() }),
    answers: {
      200: LogEntries,
    },
    async handle({ ctx: { prisma } }, { query: { from, to = from + MOST_ENTRIES }, caller }) {
      const end = Math.min(to, from + MOST_ENTRIES, await sizeUpTo(prisma));
      return { status: 200, body: { items: await entriesFor(prisma, caller, from, end) } };
    },
  }),
];

/** The operator, the checkpoint contract, and the newest anchored checkpoint. */
async function anchoringOf({ prisma, finality, merkleLog: { operator, contract } }: Context) {
  const [newest, head] = [await newestAnchoring(prisma), await headOf(prisma)];
  const anchored = newest && {
    size: newest.size,
    root: newest.root,
    block: newest.block,
    transaction: newest.transaction,
    final: head !== null && newest.block <= head.number - finality,
  };
  return { operator, contract: contract ?? null, anchored };
}
