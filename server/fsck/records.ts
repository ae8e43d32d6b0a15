// Checks every stored event and notice: bytes, signature, details, entries, and the transition that follows from them.
import { signerOrNone } from "../../protocol/base/crypto.ts";
import type { CustodyEvent } from "../../protocol/event/event.ts";
import { issuerOf } from "../../protocol/event/lot.ts";
import { NOTICE_KINDS, type Notice } from "../../protocol/event/notice.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Prisma } from "../../prisma/generated/client.ts";
import { readCalls, type Submitted } from "../../protocol/chain/call-data.ts";
import { eachOf } from "../../protocol/chain/node.ts";
import { restrictionsOf } from "../access/visibility.ts";
import type { ChainFacts } from "./chain.ts";
import { COUNTS } from "../settlement/hold.ts";
import { type Check, inBatches } from "./check.ts";
import {
  ANYBODY,
  type Circumstances,
  replayRow,
  type States,
  statesBeforeAll,
} from "../integrity/replay.ts";
import { detailsFaults, entryFaults, readEventRow, readNoticeRow } from "../integrity/evidence.ts";
import { AFTER_ALL, type ChainPlace } from "../../protocol/chain/place.ts";

/** Events read at once: each may have 250 entries and thousands of details. */
const EVENTS_AT_ONCE = 200;

const withRest = { entries: true, settlement: { include: { carried: true } } } as const;
type EventRow = Prisma.EventGetPayload<{ include: typeof withRest }>;
type SettlementRow = EventRow["settlement"];

/**
 * Invariants 8 to 13, for events. Without the facts of the chain, keys and parties are not judged; a missing answer of the
 * node is a fault of its own.
 */
export async function checkEvents(check: Check, facts: ChainFacts | undefined): Promise<void> {
  const { db, ctx } = check;
  let done = 0;
  const batches = inBatches(
    (after: string | undefined) =>
      db.event.findMany({
        where: { hash: { gt: after ?? "" } },
        orderBy: { hash: "asc" },
        take: EVENTS_AT_ONCE,
        include: withRest,
      }),
    ({ hash }) => hash,
  );
  for await (const rows of batches) {
    const read = rows.map((row) => ({ row, ...readEventRow(ctx.domain, row) }));
    const states = await statesBeforeAll(
      db,
      read.flatMap(({ signed }) => signed ?? []),
    );
    const times = await timesOf(
      check,
      rows.map(({ settlement }) => settlement),
    );
    for (const { row, signed, faults } of read) {
      check.faults(faults);
      if (!row.settlement)
        check.fault("SETTLEMENT_MISSING", { table: "settlement", row: row.hash });
      if (signed)
        checkEvent(check, row, signed, {
          states,
          place: placeOf(row.settlement, facts),
          times,
          facts,
        });
      check.count("entries", row.entries.length);
    }
    check.count("events", rows.length);
    check.progress("events", (done += rows.length));
  }
  await checkFollowedSignatures(check, facts);
  await checkEntriesWithoutEvent(check);
}

interface Judged {
  states: States;
  /** Where the ledger recorded it; undefined if it has not, or if the row is not reliable. */
  place: ChainPlace | undefined;
  times: ReadonlyMap<number, number>;
  facts: ChainFacts | undefined;
}

function checkEvent(
  check: Check,
  row: EventRow,
  event: CustodyEvent,
  { states, place, times, facts }: Judged,
): void {
  const key = { table: "event", row: row.hash } as const;
  // An event that was only followed from the chain has no details, and not always a signature.
  const isOurs = row.acceptedAt !== null;
  check.faults(detailsFaults(key, row, event, isOurs));
  if (!restrictionsOf(row))
    check.fault("RESTRICTED_MALFORMED", { ...key, column: "restricted", found: row.restricted });
  checkSignature(
    check,
    { ...key, isOurs, signature: row.signature, party: event.actor },
    place,
    facts,
  );
  const circumstances: Circumstances =
    place && facts
      ? { now: times.get(place.block), party: (address) => facts.registry.party(address, place) }
      : ANYBODY;
  const { states: after, faults } = replayRow(row.hash, event, states, circumstances);
  check.faults(faults);
  check.faults(
    entryFaults(row, event, after, row.settlement ? row.settlement.state !== "void" : undefined),
  );
}

function placeOf(settlement: SettlementRow, facts: ChainFacts | undefined): ChainPlace | undefined {
  if (
    !settlement ||
    !["mined", "final"].includes(settlement.state) ||
    facts?.distrusted.has(settlement.id)
  )
    return undefined;
  const { block, logIndex } = settlement;
  return block === null || logIndex === null ? undefined : { block, logIndex };
}

