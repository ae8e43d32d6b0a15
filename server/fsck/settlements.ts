// Checks settlements against the rows that they belong to and the facts of the chain.
import { z } from "zod";
import type { Prisma } from "../../prisma/generated/client.ts";
import { PREDECESSOR_HELD } from "../custody/held.ts";
import type { ChainFacts } from "./chain.ts";
import { type Check, inBatches, ROWS_AT_ONCE } from "./check.ts";

type Row = Prisma.SettlementGetPayload<{ include: { carried: true } }>;

const Reason = z.object({ name: z.string(), args: z.array(z.union([z.string(), z.number()])) });
/** Why something is void: the ledger recorded a rival, a rival was accepted while it was held, or a person gave it up. */
const VoidReason = z.discriminatedUnion("name", [
  z.object({
    name: z.literal("Rival"),
    args: z.tuple([z.string()]),
    blockHash: z.string(),
    logged: z.literal(true).optional(),
  }),
  z.strictObject({
    name: z.enum(["Yielded", "GivenUp"]),
    args: z.tuple([z.string()]),
    /** Why it was held before. */
    was: Reason.exactOptional(),
  }),
]);

/** Invariants 13 and 15: each settlement belongs to one event or notice, and its state fits everything else. */
export async function checkSettlementRows(
  check: Check,
  facts: ChainFacts | undefined,
): Promise<void> {
  const { db } = check;
  let done = 0;
  const batches = inBatches(
    (after: string | undefined) =>
      db.settlement.findMany({
        where: { id: { gt: after ?? "" } },
        orderBy: { id: "asc" },
        take: ROWS_AT_ONCE,
        include: { carried: true },
      }),
    ({ id }) => id,
  );
  for await (const rows of batches) {
    await checkReferences(check, rows);
    const open = await openAttempts(check, rows);
    for (const row of rows) {
      checkPlace(check, row);
      checkCarriage(check, row, open, facts);
      checkReasonColumn(check, row);
      if (row.state === "held") await checkHeld(check, row, facts);
    }
    await checkVoid(check, rows, facts);
    check.count("settlements", rows.length);
    check.progress("settlements", (done += rows.length));
  }
  await checkOrder(check);
}

async function checkReferences(check: Check, rows: readonly Row[]): Promise<void> {
  const events = rows.flatMap(({ event }) => event ?? []);
  const notices = rows.flatMap(({ notice }) => notice ?? []);
  const storedEvents = await check.db.event.findMany({
    where: { hash: { in: events } },
    select: { hash: true, actor: true },
  });
  const storedNotices = await check.db.notice.findMany({
    where: { digest: { in: notices } },
    select: { digest: true, issuer: true },
  });
  const partyOf = new Map([
    ...storedEvents.map(({ hash, actor }) => [hash, actor] as const),
    ...storedNotices.map(({ digest, issuer }) => [digest, issuer] as const),
  ]);
  for (const { id, event, notice, party } of rows) {
    const key = { table: "settlement", row: id } as const;
    const of = event ?? notice;
    const column = event === null ? "notice" : "event";
    if (of === null)
      check.fault("SETTLEMENT_EXTRA", { ...key, column: "event", expected: id, found: null });
    else if (event !== null && notice !== null)
      check.fault("SETTLEMENT_EXTRA", { ...key, column: "notice", expected: null, found: notice });
    else if (of !== id)
      check.fault("SETTLEMENT_EXTRA", { ...key, column, expected: id, found: of });
    else if (!partyOf.has(of)) check.fault("EVIDENCE_MISSING", { table: column, row: of });
    else if (partyOf.get(of) !== party)
      check.fault("COPY_DIFFERS", {
        ...key,
        column: "party",
        expected: partyOf.get(of),
        found: party,
      });
  }
}

/** Checks that the columns of a record fit together. They were compared with the chain before. */
function checkPlace(
  check: Check,
  { id, state, block, blockHash, transaction, logIndex }: Row,
): void {
  const key = { table: "settlement", row: id } as const;
  const isRecorded = state === "mined" || state === "final";
  const columns = Object.entries({
    block,
    block_hash: blockHash,
    transaction,
    log_index: logIndex,
  });
  const wrong = columns.filter(([, found]) => (found !== null) !== isRecorded);
  if (wrong.length === columns.length)
    check.fault("SETTLEMENT_STATE", { ...key, column: "state", found: state });
  else
    for (const [column, found] of wrong)
      check.fault("SETTLEMENT_STATE", {
        ...key,
        column,
        ...(!isRecorded && { expected: null }),
        found,
      });
}

