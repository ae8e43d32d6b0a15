// Imports a bundle from another operator. Verifies it before anything is stored, then stores all of it in one transaction.
// Never overwrites this service's own data. Importing the same bundle again changes nothing.
import { canonicalize, parseCanonical } from "../../protocol/base/canonical.ts";
import { Disclosure, together } from "../../protocol/event/disclosure.ts";
import { strictest } from "../../protocol/event/restrict.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Finding, Verdict } from "../../protocol/verdict/verdict.ts";
import type { Event } from "../../prisma/generated/client.ts";
import { restrictionsText } from "../custody/store.ts";
import { spendIn } from "../budgets/spend.ts";
import type { Context } from "../context.ts";
import { type Db, isDeadlock, isUniqueViolation } from "../storage/db.ts";
import { followOnce, UnfollowedLog } from "../settlement/follow.ts";
import { importForeignEvent } from "./foreign-events.ts";
import { withBundle } from "./open-bundle.ts";
import type { BundleReading, BundleSummary } from "./reading.ts";
import { relistCorrected } from "../custody/corrections.ts";
import { relist } from "../custody/relist.ts";
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

/** Events that are read and stored at a time. */
const EVENTS_AT_ONCE = 100;

/**
 * Imports a bundle about a lot that the reader sees.
 * @param input its bytes, or the result of JSON.parse
 * @throws ProtocolError where it is not a bundle; Refusal BUNDLE_REFUSED with the verdict where a finding is FAIL,
 * NOT_SETTLED where the ledger has not recorded all of it, NOT_READY where the chain does not answer, NOT_FOUND
 */
export async function importBundle(
  ctx: Context,
  reader: Reader,
  input: unknown,
): Promise<ImportResult> {
  return withBundle(ctx, input, (bundle) => importOpen(ctx, reader, bundle));
}

async function importOpen(
  ctx: Context,
  reader: Reader,
  bundle: BundleReading,
): Promise<ImportResult> {
  for (let tries = 1; ; tries++) {
    try {
      return await importOnce(ctx, reader, bundle);
    } catch (error) {
      // Another import got there first. The next try sees its rows.
      if (!(isUniqueViolation(error) || isDeadlock(error)) || tries === MAX_TRIES) throw error;
    }
  }
}

async function importOnce(
  ctx: Context,
  reader: Reader,
  bundle: BundleReading,
): Promise<ImportResult> {
  const { summary } = bundle;
  const { lot, hashes } = summary;
  const { chainId, ledger } = ctx.domain;
  const isOurs = summary.chainId === chainId && summary.ledger === ledger;
  // What the service has of a lot that the reader may not import decides nothing, not even how long the answer takes.
  const isAllowed = await mayImport(ctx.prisma, reader, summary);
  if (isOurs && !(isAllowed && (await isFollowed(ctx, summary)))) await catchUp(ctx);
  if (!isAllowed) await lotFor(ctx.prisma, reader, lot);
  const { contract: checkpoints } = ctx.merkleLog;
  const trust = {
    chainId,
    ledger,
    finality: ctx.finality,
    now: ctx.clock(),
    ...(checkpoints !== undefined && { checkpoints }),
  };
  const verdict = await bundle.verify(trust);
  const isSeen = await seesLot(ctx.prisma, reader, lot);
  const isOlder = isSeen && (await isOnlyOlder(ctx.prisma, lot, hashes));
  judge(verdict, isOlder);
  return ctx.prisma.$transaction(async (tx) => {
    await lockEvidence(tx, summary);
    const events = await importEvents(ctx, tx, reader, bundle, verdict);
    return { lot, verdict, events, notices: await importNotices(ctx, tx, bundle) };
  });
}

/** Whether the lot's events in the bundle name the reader, or the reader sees the lot. */
async function mayImport(db: Db, reader: Reader, { named, lot }: BundleSummary): Promise<boolean> {
  return named.some((parties) => isNamed(reader, parties)) || (await seesLot(db, reader, lot));
}