/** Reads the times of blocks from their rows, which were compared with the chain. */
async function timesOf(
  { db }: Check,
  settlements: readonly SettlementRow[],
): Promise<Map<number, number>> {
  const numbers = new Set(settlements.flatMap((settlement) => settlement?.block ?? []));
  const blocks = await db.block.findMany({ where: { number: { in: [...numbers] } } });
  return new Map(blocks.map(({ number, time }) => [number, Number(time)]));
}

interface SignedRow {
  table: "event" | "notice";
  row: string;
  isOurs: boolean;
  signature: string | null;
  party: string;
}

/** Invariant 10: a signature in the canonical form, by a key of the party that was valid at the recording block. */
function checkSignature(
  check: Check,
  signed: SignedRow,
  place: ChainPlace | undefined,
  facts: ChainFacts | undefined,
): void {
  const { table, row, isOurs, signature, party } = signed;
  const at = { table, row, column: "signature" } as const;
  if (signature === null) {
    if (isOurs) check.fault("SIGNATURE_MISSING", at);
    return;
  }
  const signer = signerOrNone(row, signature, check.ctx.recover);
  if (signer === undefined) return check.fault("SIGNATURE_MALFORMED", { ...at, found: signature });
  if (!facts) return;
  const key = facts.registry.key(party, signer, place ?? AFTER_ALL);
  if (!key) check.fault("SIGNATURE_NOT_OF_PARTY", { ...at, expected: party, found: signer });
  // The ledger may still refuse an event that it has not recorded: the relay will report that.
  else if (key.revoked && place) check.fault("SIGNATURE_BY_REVOKED_KEY", { ...at, found: signer });
}

/** Invariant 10, for followed events without a signature: the transaction may contain it. */
async function checkFollowedSignatures(check: Check, facts: ChainFacts | undefined): Promise<void> {
  const { db, ctx } = check;
  const batches = inBatches(
    (after: string | undefined) =>
      db.event.findMany({
        where: { signature: null, acceptedAt: null, hash: { gt: after ?? "" } },
        orderBy: { hash: "asc" },
        take: EVENTS_AT_ONCE,
        select: { hash: true, actor: true, settlement: { select: { transaction: true } } },
      }),
    ({ hash }) => hash,
  );
  for await (const rows of batches) {
    const recorded = rows.flatMap(({ hash, actor, settlement }) =>
      settlement?.transaction ? [{ hash, actor, transaction: settlement.transaction }] : [],
    );
    const calls = await check.ask(() =>
      eachOf(recorded, async ({ transaction }) => {
        const sent = (await ctx.request("eth_getTransactionByHash", [transaction])) as {
          input?: string;
        } | null;
        return readCalls(ctx.domain, sent?.input ?? "0x");
      }),
    );
    if (!calls) return;
    for (const [i, { hash, actor }] of recorded.entries()) {
      // Anyone may submit it beside signatures that are not the party's.
      const isSigned = ([digest, signature]: Submitted) =>
        digest === hash &&
        facts?.registry.keys.get(signerOrNone(hash, signature, ctx.recover) ?? "")?.party === actor;
      const [, expected] = calls[i]?.find(isSigned) ?? [];
      if (expected)
        check.fault("SIGNATURE_MISSING", {
          table: "event",
          row: hash,
          column: "signature",
          expected,
        });
    }
  }
}

/**
 * Invariant 24: events and notices that the service accepted itself are marked as accepted, or a reorg would delete them.
 * One that was only followed is queued or sent again only if one of ours was built on it.
 */
async function checkAcceptance(check: Check): Promise<void> {
  const rows = await check.db.$queryRaw<{ table: "event" | "notice"; row: string }[]>`
    SELECT 'event' AS table, event.hash AS row
    FROM event JOIN settlement ON settlement.event = event.hash
    WHERE accepted_at IS NULL AND (
      details IS NOT NULL OR secret IS NOT NULL
      OR ((state NOT IN ('mined', 'final') OR EXISTS (SELECT 1 FROM carried WHERE carried.settlement = settlement.id))
        AND NOT EXISTS (
          SELECT 1 FROM entry made JOIN entry next ON next.lot = made.lot AND next.previous = made.word
          WHERE made.event = event.hash)))
    UNION ALL
    SELECT 'notice', notice.digest FROM notice JOIN settlement ON settlement.notice = notice.digest
    WHERE accepted_at IS NULL AND (
      details IS NOT NULL OR secret IS NOT NULL OR state NOT IN ('mined', 'final')
      OR EXISTS (SELECT 1 FROM carried WHERE carried.settlement = settlement.id))
    LIMIT ${FEW}`;
  for (const { table, row } of rows)
    check.fault("ACCEPTANCE_MISSING", { table, row, column: "accepted_at" });
}

