// Gives the verdict on a lot, now. Runs the auditor's own function on the database's rows, and names each altered row by the
// hash under which it is stored.
import type { Expected } from "../../protocol/label/expected.ts";
import type { LabelReading } from "../../protocol/label/reading.ts";
import type { SessionScan } from "../../protocol/verdict/facts.ts";
import { type PolicyDocument, policyOf } from "../../protocol/verdict/policy.ts";
import type { Trust } from "../../protocol/verdict/trust.ts";
import { ancestryOf, Trail } from "../../protocol/trail/trail.ts";
import type { FindingCode } from "../../protocol/verdict/findings.ts";
import { type Finding, SEVERITIES, type Verdict, worst } from "../../protocol/verdict/verdict.ts";
import { emptyVerdict } from "../../protocol/verify/conclude.ts";
import { tooLong, verify } from "../../protocol/verify/verify.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import { type Context, onPrimary } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { replayRow, statesBeforeAll, ANYBODY } from "../integrity/replay.ts";
import { detailsFaults, entryFaults, readEventRow, readNoticeRow } from "../integrity/evidence.ts";
import { type Fault, fault, type FaultCode } from "../integrity/fault.ts";
import { factsFor } from "./facts.ts";
import { followedLog } from "./own-log.ts";
import { policyFor } from "./policy.ts";
import { loadSeenTrail, readableEvents, trailFor } from "../custody/reader-trail.ts";
import { isTrailTooLong } from "../custody/trail-bounds.ts";
import { COUNTS } from "../settlement/hold.ts";
import type { TrailRow } from "../custody/trails.ts";
import { verdictFor } from "./shown.ts";
import { OPERATOR, type Reader } from "../access/visibility.ts";

/** How often a lot is read anew when it changed meanwhile. After that, the verdict is on the last reading. */
const MAX_READINGS = 3;

/** Who asks, and what to judge by. */
export interface Ask {
  reader: Reader;
  label?: LabelReading | null;
  expected?: Expected | null;
  /** Whether the label was scanned before in the session that the scan names. */
  session?: SessionScan | undefined;
  /** Replaces the policy that the reader has set. */
  policy?: PolicyDocument;
  /** The hash of the block to judge by (default: the newest). */
  at?: string;
}

/**
 * Verifies a lot's trail against the chain.
 * @param ask if missing, judges only the trail, by the default policy: rules that need more say so
 */
export async function verdictOf(ctx: Context, lot: string, ask?: Ask): Promise<Verdict> {
  const { label = null, expected = null, at } = ask ?? {};
  const policy = ask && (ask.policy ?? (await policyFor(ctx.prisma, ask.reader)));
  for (let reading = 1; ; reading++) {
    const readings = await ctx.prisma
      .$transaction((db) => readLot(ctx, db, lot, ask?.reader), {
        isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead,
      })
      .catch((error: unknown) => {
        if (!isTrailTooLong(error)) throw error;
      });
    const trust = { ...trustOf(ctx, policy), ...(at !== undefined && { at }) };
    if (!readings) return emptyVerdict(trust, { label, expected }, lot, [tooLong()]);
    const { trail, events, altered, newest, logs, closed } = readings;
    const gathered = ask
      ? await gatherFacts(ctx, lot, trail, { ...ask, policy: policy ?? {} })
      : null;
    const facts = gathered && { ...gathered, ...(logs.length > 0 && { logs }) };
    const verdict = await verify(trail, trust, ctx.reader, ctx.recover, { label, expected, facts });
    // An event that was accepted and settled after the rows were read is not missing. Read them again.
    const isMissing = verdict.findings.some(({ code }) => code === "LATER_EVENT_MISSING");
    if (isMissing && reading < MAX_READINGS && (await newestEvent(ctx.prisma, lot)) !== newest)
      continue;
    // The chain may have recorded what a replica does not have yet.
    if (ctx.primary !== undefined && verdict.findings.some(({ code }) => NEWER.has(code)))
      return verdictOf(onPrimary(ctx), lot, ask);
    const whole = withFindings(explained(verdict, closed), altered);
    return ask ? verdictFor(ask.reader, whole, events) : whole;
  }
}

/** What a verdict finds where the chain or its log has something newer than the rows. */
const NEWER: ReadonlySet<string> = new Set<FindingCode>([
  "LATER_EVENT_MISSING",
  "NOTICE_MISSING",
  "LATEST_UNPROVEN",
]);

