// Gives the verdict on a lot, now. Runs the same function as an auditor, on the database's rows, and names altered rows by
// the hashes under which they are stored.
import { CustodyEvent } from "../../protocol/event/event.ts";
import type { Expected } from "../../protocol/label/expected.ts";
import type { LabelReading } from "../../protocol/label/reading.ts";
import { type PolicyDocument, policyOf } from "../../protocol/verdict/policy.ts";
import { ancestryOf, Trail } from "../../protocol/trail/trail.ts";
import { type Finding, SEVERITIES, type Verdict, worst } from "../../protocol/verdict/verdict.ts";
import { verify } from "../../protocol/verify/verify.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { replayRow, statesBeforeAll, ANYBODY } from "../integrity/replay.ts";
import { detailsFaults, entryFaults, readEventRow, readNoticeRow } from "../integrity/evidence.ts";
import { type Fault, fault, type FaultCode } from "../integrity/fault.ts";
import { factsFor } from "./facts.ts";
import { followedLog } from "./own-log.ts";
import { policyFor } from "./policy.ts";
import { trailFor } from "./trail.ts";
import { loadTrailAndRows, type TrailRow } from "../custody/trails.ts";
import { verdictFor } from "./shown.ts";
import type { Reader } from "../access/visibility.ts";

/** A lot that moves on again and again while it is looked at is judged as it was seen last. */
const LOOKS = 3;

/** Who asks, and what they bring along. */
export interface Ask {
  reader: Reader;
  label?: LabelReading | null;
  expected?: Expected | null;
  /** In the place of the one that the reader has set. */
  policy?: PolicyDocument;
  /** The hash of the block to judge by; the newest where there is none. */
  at?: string;
}

/**
 * Verifies a lot's trail against the chain.
 * @param ask without one only the trail is judged, by the default policy: rules that need more say so
 */
export async function verdictOf(ctx: Context, lot: string, ask?: Ask): Promise<Verdict> {
  const { chainId, ledger } = ctx.domain;
  const { label = null, expected = null, at } = ask ?? {};
  const policy = ask && (ask.policy ?? (await policyFor(ctx.prisma, ask.reader)));
  for (let look = 1; ; look++) {
    const { trail, events, altered, newest, logs } = await ctx.prisma.$transaction(
      (db) => readLot(ctx, db, lot, ask?.reader),
      { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead },
    );
    const trust = {
      ...{ chainId, ledger, finality: ctx.finality, now: ctx.clock() },
      ...(ctx.merkleLog.contract !== undefined && { checkpoints: ctx.merkleLog.contract }),
      ...(at !== undefined && { at }),
      ...(policy && { policy }),
    };
    const told = ask ? await askFacts(ctx, lot, trail, { ...ask, policy: policy ?? {} }) : null;
    const facts = told && { ...told, ...(logs.length > 0 && { logs }) };
    const verdict = await verify(trail, trust, ctx.reader, ctx.recover, { label, expected, facts });
    // An event that was accepted and settled since the rows were read is not missing from them.
    const isMissing = verdict.findings.some(({ code }) => code === "LATER_EVENT_MISSING");
    if (isMissing && look < LOOKS && (await newestEvent(ctx.prisma, lot)) !== newest) continue;
    const whole = withFindings(verdict, altered);
    return ask ? verdictFor(ctx.prisma, ask.reader, whole, events) : whole;
  }
}

async function askFacts(
  ctx: Context,
  id: string,
  input: unknown,
  { reader, label = null, policy }: Ask,
) {
  const { data: trail } = Trail.safeParse(input);
  const lot = await ctx.prisma.lot.findUnique({ where: { id } });
  return trail && lot
    ? factsFor(ctx, { lot, reader, label, trail, policy: policyOf(policy) })
    : null;
}

