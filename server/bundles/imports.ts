// Imports a bundle from another operator. Verifies it before anything is stored, then stores all of it in one transaction.
// Never overwrites this service's own data. Importing the same bundle again changes nothing.
import { Bundle } from "../../protocol/trail/bundle.ts";
import { canonicalize, parseCanonical, parseWith } from "../../protocol/base/canonical.ts";
import { Disclosure, together } from "../../protocol/event/disclosure.ts";
import { eventDigest } from "../../protocol/event/event.ts";
import { strictest } from "../../protocol/event/restrict.ts";
import { noticeDigest } from "../../protocol/event/notice.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Finding, Verdict } from "../../protocol/verdict/verdict.ts";
import { verifyBundle } from "../../protocol/verify/bundle.ts";
import type { Event } from "../../prisma/generated/client.ts";
import { restrictionsText } from "../custody/store.ts";
import type { Context } from "../context.ts";
import { type Db, isDeadlock, isUniqueViolation } from "../storage/db.ts";
import { followOnce, UnfollowedLog } from "../settlement/follow.ts";
import { importForeignEvent } from "./foreign-events.ts";
import { relist } from "../custody/listing.ts";
import { Refusal } from "../refusal.ts";
import { lockStates } from "../custody/states.ts";
import { isNamed, lotFor, lotsFor, restrictionsOf, type Reader } from "../access/visibility.ts";

/** The answer to an import. */
export interface ImportResult {
  lot: string;
  verdict: Verdict;
  /** Events of which the service learnt something new. */
  events: number;
  /** The same for notices. */
  notices: number;
}

/** Findings that say that neither the ledger nor a log trusted here has reached the bundle's events yet. */
const UNSETTLED = [
  "NOT_RECORDED",
  "NOTICE_NOT_RECORDED",
  "LOG_NOT_FINAL",
  "CHECKPOINT_NOT_ANCHORED",
  "CHECKPOINT_NOT_FIRST",
  "CHECKPOINTS_NOT_TRUSTED",
];
/** Findings that say that the chain's node gave no usable answer. */
const NODE_FAILED = ["NO_NODE", "NODE_UNREACHABLE", "NODE_INCONSISTENT"];

/**
 * Imports a bundle about a lot that the reader sees.
 * @param input the result of JSON.parse
 * @throws ProtocolError where it is not a bundle; Refusal BUNDLE_REFUSED with the verdict where a finding is FAIL,
 * NOT_SETTLED where the ledger has not recorded all of it, NOT_READY where the chain does not answer, NOT_FOUND
 */
export async function importBundle(
  ctx: Context,
  reader: Reader,
  input: unknown,
): Promise<ImportResult> {
  for (let tries = 1; ; tries++) {
    try {
      return await importOnce(ctx, reader, input);
    } catch (error) {
      // Another import got there first. The next try sees its rows.
      if (!(isUniqueViolation(error) || isDeadlock(error)) || tries === MAX_TRIES) throw error;
    }
  }
}

async function importOnce(ctx: Context, reader: Reader, input: unknown): Promise<ImportResult> {
  const bundle = parseWith(Bundle, input);
  const hashes = bundle.trail.events.map(({ event }) => eventDigest(ctx.domain, event));
  const { lot } = bundle.trail;
  const { chainId, ledger } = ctx.domain;
  const isOurs = bundle.trail.chainId === chainId && bundle.trail.ledger === ledger;
  // What the service has of a lot that the reader may not import decides nothing, not even how long the answer takes.
  const isAllowed = await mayImport(ctx.prisma, reader, bundle);
  if (isOurs && !(isAllowed && (await isFollowed(ctx, bundle, hashes)))) await catchUp(ctx);
  if (!isAllowed) await lotFor(ctx.prisma, reader, lot);
  const { contract: checkpoints } = ctx.merkleLog;
  const trust = {
    chainId,
    ledger,
    finality: ctx.finality,
    now: ctx.clock(),
    ...(checkpoints !== undefined && { checkpoints }),
  };
  const verdict = await verifyBundle(input, trust, ctx.reader, ctx.recover);
  const isSeen = await seesLot(ctx.prisma, reader, lot);
  const isOlder = isSeen && (await isOnlyOlder(ctx.prisma, lot, hashes));
  judge(verdict, isOlder);
  return ctx.prisma.$transaction(async (tx) => {
    await lockEvidence(ctx, tx, bundle, hashes);
    const events = await importEvents(ctx, tx, reader, bundle, { hashes, verdict });
    return { lot, verdict, events, notices: await importNotices(ctx, tx, bundle) };
  });
}

