// Accepts and lists notices: recalls, suspicions, corrections and withdrawals.
import { z } from "zod";
import { parseWith } from "../../../protocol/base/canonical.ts";
import { NOTICE_KINDS, type NoticeKindName } from "../../../protocol/event/notice.ts";
import { Hash, ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import type { PlainDetails } from "../../../api/events.ts";
import {
  MAX_TOUCHED_LISTED,
  NoticeKind,
  NoticeView,
  TouchingNotice,
} from "../../../api/notices.ts";
import { pageOf } from "../../../api/page.ts";
import { Acceptance } from "../../../api/settlement.ts";
import { type Notice, Prisma, type Settlement } from "../../../prisma/generated/client.ts";
import { acceptNotice } from "../../custody/accept.ts";
import { SignedNotice } from "../../custody/signed.ts";
import { giveNotice } from "../../custody/acts.ts";
import { correctLot } from "../../custody/correct.ts";
import type { Caller } from "../../access/admin.ts";
import type { Db } from "../../storage/db.ts";
import { reasonsFor } from "../../access/reasons.ts";
import { Refusal } from "../../refusal.ts";
import { laterNotices } from "../../access/sight.ts";
import { disclosedTrail } from "../../custody/disclosure.ts";
import { lotsToWatch, type OfTrails } from "../../custody/trails.ts";
import { noticesTouching, type Touching } from "../../custody/touching.ts";
import { lotViews, namer, settlementFields } from "../../custody/views.ts";
import {
  isIssuer,
  isOpenTo,
  lotFor,
  noticesFor,
  type Reader,
  visibleDetails,
} from "../../access/visibility.ts";
import { cut, pageQuery, readCursor, SEQUENCE } from "./page.ts";
import { EventTime, SharedDetails } from "./plain.ts";
import { LotName } from "../lot-names.ts";
import { type Parts, partyOf, route } from "./route.ts";

const PlainNotice = z
  .strictObject({
    lot: LotName,
    kind: NoticeKind.meta({
      description:
        "recall: by the lot's issuer. suspicion: by any party. withdrawal: of the party's own notice. correction: of facts that " +
        "the lot's issuer stated, with the facts as they should be and the reason in its details.",
    }),
    withdraws: Hash.optional().meta({ description: "The notice that a withdrawal withdraws." }),
    time: EventTime,
    details: SharedDetails.optional(),
  })
  .meta({ id: "PlainNotice", description: "For a party whose key the service keeps." });
const signed = SignedNotice.meta({ id: "SignedNotice" });

export const notices = [
  route({
    method: "post",
    path: "/v1/notices",
    tag: "Notices",
    summary: "Recall, suspect or correct a lot, or withdraw a notice",
    about:
      "Plain fields for a party whose key the service keeps, or a signed notice. The service need not have the lot.",
    access: { scope: "write", who: "anyone" },
    body: z.union([PlainNotice, signed]),
    bodyUnchecked: true,
    signs: true,
    lots: ["body.lot"],
    answers: { 200: Acceptance, 201: Acceptance },
    async handle(parts, { body, caller }) {
      const isSigned = typeof body === "object" && body !== null && "notice" in body;
      const { hash, settlement, known } = await (isSigned
        ? submit(parts, caller, body)
        : give(parts, caller, body));
      parts.nudge();
      return { status: known ? 200 : 201, body: { hash, settlement } };
    },
  }),
  route({
    method: "get",
    path: "/v1/notices",
    reads: "replica",
    tag: "Notices",
    summary: "List notices",
    about:
      "With a lot: the notices about it, its ancestors, and the manufacturers' lots that these name as their source. " +
      "Without: the caller's own notices, and those about lots that the caller may see. Notices that the ledger refused, or " +
      "that are void, are listed for their issuer alone.",
    access: { scope: "read", who: "anyone" },
    query: z.strictObject({ lot: LotName.optional(), ...pageQuery }),
    lots: ["query.lot"],
    answers: { 200: pageOf(NoticeView) },
    async handle({ ctx }, { query: { lot, limit, cursor }, caller }) {
      const { prisma } = ctx;
      const [position] = readCursor(cursor, SEQUENCE) ?? [];
      const of = lot === undefined ? undefined : await watched(prisma, ctx, caller, lot);
      const wanted = of
        ? Prisma.sql`notice.lot = ANY(${of.lots}) AND ${shownTo(caller)} AND digest <> ALL(${of.unpublished})`
        : noticesFor(caller);
      const page = await prisma.$queryRaw<{ digest: string }[]>`
        SELECT digest FROM notice WHERE ${wanted} AND sequence > ${BigInt(position ?? 0)}
        ORDER BY sequence LIMIT ${limit + 1}`;
      const rows = await prisma.notice.findMany({
        where: { digest: { in: page.map(({ digest }) => digest) } },
        include: { settlement: true },
        orderBy: { sequence: "asc" },
      });
      const { items, next } = cut(rows, limit, ({ sequence }) => [String(sequence)]);
      const later = await laterNotices(prisma, caller, items, of?.through);
      return {
        status: 200,
        body: { items: await noticeViews(prisma, caller, items, later), next },
      };
    },
  }),
  route({
    method: "get",
    path: "/v1/notices/touching",
    reads: "replica",
    tag: "Notices",
    summary: "List the recalls and suspicions that touch what the caller holds",
    about:
      "About the open lots that the caller holds or is to receive, and about the lots that these were made from, also those that " +
      "were withdrawn. A notice about a maker's lot that an introduced lot only claims to come from is in the lot's verdict.",
    access: { scope: "read", who: "party" },
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf(TouchingNotice) },
    async handle({ ctx: { prisma } }, { query: { limit, cursor }, caller }) {
      const [position] = readCursor(cursor, SEQUENCE) ?? [];
      const found = await noticesTouching(
        prisma,
        partyOf(caller),
        BigInt(position ?? 0),
        limit + 1,
      );
      const { items, next } = cut(found, limit, ({ sequence }) => [String(sequence)]);
      return { status: 200, body: { items: await touchingViews(prisma, caller, items), next } };
    },
  }),
];