/** Finds the pending transactions that carry any of these rows. */
async function openAttempts({ db }: Check, rows: readonly Row[]): Promise<Set<string>> {
  const hashes = rows.flatMap(({ carried }) => carried.map(({ attempt }) => attempt));
  const open = await db.attempt.findMany({
    where: { hash: { in: hashes }, closedAt: null },
    select: { hash: true },
  });
  return new Set(open.map(({ hash }) => hash));
}

/** A signed settlement is in a pending transaction. A queued one is in none, unless the ledger skipped it there. */
function checkCarriage(
  check: Check,
  row: Row,
  openAttempts: ReadonlySet<string>,
  facts: ChainFacts | undefined,
): void {
  const { id, state, carried } = row;
  const key = { table: "settlement", row: id, column: "state" } as const;
  const open = carried.map(({ attempt }) => attempt).filter((attempt) => openAttempts.has(attempt));
  if (state === "signed" && open.length === 0) {
    check.fault("SETTLEMENT_STATE", { ...key, expected: "queued", found: state });
    for (const { attempt } of carried)
      check.fault("ATTEMPT_CLOSED", {
        table: "attempt",
        row: attempt,
        column: "closed_at",
        expected: null,
      });
  }
  const isEvent = row.event !== null;
  if (state === "logged" && (carried.length > 0 || !isEvent))
    check.fault("SETTLEMENT_STATE", { ...key, expected: "queued", found: state });
  if (state !== "queued" || !facts) return;
  const skippedIn = new Set(facts.skips.get(id)?.map(({ transaction }) => transaction));
  if (open.some((attempt) => !skippedIn.has(attempt)))
    check.fault("SETTLEMENT_STATE", { ...key, expected: "signed", found: state });
}

function checkReasonColumn(check: Check, { id, state, reason }: Row): void {
  const key = { table: "settlement", row: id, column: "reason" } as const;
  if (state === "held" || state === "void") {
    const form = state === "held" ? Reason : VoidReason;
    if (!form.safeParse(reason).success) check.fault("REASON_UNFOUNDED", { ...key, found: reason });
  } else if (reason !== null)
    check.fault("SETTLEMENT_STATE", { ...key, expected: null, found: reason });
}

/** A held settlement was skipped by the ledger for this reason, failed repeatedly, or follows a held one. */
async function checkHeld(check: Check, row: Row, facts: ChainFacts | undefined): Promise<void> {
  const { data } = Reason.safeParse(row.reason);
  if (!data) return; // named by checkReasonColumn
  const isFounded =
    data.name === PREDECESSOR_HELD
      ? data.args.length === 1 && (await followsHeld(check, row.id, String(data.args[0])))
      : isReasonToHold(row, data, facts);
  if (!isFounded)
    check.fault("REASON_UNFOUNDED", {
      table: "settlement",
      row: row.id,
      column: "reason",
      found: row.reason,
    });
}

/** Whether something was held for a reason of its own: the ledger skipped it for this, or it could not be sent. */
function isReasonToHold(
  { id, carried }: Row,
  { name, args }: z.infer<typeof Reason>,
  facts: ChainFacts | undefined,
): boolean {
  switch (name) {
    case "StateBeforeUnknown":
    case "SignatureUnknown":
      return args.length === 0;
    case "TransactionFailed":
      return carried.some(({ attempt }) => attempt === args[0]);
    default: {
      if (!facts) return true;
      const ours = new Set(carried.map(({ attempt }) => attempt));
      const stored = JSON.stringify([name, args]);
      const skips = facts.skips.get(id)?.filter(({ transaction }) => ours.has(transaction)) ?? [];
      return skips.some(({ why }) => why && JSON.stringify([why.name, why.args]) === stored);
    }
  }
}