/** What every verdict of this service trusts, now. */
export const trustOf = (ctx: Context, policy: PolicyDocument | undefined): Trust => ({
  ...ctx.domain,
  finality: ctx.finality,
  now: ctx.clock(),
  ...(ctx.merkleLog.contract !== undefined && { checkpoints: ctx.merkleLog.contract }),
  ...(policy && { policy }),
});

/** Null where the trail is invalid, or the lot has no row. */
async function gatherFacts(
  ctx: Context,
  id: string,
  input: unknown,
  { reader, label = null, session, policy }: Ask,
) {
  const { data: trail } = Trail.safeParse(input);
  const lot = await ctx.prisma.lot.findUnique({ where: { id } });
  if (!trail || !lot) return null;
  const facts = await factsFor(ctx, { lot, reader, label, trail, policy: policyOf(policy) });
  return { ...facts, ...(session && { session }) };
}

/** The verifier judges everything that is stored. It names altered rows, and checks what the events did to other lots. */
const TO_JUDGE = { altered: "keep", isEntryShown: () => true } as const;

/**
 * Reads what the verdict rests on, in one transaction.
 * @param reader limits the trail to what it may see; without one, the whole trail is judged
 */
async function readLot(ctx: Context, db: Db, lot: string, reader: Reader | undefined) {
  const { domain } = ctx;
  const { loaded, sight, later, end } = await loadSeenTrail(db, ctx, reader ?? OPERATOR, lot);
  const { events, notices } = loaded;
  const trail = reader
    ? trailFor(ctx, reader, lot, loaded, { ...TO_JUDGE, sight, later })
    : loaded.trail;
  const open = events.filter(({ row }) => !sight.isLaterToAll(row.hash, [lot]));
  const faults: Fault[] = await eventFaults(domain, db, open);
  for (const row of notices) {
    if (later.has(row.digest)) continue;
    const { signed, faults: rowFaults } = readNoticeRow(domain, row);
    faults.push(...rowFaults);
    if (signed)
      faults.push(...detailsFaults({ table: "notice", row: row.digest }, row, signed, false));
  }
  // A reader that handed the lot on is not told what came after that: not by faults of rows, nor by the service's log.
  if (!end)
    faults.push(...(await leftOut(db, lot, events)), ...(await misjudged(db, loaded.watched)));
  const logs =
    loaded.logged.size > 0 && !end ? await followedLog(ctx, db, withOwnEntries(lot, events)) : [];
  return {
    trail,
    events,
    altered: faults.map(findingOf),
    closed: new Set(
      events.map(({ row }) => row.hash).filter((hash) => sight.isLaterToAll(hash, [lot])),
    ),
    newest: end ? null : await newestEvent(db, lot),
    logs,
  };
}

/** The rows with only the entries of the lot and its ancestors: a reader of one lot does not see where its events' other lots went. */
function withOwnEntries(lot: string, trail: readonly TrailRow[]): TrailRow[] {
  const readable = readableEvents(trail);
  const { lots } = ancestryOf(lot, readable);
  return readable.map(({ row, event }) => ({
    event,
    row: { ...row, entries: row.entries.filter((entry) => lots.has(entry.lot)) },
  }));
}

async function newestEvent(db: Db, lot: string): Promise<bigint | null> {
  const newest = await db.event.aggregate({
    where: { entries: { some: { lot } } },
    _max: { sequence: true },
  });
  return newest._max.sequence;
}

/** Faults in the rows of a trail. Signatures, and whether details are disclosed, are for the verifier. */
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
 * Faults in what the trail leaves out: entries of the lot that are live or should be; events and notices about the lot that
 * wait for settlement and have no row, or whose row names another lot. Each is found by the lot: what others queue costs nothing. The verifier notices by itself when something is missing
 * that the ledger recorded. Only the service can notice these.
 */