async function seesLot(db: Db, reader: Reader, id: string): Promise<boolean> {
  return (await db.lot.count({ where: { AND: [{ id }, lotsFor(reader)] } })) > 0;
}

/** Whether the service has every event and notice of the bundle. */
async function isFollowed(
  { prisma }: Context,
  { hashes, digests }: BundleSummary,
): Promise<boolean> {
  const events = await prisma.event.count({ where: { hash: { in: hashes } } });
  const notices = await prisma.notice.count({ where: { digest: { in: digests } } });
  return events === new Set(hashes).size && notices === new Set(digests).size;
}

/** The advisory lock of an import. Row locks do not help: two bundles can insert the same new rows. */
const LOCK = 76_111_104;

/** Makes other imports of these events and notices wait, so that no import overwrites another. */
async function lockEvidence(
  tx: Db,
  { lot, hashes, digests, disclosed }: BundleSummary,
): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
  const stored = await tx.entry.findMany({
    where: { event: { in: hashes } },
    select: { lot: true },
  });
  const lots = new Set([lot, ...disclosed, ...stored.map((entry) => entry.lot)]);
  await lockStates(tx, [...lots]);
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

/**
 * Stores the events, and the fields that the service lacks.
 * @returns the number of events that gained something
 * @throws Refusal BUDGET_SPENT where the reader's budget does not have enough for the events that are new here
 */
async function importEvents(
  ctx: Context,
  tx: Db,
  reader: Reader,
  { summary, events }: BundleReading,
  verdict: Verdict,
): Promise<number> {
  const { clock } = ctx;
  const { hashes, restricted: restrictions } = summary;
  const changed: string[] = [];
  let rows = 0;
  const places = new Map(verdict.events.map(({ event, logged }) => [event, logged]));
  for await (const { item, position } of itemsOf(hashes.length, events)) {
    const { event, signature, details } = item;
    const hash = hashes[position]!;
    let row = await tx.event.findUnique({ where: { hash } });
    const isNew = row === null;
    if (isNew) {
      rows += 1 + event.entries.length;
      const place = places.get(hash) ?? null;
      await importForeignEvent(tx, reader, { item, hash, position, place });
    }
    row ??= await tx.event.findUniqueOrThrow({ where: { hash } });
    // Restrictions are not signed. They count only with the first disclosure, or from the event's own actor.
    const isFirst = row.disclosure === null || reader.party === null || reader.party === row.actor;
    const restricted = strictest(
      restrictionsOf(row) ?? {},
      (isFirst && restrictions[row.hash]) || {},
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
  await spendIn(tx, ctx, reader.party, "rows", rows);
  return changed.length;
}

/** Adds the fields that the service's notices lack. @returns the number of notices that gained something */
async function importNotices(
  { clock }: Context,
  tx: Db,
  { summary: { digests }, notices }: BundleReading,
): Promise<number> {
  let changed = 0;
  for await (const { item, position } of itemsOf(digests.length, notices)) {
    const { notice, signature, details } = item;
    const digest = digests[position]!;
    const row = await tx.notice.findUnique({ where: { digest } });
    if (!row) throw notRead(digest);
    const data = gain(row, { signature, details, root: notice.details }, clock());
    if (!differs(row, data)) continue;
    await tx.notice.update({ where: { digest }, data });
    await relistCorrected(tx, [digest]);
    changed++;
  }
  return changed;
}

/** Reads the items of a bundle one after the other, some at a time. */
async function* itemsOf<T>(
  count: number,
  read: (from: number, to: number) => Promise<T[]>,
): AsyncGenerator<{ item: T; position: number }> {
  for (let from = 0; from < count; from += EVENTS_AT_ONCE) {
    const items = await read(from, from + EVENTS_AT_ONCE);
    for (const [i, item] of items.entries()) yield { item, position: from + i };
  }
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
