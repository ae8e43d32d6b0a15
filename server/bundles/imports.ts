// Imports a bundle from another operator. Verifies it before anything is stored, then stores all of it in one transaction.
// Never overwrites what is our own; the same bundle again changes nothing.
import { Bundle } from "../../protocol/trail/bundle.ts";
import { canonicalize, parseCanonical, parseWith } from "../../protocol/base/canonical.ts";
import { Disclosure, together } from "../../protocol/event/disclosure.ts";
import { eventDigest } from "../../protocol/event/event.ts";
import { strictest } from "../../protocol/event/restrict.ts";
import { noticeDigest } from "../../protocol/event/notice.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Finding, Verdict } from "../../protocol/verdict/verdict.ts";
import { verifyBundle } from "../../protocol/verify/bundle.ts";
import { type Event, Prisma } from "../../prisma/generated/client.ts";
import { restrictionsText } from "../custody/store.ts";
import type { Context } from "../context.ts";
import { type Db, isUniqueViolation } from "../storage/db.ts";
import { followOnce } from "../settlement/follow.ts";
import { takeForeign } from "./foreign-events.ts";
import { relist } from "../custody/listing.ts";
import { Refusal } from "../refusal.ts";
import { lockStates } from "../custody/states.ts";
import { isNamed, lotFor, restrictionsOf, type Reader } from "../access/visibility.ts";

export interface Imported {
  lot: string;
  verdict: Verdict;
  /** Events and notices that gained something by it. */
  events: number;
  notices: number;
}

/** Findings that say that neither the ledger nor a log that counts here has come so far yet. */
const UNSETTLED = [
  ...["NOT_RECORDED", "NOTICE_NOT_RECORDED", "LOG_NOT_FINAL"],
  ...["CHECKPOINT_NOT_ANCHORED", "CHECKPOINT_NOT_FIRST", "CHECKPOINTS_NOT_TRUSTED"],
];
/** Findings that say that the chain could not be asked. */
const UNASKED = ["NO_NODE", "NODE_UNREACHABLE", "NODE_INCONSISTENT"];

/**
 * Imports a bundle about a lot that the reader sees.
 * @param input as JSON.parse gives it
 * @throws ProtocolError for what is no bundle; Refusal BUNDLE_REFUSED with the verdict where anything in it is FAIL,
 * NOT_SETTLED where the ledger has not recorded all of it, NOT_READY where the chain does not answer, NOT_FOUND
 */
export async function importBundle(
  ctx: Context,
  reader: Reader,
  input: unknown,
): Promise<Imported> {
  for (let tries = 1; ; tries++) {
    try {
      return await importOnce(ctx, reader, input);
    } catch (error) {
      // What came in between is there now.
      if (!(isUniqueViolation(error) || isDeadlock(error)) || tries === MAX_TRIES) throw error;
    }
  }
}

async function importOnce(ctx: Context, reader: Reader, input: unknown): Promise<Imported> {
  const bundle = parseWith(Bundle, input);
  const hashes = bundle.trail.events.map(({ event }) => eventDigest(ctx.domain, event));
  const { lot } = bundle.trail;
  const { chainId, ledger } = ctx.domain;
  const isOurs = bundle.trail.chainId === chainId && bundle.trail.ledger === ledger;
  if (isOurs && !(await isFollowed(ctx, bundle, hashes))) await catchUp(ctx);
  await mayTake(ctx.prisma, reader, bundle);
  const { contract: checkpoints } = ctx.merkleLog;
  const trust = {
    ...{ chainId, ledger, finality: ctx.finality, now: ctx.clock() },
    ...(checkpoints !== undefined && { checkpoints }),
  };
  const verdict = await verifyBundle(input, trust, ctx.reader, ctx.recover);
  await judge(ctx.prisma, bundle, hashes, verdict);
  return ctx.prisma.$transaction(async (tx) => {
    await lockEvidence(ctx, tx, bundle, hashes);
    const events = await takeEvents(ctx, tx, reader, bundle, { hashes, verdict });
    return { lot, verdict, events, notices: await takeNotices(ctx, tx, bundle) };
  });
}

/** The database ended one of several transactions that waited for each other; of raw queries it says so in words alone. */
function isDeadlock(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === "P2034" || (error.code === "P2010" && error.message.includes("40P01"));
}

/** Only a party named in its events may import a lot that is not known here. @throws Refusal NOT_FOUND */
async function mayTake(db: Db, reader: Reader, { trail }: Bundle): Promise<void> {
  const about = trail.events.filter(({ event }) =>
    event.entries.some(({ lot }) => lot === trail.lot),
  );
  const isAboutThem = !reader.byGrant && about.some(({ event }) => isNamed(reader, event));
  const isKnown = (await db.lot.count({ where: { id: trail.lot } })) > 0;
  if (isAboutThem || (!isKnown && reader.party === null && about.length > 0)) return;
  await lotFor(db, reader, trail.lot);
}

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

/** The advisory lock of an import: new rows of two bundles share no row lock. */
const LOCK = 76_111_104;