async function leftOut(db: Db, lot: string, trail: readonly TrailRow[]): Promise<Fault[]> {
  const hashes = trail.map(({ row }) => row.hash);
  const entries = await db.$queryRaw<{ event: string; live: boolean }[]>`
    SELECT entry.event, entry.live FROM entry LEFT JOIN settlement ON settlement.event = entry.event
    WHERE entry.lot = ${lot} AND NOT entry.event = ANY(${hashes})
      AND (entry.live OR settlement.state IS DISTINCT FROM 'void')`;
  const renamed = await db.$queryRaw<{ hash: string }[]>`
    SELECT notice.digest AS hash FROM notice JOIN settlement ON settlement.notice = notice.digest
    WHERE substring(notice.bytes from '"lot":"(0x[0-9a-f]{64})"') = ${lot} AND notice.lot <> ${lot}
      AND settlement.state IN ('queued', 'signed', 'held')`;
  const lost = await db.$queryRaw<{ table: "event" | "notice"; id: string }[]>`
    SELECT 'notice' AS table, id FROM settlement
    WHERE lot = ${lot} AND state IN ('queued', 'signed', 'held')
      AND NOT EXISTS (SELECT 1 FROM notice WHERE digest = settlement.id)
    UNION
    SELECT 'event', settlement.id FROM entry JOIN settlement ON settlement.id = entry.event
    WHERE entry.lot = ${lot} AND settlement.state IN ('queued', 'signed', 'held', 'logged')
      AND NOT EXISTS (SELECT 1 FROM event WHERE hash = entry.event)`;
  // An earlier entry that is missing breaks the trail. For the last event the lot's own row names it.
  const last = await db.$queryRaw<{ hash: string }[]>`
    SELECT lot.last_event AS hash FROM lot JOIN settlement ON settlement.id = lot.last_event
    WHERE lot.id = ${lot} AND settlement.state IN ('queued', 'signed', 'held', 'logged')
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
    ...renamed.map(({ hash }) =>
      fault("COPY_DIFFERS", { table: "notice", row: hash, column: "lot", expected: lot }),
    ),
    ...lost.map(({ table, id }) => fault("EVIDENCE_MISSING", { table, row: id })),
  ];
}

/** Faults in which notices about some lots count: what the trail shows of them depends on it. */
async function misjudged(db: Db, lots: readonly string[]): Promise<Fault[]> {
  const rows = await db.$queryRaw<{ digest: string; live: boolean }[]>`
    SELECT digest, live FROM notice JOIN settlement ON settlement.notice = notice.digest
    WHERE notice.lot = ANY(${[...lots]}) AND live <> ${COUNTS}`;
  return rows.map(({ digest, live }) =>
    fault("COPY_DIFFERS", {
      table: "notice",
      row: digest,
      column: "live",
      expected: !live,
      found: live,
    }),
  );
}

/** Faults in signed content itself, not only in copies and derived columns. */
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
  FAIL: "The database row for this hash does not match what was signed. Do not rely on it. Ask the service's operator to run fsck.",
  WARN: "A derived column in the service's database contradicts the signed event, so the column was altered. Ask the service's operator to run fsck.",
  INCOMPLETE:
    "The service lost an event or notice about this lot that it had accepted. Ask the service's operator to run fsck, and ask the parties for their copies.",
} as const;

/** Makes a finding of a row's fault: FAIL if signed content was altered. */
function findingOf({ table, row, column, field, code, expected, found }: Fault): Finding {
  const [hash, lot] = row.split("/") as [string, string?];
  const isEvidence = OF_EVIDENCE.includes(code);
  const verdict = isEvidence ? "FAIL" : code === "EVIDENCE_MISSING" ? "INCOMPLETE" : "WARN";
  const valueOf = (value: Fault["found"]) => value ?? "";
  const place = isEvidence && field !== undefined ? [field] : [table, column, field];
  return {
    code: "ROW_ALTERED",
    rule: "V01",
    verdict,
    ...(table === "notice" ? { notice: hash } : { event: hash }),
    ...(lot !== undefined && { lot }),
    field: place.filter((part) => part !== undefined).join("."),
    ...(expected !== undefined && { expected: valueOf(expected) }),
    ...(found !== undefined && { found: valueOf(found) }),
    message: MESSAGES[verdict],
    fixedBy: "service",
  };
}

/** Says why the details of events are missing that came after the reader had handed the lot on. @param closed their hashes */
function explained(verdict: Verdict, closed: ReadonlySet<string>): Verdict {
  const findings = verdict.findings.map((finding) =>
    finding.code === "DETAILS_MISSING" && closed.has(finding.event ?? "")
      ? { ...finding, message: HANDED_ON }
      : finding,
  );
  return { ...verdict, findings };
}

const HANDED_ON =
  "You had handed the lot on before this event, so its details are not open to you, and they were not checked. If you need them, ask the lot's holder for a grant.";

/** Adds findings to a verdict, the worst first. */
function withFindings(verdict: Verdict, more: readonly Finding[]): Verdict {
  if (more.length === 0) return verdict;
  const rank = ({ verdict: severity }: Finding) => SEVERITIES.indexOf(severity);
  const findings = [...more, ...verdict.findings].sort((a, b) => rank(a) - rank(b));
  return {
    ...verdict,
    verdict: worst(findings.map(({ verdict: severity }) => severity)),
    findings,
  };
}