/** @param reader who is told no more than follows from what it may see; without one, all is judged */
async function readLot(ctx: Context, db: Db, lot: string, reader: Reader | undefined) {
  const { domain } = ctx;
  const loaded = await loadTrailAndRows(db, ctx, lot);
  const { events, notices } = loaded;
  const trail = reader ? trailFor(reader, lot, loaded) : loaded.trail;
  const faults: Fault[] = await eventFaults(domain, db, events);
  for (const row of notices) {
    const { signed, faults: found } = readNoticeRow(domain, row);
    faults.push(...found);
    if (signed)
      faults.push(...detailsFaults({ table: "notice", row: row.digest }, row, signed, false));
  }
  faults.push(...(await passedBy(db, lot, events)));
  const logs =
    loaded.logged.size > 0 ? await followedLog(ctx, db, withOwnEntries(lot, events)) : [];
  return {
    trail,
    events,
    altered: faults.map(findingOf),
    newest: await newestEvent(db, lot),
    logs,
  };
}

/** The rows with the entries of the lot and its ancestors alone: a reader of one lot does not see where other lots of its events went. */
function withOwnEntries(lot: string, trail: readonly TrailRow[]): TrailRow[] {
  const readable = trail.filter(({ event }) => CustodyEvent.safeParse(event).success);
  const { lots } = ancestryOf(lot, readable);
  return readable.map(({ row, event }) => ({
    ...{ event, row: { ...row, entries: row.entries.filter((entry) => lots.has(entry.lot)) } },
  }));
}

async function newestEvent(db: Db, lot: string): Promise<bigint | null> {
  const newest = await db.event.aggregate({
    where: { entries: { some: { lot } } },
    _max: { sequence: true },
  });
  return newest._max.sequence;
}

/** What is wrong with the rows of a trail in themselves. Signatures, and whether details are shown, are the verifier's. */
async function eventFaults(
  domain: Context["domain"],
  db: Db,
  trail: readonly TrailRow[],
): Promise<Fault[]> {
  const read = trail.map(({ row }) => ({ row, ...readEventRow(domain, row) }));
  const states = await statesBeforeAll(
    db,
    read.flatMap(({ signed }) => signed ?? []),
  );
  return read.flatMap(({ row, signed, faults }) => {
    if (!signed) return faults;
    const replayed = replayRow(row.hash, signed, states, ANYBODY);
    const live = row.settlement ? row.settlement.state !== "void" : undefined;
    return [
      ...faults,
      ...detailsFaults({ table: "event", row: row.hash }, row, signed, false),
      ...replayed.faults,
      ...entryFaults(row, signed, replayed.states, live),
    ];
  });
}

/**
 * What of the lot the trail passes by: entries that are live or should be, and what waits for settlement and speaks of the
 * lot in its bytes alone, or is gone. What the ledger recorded the verifier misses by itself; these nobody else knows.
 */