/** Other imports that complete one of these events or notices wait, so that no import overwrites another's. */
async function lockEvidence(
  { domain }: Context,
  tx: Db,
  { trail }: Bundle,
  hashes: string[],
): Promise<void> {
  const digests = trail.notices.map(({ notice }) => noticeDigest(domain, notice));
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
  const known = await tx.entry.findMany({
    where: { event: { in: hashes } },
    select: { lot: true },
  });
  const shown = trail.events.flatMap(({ event }) => event.entries.flatMap(({ lot }) => lot ?? []));
  await lockStates(tx, [...new Set([trail.lot, ...shown, ...known.map(({ lot }) => lot)])]);
  await tx.$queryRaw`SELECT 1 FROM event WHERE hash = ANY(${hashes}) ORDER BY hash FOR UPDATE`;
  await tx.$queryRaw`SELECT 1 FROM notice WHERE digest = ANY(${digests}) ORDER BY digest FOR UPDATE`;
}

/** Follows the chain to its head. Another may do so at the same time: the second tries again. */
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
      if (!isUniqueViolation(error) || tries === MAX_TRIES) throw error;
    }
  }
}

const MAX_TRIES = 5;
/** Of following within one request: a first start has far more to do. */
const MAX_STEPS = 20;

async function judge(
  db: Db,
  { trail }: Bundle,
  hashes: readonly string[],
  verdict: Verdict,
): Promise<void> {
  const found = (codes: readonly string[]) =>
    verdict.findings.some(({ code }) => codes.includes(code));
  if (found(UNASKED))
    throw new Refusal("NOT_READY", 503, "The chain's node does not answer. Try again.", {
      verdict,
    });
  const isOlder = await isOnlyOlder(db, trail.lot, hashes);
  const counts = ({ verdict: grave, code }: Finding) =>
    grave === "FAIL" && !(isOlder && code === "LATER_EVENT_MISSING");
  const failing = verdict.findings.find(counts);
  if (failing || (!isOlder && found(["LATER_EVENT_MISSING"]))) {
    const why =
      failing?.message ??
      "The ledger has recorded an event of this lot that the bundle leaves out.";
    throw new Refusal("BUNDLE_REFUSED", 422, why, { field: "trail", verdict });
  }
  if (found(UNSETTLED)) {
    const why =
      "Neither the ledger nor a checkpoint that this service trusts has everything in the bundle yet. Import it again later.";
    throw new Refusal("NOT_SETTLED", 409, why, { field: "trail", verdict });
  }
}

/** Whether all that the ledger has recorded of a lot beyond some events is this service's own, or was imported by it. */
async function isOnlyOlder(db: Db, lot: string, hashes: readonly string[]): Promise<boolean> {
  const others = { entries: { some: { lot, live: true } }, hash: { notIn: [...hashes] } };
  return (await db.event.count({ where: { ...others, acceptedAt: null } })) === 0;
}

async function takeEvents(
  { clock }: Context,
  tx: Db,
  reader: Reader,
  bundle: Bundle,
  { hashes, verdict }: { hashes: string[]; verdict: Verdict },
): Promise<number> {
  const gained: string[] = [];
  const places = new Map(verdict.events.map(({ event, logged }) => [event, logged]));
  for (const [position, item] of bundle.trail.events.entries()) {
    const { event, signature, details } = item;
    const hash = hashes[position]!;
    const isNew = (await tx.event.count({ where: { hash } })) === 0;
    if (isNew) await takeForeign(tx, { item, hash, position, place: places.get(hash) ?? null });
    const row = await tx.event.findUniqueOrThrow({ where: { hash } });
    // Nobody has signed what is restricted: it counts with the first disclosure alone, or from the event's own party.
    const isFirst = row.disclosure === null || reader.party === null || reader.party === row.actor;
    const restricted = strictest(
      restrictionsOf(row) ?? {},
      (isFirst && bundle.restricted?.[row.hash]) || {},
    );
    const told = gain(row, { signature, details, root: event.details }, clock());
    // Our own details are restricted by their author's word to us alone.
    const data = {
      ...told,
      ...(row.details === null && { restricted: restrictionsText(restricted) }),
    };
    if (!isNew && !differs(row, data)) continue;
    await tx.event.update({ where: { hash: row.hash }, data });
    // Imported events are in this service's log too.
    if (row.acceptedAt === null && data.acceptedAt !== null)
      await tx.unlogged.create({ data: { sequence: row.sequence, event: row.hash } });
    gained.push(row.hash);
  }
  // Also of lots whose entries are withheld: what is said of all lots is said of them.
  const made = await tx.entry.findMany({
    where: { event: { in: gained }, previous: ZERO_HASH },
    select: { lot: true },
  });
  await relist(
    tx,
    made.map(({ lot }) => lot),
  );
  return gained.length;
}

async function takeNotices({ domain, clock }: Context, tx: Db, { trail }: Bundle): Promise<number> {
  let gained = 0;
  for (const { notice, signature, details } of trail.notices) {
    const digest = noticeDigest(domain, notice);
    const row = await tx.notice.findUnique({ where: { digest } });
    if (!row) throw unknown(digest);
    const data = gain(row, { signature, details, root: notice.details }, clock());
    if (!differs(row, data)) continue;
    await tx.notice.update({ where: { digest }, data });
    gained++;
  }
  return gained;
}

const unknown = (hash: string) =>
  new Refusal(
    "NOT_SETTLED",
    409,
    `The service has not yet read the ledger's record of ${hash}. Try again.`,
    {
      field: "trail",
    },
  );

interface Given {
  signature: string | null;
  details: Disclosure | null;
  /** That the event or notice commits to. */
  root: string;
}

/** What a row has once it has what was given: its own goes before, and of what others disclosed nothing is closed again. */
function gain(
  row: Pick<Event, "signature" | "details" | "disclosure" | "acceptedAt">,
  { signature: given, details, root }: Given,
  now: number,
) {
  const signature = row.signature ?? given;
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