async function touchingViews(
  db: Db,
  reader: Reader,
  found: readonly Touching[],
): Promise<TouchingNotice[]> {
  const rows = await db.notice.findMany({
    where: { digest: { in: found.map(({ digest }) => digest) } },
    include: { settlement: true },
    orderBy: { sequence: "asc" },
  });
  const notices = await noticeViews(db, reader, rows, await laterNotices(db, reader, rows));
  const ids = [...new Set(found.flatMap(({ lots }) => lots))];
  const held = await db.lot.findMany({ where: { id: { in: ids } } });
  const byId = new Map(held.map((row) => [row.id, row]));
  const first = found.flatMap(({ lots }) => lots.slice(0, MAX_TOUCHED_LISTED));
  const views = await lotViews(
    db,
    held.filter(({ id }) => first.includes(id)),
    reader,
  );
  const viewOf = new Map(views.map((view) => [view.lot, view]));
  return found.map(({ lots }, i) => ({
    notice: notices[i]!,
    lots: lots.length,
    pieces: lots.reduce((all, id) => all + Number(byId.get(id)!.quantity), 0),
    touched: lots.slice(0, MAX_TOUCHED_LISTED).map((id) => viewOf.get(id)!),
  }));
}

function give({ ctx }: Parts, caller: Caller, body: unknown) {
  const { kind, ...notice } = parseWith(PlainNotice, body);
  const party = partyOf(caller);
  if (kind !== "correction") return giveNotice(ctx, party, { kind, ...notice });
  const { lot, time, details = {}, withdraws } = notice;
  if (withdraws !== undefined)
    throw new Refusal("NOTHING_TO_WITHDRAW", 422, "Only a withdrawal names another notice.", {
      field: "withdraws",
    });
  return correctLot(ctx, party, { lot, time, details });
}