/** Invariant 11, for entries: each belongs to an event. */
async function checkEntriesWithoutEvent(check: Check): Promise<void> {
  const rows = await check.db.$queryRaw<{ event: string; lot: string }[]>`
    SELECT event, lot FROM entry WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.hash = entry.event)
    ORDER BY event, lot LIMIT ${FEW}`;
  for (const { event, lot } of rows)
    check.fault("ENTRY_EXTRA", { table: "entry", row: `${event}/${lot}` });
}

/** Listed rows of a kind that should not exist: more would say nothing new. */
const FEW = 1_000;

/** Invariant 14: no row has a number that is still to be assigned. */
async function checkSequences(check: Check): Promise<void> {
  const rows = await check.db.$queryRaw<
    { table: "event" | "notice" | "settlement"; row: string; sequence: bigint }[]
  >`
    SELECT 'event' AS table, hash AS row, sequence FROM event, (SELECT last_value AS last FROM event_sequence_seq) assigned
    WHERE sequence > last OR sequence < 1
    UNION ALL
    SELECT 'notice', digest, sequence FROM notice, (SELECT last_value AS last FROM notice_sequence_seq) assigned
    WHERE sequence > last OR sequence < 1
    UNION ALL
    SELECT 'settlement', id, sequence FROM settlement, (SELECT last_value AS last FROM settlement_sequence_seq) assigned
    WHERE sequence > last OR sequence < 1
    LIMIT ${FEW}`;
  for (const { table, row, sequence } of rows)
    check.fault("SEQUENCE_AHEAD", { table, row, column: "sequence", found: sequence });
}

type NoticeWithSettlement = Prisma.NoticeGetPayload<{
  include: { settlement: { include: { carried: true } } };
}>;

/** Invariants 8 to 10 and 12 to 14, for notices. */
export async function checkNotices(check: Check, facts: ChainFacts | undefined): Promise<void> {
  const { db, ctx } = check;
  let done = 0;
  const batches = inBatches(
    (after: string | undefined) =>
      db.notice.findMany({
        where: { digest: { gt: after ?? "" } },
        orderBy: { digest: "asc" },
        take: EVENTS_AT_ONCE,
        include: { settlement: { include: { carried: true } } },
      }),
    ({ digest }) => digest,
  );
  for await (const rows of batches) {
    for (const row of rows) {
      const { signed, faults } = readNoticeRow(ctx.domain, row);
      check.faults(faults);
      if (!row.settlement)
        check.fault("SETTLEMENT_MISSING", { table: "settlement", row: row.digest });
      if (signed) await checkNotice(check, row, signed, facts);
    }
    check.count("notices", rows.length);
    check.progress("notices", (done += rows.length));
  }
  await checkSequences(check);
  await checkAcceptance(check);
  await checkCounted(check);
}

/** A notice counts unless it is void, or held because the ledger refused it. */
async function checkCounted(check: Check): Promise<void> {
  const rows = await check.db.$queryRaw<{ digest: string; live: boolean }[]>`
    SELECT notice.digest, notice.live FROM notice JOIN settlement ON settlement.notice = notice.digest
    WHERE notice.live <> ${COUNTS} LIMIT ${FEW}`;
  for (const { digest, live } of rows)
    check.fault("COPY_DIFFERS", {
      table: "notice",
      row: digest,
      column: "live",
      expected: !live,
      found: live,
    });
}

async function checkNotice(
  check: Check,
  row: NoticeWithSettlement,
  notice: Notice,
  facts: ChainFacts | undefined,
): Promise<void> {
  const key = { table: "notice", row: row.digest } as const;
  const isOurs = row.acceptedAt !== null;
  check.faults(detailsFaults(key, row, notice, isOurs));
  const signed = { ...key, isOurs, signature: row.signature, party: notice.issuer };
  checkSignature(check, signed, placeOf(row.settlement, facts), facts);
  const { lot, kind, issuer, withdraws } = notice;
  if (kind === NOTICE_KINDS.recall && issuerOf(lot) !== issuer)
    check.fault("NOTICE_UNFOUNDED", {
      ...key,
      field: "issuer",
      expected: issuerOf(lot),
      found: issuer,
    });
  const named =
    kind === NOTICE_KINDS.withdrawal
      ? { digest: withdraws, lot, issuer, kind: { not: kind } }
      : undefined;
  const isFounded = named
    ? (await check.db.notice.count({ where: named })) === 1
    : withdraws === ZERO_HASH;
  if (!isFounded) check.fault("NOTICE_UNFOUNDED", { ...key, field: "withdraws", found: withdraws });
}