async function followsHeld({ db }: Check, event: string, predecessor: string): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    WITH RECURSIVE before(event) AS (
      SELECT ${event}::text
      UNION
      SELECT prior.event FROM before
      JOIN entry ON entry.event = before.event
      JOIN entry prior ON prior.lot = entry.lot AND prior.word = entry.previous
      JOIN settlement ON settlement.event = prior.event AND settlement.state = 'held'
    ) SELECT 1 FROM before WHERE event = ${predecessor} AND event <> ${event}`;
  return rows.length > 0;
}

/**
 * What is void lost to a rival, was held when it was given up, or follows such an event. A rival of an event follows the same
 * word, and one of a notice withdraws the same notice.
 */
async function checkVoid(
  check: Check,
  rows: readonly Row[],
  facts: ChainFacts | undefined,
): Promise<void> {
  const lost = rows.filter(({ state }) => state === "void");
  if (lost.length === 0) return;
  const priors = await priorsOf(
    check,
    lost.map(({ id }) => id),
  );
  const rivals = await rivalsOf(
    check,
    lost.map(({ id }) => id),
  );
  for (const row of lost) {
    const key = { table: "settlement", row: row.id } as const;
    const { data } = VoidReason.safeParse(row.reason);
    if (!data) continue; // named by checkReasonColumn
    const [subject] = data.args;
    const own = rivals.filter(({ id }) => id === row.id);
    const before = priors.filter(({ id }) => id === row.id);
    const isAfterVoid = before.some(({ prior, isVoid }) => isVoid || prior === subject);
    const was = data.name !== "Rival" && data.was?.name !== PREDECESSOR_HELD ? data.was : undefined;
    const isRoot = was !== undefined && isReasonToHold(row, was, facts);
    const isFounded = {
      Rival: isAfterVoid || own.some(({ isRecorded }) => isRecorded),
      Yielded: isAfterVoid || (isRoot && own.some(({ rival }) => rival === subject)),
      GivenUp: isAfterVoid || (isRoot && subject === row.id),
    }[data.name];
    if (!isFounded) check.fault("REASON_UNFOUNDED", { ...key, column: "state", found: "void" });
    const blockHash = data.name === "Rival" ? { blockHash: data.blockHash } : {};
    if ((await check.db.settlement.count({ where: { id: subject, ...blockHash } })) === 0)
      check.fault("REASON_UNFOUNDED", { ...key, column: "reason", found: row.reason });
  }
}

/** The events that events follow, and the notices that withdrawals name. */
function priorsOf({ db }: Check, ids: readonly string[]) {
  return db.$queryRaw<{ id: string; prior: string; isVoid: boolean }[]>`
    SELECT DISTINCT entry.event AS id, prior.event AS prior, settlement.state = 'void' AS "isVoid" FROM entry
    JOIN entry prior ON prior.lot = entry.lot AND prior.word = entry.previous
    JOIN settlement ON settlement.event = prior.event
    WHERE entry.event = ANY(${[...ids]})
    UNION
    SELECT notice.digest, notice.withdraws, settlement.state = 'void'
    FROM notice JOIN settlement ON settlement.notice = notice.withdraws
    WHERE notice.digest = ANY(${[...ids]})`;
}

/** The other events over the same words, and the other withdrawals of the same notices. */
function rivalsOf({ db }: Check, ids: readonly string[]) {
  return db.$queryRaw<{ id: string; rival: string; isRecorded: boolean }[]>`
    SELECT DISTINCT entry.event AS id, rival.event AS rival, settlement.state IN ('mined', 'final') AS "isRecorded"
    FROM entry JOIN entry rival
      ON rival.lot = entry.lot AND rival.previous = entry.previous AND rival.event <> entry.event
    JOIN settlement ON settlement.event = rival.event
    WHERE entry.event = ANY(${[...ids]})
    UNION
    SELECT notice.digest, rival.digest, settlement.state IN ('mined', 'final')
    FROM notice JOIN notice rival
      ON rival.withdraws = notice.withdraws AND rival.kind = 3 AND rival.digest <> notice.digest
    JOIN settlement ON settlement.notice = rival.digest
    WHERE notice.kind = 3 AND notice.digest = ANY(${[...ids]})`;
}

/** Invariant 16: a waiting settlement is sent after those that it follows. */
async function checkOrder(check: Check): Promise<void> {
  const rows = await check.db.$queryRaw<{ id: string; sequence: bigint; before: bigint }[]>`
    SELECT DISTINCT waiting.id, waiting.sequence, first.sequence AS before
    FROM settlement waiting
    JOIN entry ON entry.event = waiting.event
    JOIN entry prior ON prior.lot = entry.lot AND prior.word = entry.previous
    JOIN settlement first ON first.event = prior.event
    WHERE waiting.state IN ('queued', 'signed', 'held') AND first.state IN ('queued', 'signed', 'held')
      AND first.sequence > waiting.sequence
    ORDER BY waiting.sequence LIMIT ${ROWS_AT_ONCE}`;
  for (const { id, sequence, before } of rows)
    check.fault("OUT_OF_ORDER", {
      table: "settlement",
      row: id,
      column: "sequence",
      expected: `more than ${before}`,
      found: sequence,
    });
}