/** Whether the lot's events in the bundle name the reader, or the reader sees the lot. */
async function mayImport(db: Db, reader: Reader, { trail }: Bundle): Promise<boolean> {
  const about = trail.events.filter(({ event }) =>
    event.entries.some(({ lot }) => lot === trail.lot),
  );
  return (
    about.some(({ event }) => isNamed(reader, event)) || (await seesLot(db, reader, trail.lot))
  );
}

async function seesLot(db: Db, reader: Reader, id: string): Promise<boolean> {
  return (await db.lot.count({ where: { AND: [{ id }, lotsFor(reader)] } })) > 0;
}

/** Whether the service has every event and notice of the bundle. */
async function isFollowed(
  { prisma, domain }: Context,
  { trail }: Bundle,
  hashes: readonly string[],
): Promise<boolean> {
  const digests = trail.notices.map(({ notice }) => noticeDigest(domain, notice));
  const events = await prisma.event.count({ where: { hash: { in: [...hashes] } } });
  const notices = await prisma.notice.count({ where: { digest: { in: digests } } });
  return events === new Set(hashes).size && notices === new Set(digests).size;
}

/** The advisory lock of an import. Row locks do not help: two bundles can insert the same new rows. */
const LOCK = 76_111_104;

/** Makes other imports of these events and notices wait, so that no import overwrites another. */
async function lockEvidence(
  { domain }: Context,
  tx: Db,
  { trail }: Bundle,
  hashes: string[],
): Promise<void> {
  const digests = trail.notices.map(({ notice }) => noticeDigest(domain, notice));
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
  const stored = await tx.entry.findMany({
    where: { event: { in: hashes } },
    select: { lot: true },
  });
  const disclosed = trail.events.flatMap(({ event }) =>
    event.entries.flatMap(({ lot }) => lot ?? []),
  );
  await lockStates(tx, [...new Set([trail.lot, ...disclosed, ...stored.map(({ lot }) => lot)])]);
  await tx.$queryRaw`SELECT 1 FROM event WHERE hash = ANY(${hashes}) ORDER BY hash FOR UPDATE`;
  await tx.$queryRaw`SELECT 1 FROM notice WHERE digest = ANY(${digests}) ORDER BY digest FOR UPDATE`;
}

/** Follows the chain to its head. If another step follows it at the same time, the later one tries again. */
async function catchUp(ctx: Context): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      for (let steps = 0; await followOnce(ctx); steps++)
        if (steps === MAX_STEPS)
          throw new Refusal(
            "NOT_READY",
            503,
            "The service has not yet caught up with the chain. Try again.",
          );
      return;
    } catch (error) {
      if (error instanceof UnfollowedLog)
        throw new Refusal(
          "NOT_READY",
          503,
          "The service cannot follow the chain at present. The operator must look at its log.",
        );
      if (!isUniqueViolation(error) || tries === MAX_TRIES) throw error;
    }
  }
}

const MAX_TRIES = 5;
/** Steps of following within one request. A first start has far more to do, and does not do it here. */
const MAX_STEPS = 20;

/**
 * Refuses a bundle by its verdict.
 * @param isOlder whether the bundle only ends earlier than the trail here
 * @throws Refusal NOT_READY, BUNDLE_REFUSED, NOT_SETTLED
 */
function judge(verdict: Verdict, isOlder: boolean): void {
  const hasFinding = (codes: readonly string[]) =>
    verdict.findings.some(({ code }) => codes.includes(code));
  if (hasFinding(NODE_FAILED))
    throw new Refusal("NOT_READY", 503, "The chain's node does not answer. Try again.", {
      verdict,
    });
  const counts = ({ verdict: grave, code }: Finding) =>
    grave === "FAIL" && !(isOlder && code === "LATER_EVENT_MISSING");
  const failing = verdict.findings.find(counts);
  if (failing || (!isOlder && hasFinding(["LATER_EVENT_MISSING"]))) {
    const why =
      failing?.message ??
      "The ledger has recorded an event of this lot that the bundle leaves out.";
    throw new Refusal("BUNDLE_REFUSED", 422, why, { field: "trail", verdict });
  }
  if (hasFinding(UNSETTLED)) {
    const why =
      "Neither the ledger nor a checkpoint that this service trusts has everything in the bundle yet. Import it again later.";
    throw new Refusal("NOT_SETTLED", 409, why, { field: "trail", verdict });
  }
}