function submit({ ctx }: Parts, { party }: Caller, body: object) {
  const notice = parseWith(SignedNotice, body);
  if (party !== null && notice.notice.issuer !== party) {
    throw new Refusal("FORBIDDEN", 403, "A party submits only its own notices.", {
      field: "notice.issuer",
    });
  }
  return acceptNotice(ctx, notice);
}

/** The lots whose notices bear on a lot, as far as a reader sees it. */
interface Watched {
  lots: string[];
  /** The lot through which the reader sees the notices. */
  through?: string;
  /** Notices of the later life of a lot that the reader handed on, which the ledger has not recorded. */
  unpublished: string[];
}

/** Finds the lots whose notices bear on a lot. @throws Refusal NOT_FOUND where the reader may not see it */
async function watched(db: Db, ctx: OfTrails, reader: Reader, lot: string): Promise<Watched> {
  const row = await db.lot.findUnique({ where: { id: lot }, select: { id: true } });
  // A lot that the service does not know can still have been recalled by its issuer.
  if (!row && (reader.party === null || isIssuer(reader, lot)))
    return { lots: [lot], unpublished: [] };
  await lotFor(db, reader, lot);
  // The trail as the reader sees it: a notice about a lot would reveal a withheld field that names the lot.
  const { trail } = await disclosedTrail(db, ctx, reader, lot);
  const lots = lotsToWatch(lot, trail.events);
  return { lots, through: lot, unpublished: await unpublishedOf(db, reader, lots, lot) };
}

async function unpublishedOf(db: Db, reader: Reader, lots: string[], through: string) {
  const waiting = await db.notice.findMany({
    where: { lot: { in: lots }, settlement: { block: null } },
    select: { digest: true, lot: true, issuer: true },
  });
  return [...(await laterNotices(db, reader, waiting, through))];
}

/** A condition on `notice`: what is void or was refused is for its issuer and the operator. */
const shownTo = ({ party, byGrant }: Reader) =>
  party === null && !byGrant
    ? Prisma.sql`TRUE`
    : Prisma.sql`(notice.live OR notice.issuer = ${byGrant ? "" : party})`;

type Row = Notice & { settlement: Settlement | null };

/** @param later the notices of which the reader sees no details */
async function noticeViews(
  db: Db,
  reader: Reader,
  rows: Row[],
  later: ReadonlySet<string>,
): Promise<NoticeView[]> {
  const nameOf = await namer(
    db,
    rows.map(({ issuer }) => issuer),
  );
  const digests = rows.map(({ digest }) => digest);
  const withdrawals = await db.notice.findMany({
    where: { withdraws: { in: digests }, kind: NOTICE_KINDS.withdrawal, live: true },
    select: { withdraws: true },
  });
  const withdrawn = new Set(withdrawals.map(({ withdraws }) => withdraws));
  const settlements = rows.map(({ settlement }) => settlement);
  const reasonOf = await reasonsFor(db, reader, settlements);
  return rows.map((row) => {
    const named = { actor: row.issuer, holder: ZERO_ADDRESS, consignee: ZERO_ADDRESS };
    const isOpen = isOpenTo(reader, named, new Set());
    const visible = later.has(row.digest) ? null : visibleDetails(row, isOpen);
    const kind = (Object.keys(NOTICE_KINDS) as NoticeKindName[]).find(
      (name) => NOTICE_KINDS[name] === row.kind,
    );
    return {
      notice: row.digest,
      lot: row.lot,
      kind: kind ?? "suspicion",
      issuer: nameOf(row.issuer),
      time: Number(row.time),
      withdraws: row.withdraws === ZERO_HASH ? null : row.withdraws,
      withdrawn: withdrawn.has(row.digest),
      details: (visible?.details ?? {}) as PlainDetails,
      disclosure: visible?.disclosure() ?? null,
      ...settlementFields(row.settlement, reasonOf),
    };
  });
}