async function passedBy(db: Db, lot: string, trail: readonly TrailRow[]): Promise<Fault[]> {
  const hashes = trail.map(({ row }) => row.hash);
  const entries = await db.$queryRaw<{ event: string; live: boolean }[]>`
    SELECT entry.event, entry.live FROM entry LEFT JOIN settlement ON settlement.event = entry.event
    WHERE entry.lot = ${lot} AND NOT entry.event = ANY(${hashes})
      AND (entry.live OR settlement.state IS DISTINCT FROM 'void')`;
  const waiting = await db.$queryRaw<{ table: "event" | "notice"; hash: string }[]>`
    SELECT 'event' AS table, event.hash FROM settlement JOIN event ON event.hash = settlement.event
    WHERE settlement.state IN ('queued', 'signed', 'held') AND strpos(event.bytes, ${lot}) > 0
      AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.event = event.hash AND entry.lot = ${lot})
    UNION ALL
    SELECT 'notice', notice.digest FROM settlement JOIN notice ON notice.digest = settlement.notice
    WHERE settlement.state IN ('queued', 'signed', 'held') AND strpos(notice.bytes, ${lot}) > 0 AND notice.lot <> ${lot}`;
  const gone = await db.$queryRaw<{ id: string; notice: string | null }[]>`
    SELECT id, notice FROM settlement
    WHERE state IN ('queued', 'signed', 'held')
      AND NOT EXISTS (SELECT 1 FROM event WHERE hash = settlement.event)
      AND NOT EXISTS (SELECT 1 FROM notice WHERE digest = settlement.notice)
    UNION
    SELECT settlement.id, NULL FROM entry JOIN settlement ON settlement.event = entry.event
    WHERE entry.lot = ${lot} AND settlement.state = 'logged' AND NOT EXISTS (SELECT 1 FROM event WHERE hash = entry.event)`;
  // Log-only events are too many to search: there the lot's own row says which event was the last.
  const last = await db.$queryRaw<{ hash: string }[]>`
    SELECT lot.last_event AS hash FROM lot JOIN settlement ON settlement.event = lot.last_event
    WHERE lot.id = ${lot} AND settlement.state = 'logged'
      AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.event = lot.last_event AND entry.lot = lot.id)`;
  return [
    ...entries.map(({ event, live }) =>
      fault("ENTRY_DIFFERS", {
        table: "entry",
        row: `${event}/${lot}`,
        column: "live",
        expected: !live,
        found: live,
      }),
    ),
    ...last.map(({ hash }) => fault("ENTRY_MISSING", { table: "entry", row: `${hash}/${lot}` })),
    ...waiting.map(({ table, hash }) =>
      table === "event"
        ? fault("ENTRY_MISSING", { table: "entry", row: `${hash}/${lot}` })
        : fault("COPY_DIFFERS", { table, row: hash, column: "lot", expected: lot }),
    ),
    // Of what is gone nobody can say which lot it was about.
    ...gone.map(({ id, notice }) =>
      fault("EVIDENCE_MISSING", { table: notice === null ? "event" : "notice", row: id }),
    ),
  ];
}

/** Faults of what was signed, and not only of what is copied or derived from it. */
const OF_EVIDENCE: readonly FaultCode[] = [
  "BYTES_MALFORMED",
  "HASH_DIFFERS",
  "DETAILS_MISSING",
  "DETAILS_UNSIGNED",
  "DETAILS_MALFORMED",
  "DETAILS_DIFFER",
  "RULE_BROKEN",
];

const MESSAGES = {
  FAIL: "The service's database does not have what was signed under this hash. Do not rely on it. Ask the service's operator to run fsck.",
  WARN: "A copy in the service's database contradicts the signed event, so somebody altered the copy. Ask the service's operator to run fsck.",
  INCOMPLETE:
    "The service accepted something and lost it, perhaps about this lot. Ask the service's operator to run fsck, and the parties for their copies.",
} as const;

/** A fault of a row as a finding: grave where the evidence itself was altered. */
function findingOf({ table, row, column, field, code, expected, found }: Fault): Finding {
  const [hash, lot] = row.split("/") as [string, string?];
  const isEvidence = OF_EVIDENCE.includes(code);
  const verdict = isEvidence ? "FAIL" : code === "EVIDENCE_MISSING" ? "INCOMPLETE" : "WARN";
  const given = (value: Fault["found"]) => value ?? "";
  const place = isEvidence && field !== undefined ? [field] : [table, column, field];
  return {
    ...{
      code: "ROW_ALTERED",
      rule: "V01",
      verdict,
      ...(table === "notice" ? { notice: hash } : { event: hash }),
    },
    ...(lot !== undefined && { lot }),
    field: place.filter((part) => part !== undefined).join("."),
    ...(expected !== undefined && { expected: given(expected) }),
    ...(found !== undefined && { found: given(found) }),
    ...{ message: MESSAGES[verdict], fixedBy: "service" },
  };
}

/** Adds findings to a verdict, the worst first. */
function withFindings(verdict: Verdict, more: readonly Finding[]): Verdict {
  if (more.length === 0) return verdict;
  const gravity = ({ verdict: grave }: Finding) => SEVERITIES.indexOf(grave);
  const findings = [...more, ...verdict.findings].sort((a, b) => gravity(a) - gravity(b));
  return { ...verdict, verdict: worst(findings.map(({ verdict: grave }) => grave)), findings };
}