/** Whether the bundle only ends earlier: every other event of the lot was accepted or imported by this service. */
async function isOnlyOlder(db: Db, lot: string, hashes: readonly string[]): Promise<boolean> {
  const others = { entries: { some: { lot, live: true } }, hash: { notIn: [...hashes] } };
  return (await db.event.count({ where: { ...others, acceptedAt: null } })) === 0;
}

/** Stores the events, and the fields that the service lacks. @returns the number of events that gained something */
async function importEvents(
  { clock }: Context,
  tx: Db,
  reader: Reader,
  bundle: Bundle,
  { hashes, verdict }: { hashes: string[]; verdict: Verdict },
): Promise<number> {
  const changed: string[] = [];
  const places = new Map(verdict.events.map(({ event, logged }) => [event, logged]));
  for (const [position, item] of bundle.trail.events.entries()) {
    const { event, signature, details } = item;
    const hash = hashes[position]!;
    const isNew = (await tx.event.count({ where: { hash } })) === 0;
    if (isNew)
      await importForeignEvent(tx, reader, {
        item,
        hash,
        position,
        place: places.get(hash) ?? null,
      });
    const row = await tx.event.findUniqueOrThrow({ where: { hash } });
    // Restrictions are not signed. They count only with the first disclosure, or from the event's own actor.
    const isFirst = row.disclosure === null || reader.party === null || reader.party === row.actor;
    const restricted = strictest(
      restrictionsOf(row) ?? {},
      (isFirst && bundle.restricted?.[row.hash]) || {},
    );
    const gained = gain(row, { signature, details, root: event.details }, clock());
    // Only restrictions that the author sent to this service apply to our own details.
    const data = {
      ...gained,
      ...(row.details === null && { restricted: restrictionsText(restricted) }),
    };
    if (!isNew && !differs(row, data)) continue;
    await tx.event.update({ where: { hash: row.hash }, data });
    // Imported events are in this service's log too.
    if (row.acceptedAt === null && data.acceptedAt !== null)
      await tx.unlogged.create({ data: { sequence: row.sequence, event: row.hash } });
    changed.push(row.hash);
  }
  // Lots whose entries are withheld too: the details of all lots apply to them.
  const created = await tx.entry.findMany({
    where: { event: { in: changed }, previous: ZERO_HASH },
    select: { lot: true },
  });
  await relist(
    tx,
    created.map(({ lot }) => lot),
  );
  return changed.length;
}

/** Adds the fields that the service's notices lack. @returns the number of notices that gained something */
async function importNotices(
  { domain, clock }: Context,
  tx: Db,
  { trail }: Bundle,
): Promise<number> {
  let changed = 0;
  for (const { notice, signature, details } of trail.notices) {
    const digest = noticeDigest(domain, notice);
    const row = await tx.notice.findUnique({ where: { digest } });
    if (!row) throw notRead(digest);
    const data = gain(row, { signature, details, root: notice.details }, clock());
    if (!differs(row, data)) continue;
    await tx.notice.update({ where: { digest }, data });
    changed++;
  }
  return changed;
}

const notRead = (hash: string) =>
  new Refusal(
    "NOT_SETTLED",
    409,
    `The service has not yet read the ledger's record of ${hash}. Try again.`,
    {
      field: "trail",
    },
  );

interface Evidence {
  signature: string | null;
  details: Disclosure | null;
  /** The root that the event or notice commits to. */
  root: string;
}

/** A row's columns with the bundle's evidence added. Its own evidence comes first, and nothing disclosed is withheld again. */
function gain(
  row: Pick<Event, "signature" | "details" | "disclosure" | "acceptedAt">,
  { signature: signatureOfBundle, details, root }: Evidence,
  now: number,
) {
  const signature = row.signature ?? signatureOfBundle;
  const stored = row.disclosure === null ? null : Disclosure.parse(parseCanonical(row.disclosure));
  const both = stored && details ? together(stored, details) : (details ?? stored);
  const disclosure = row.details === null && both ? canonicalize(both) : row.disclosure;
  const isWhole =
    signature !== null && (root === ZERO_HASH || row.details !== null || disclosure !== null);
  const acceptedAt = row.acceptedAt ?? (isWhole ? new Date(now * 1000) : null);
  return { signature, disclosure: root === ZERO_HASH ? row.disclosure : disclosure, acceptedAt };
}

const differs = <T extends object>(row: T, data: Partial<T>) =>
  (Object.keys(data) as (keyof T)[]).some((name) => row[name] !== data[name]);
