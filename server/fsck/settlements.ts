// Checks settlements against the rows that they belong to and the facts of the chain.
import { z } from "zod";
import type { Prisma } from "../../prisma/generated/client.ts";
import type { ChainFacts } from "./chain.ts";
import { type Check, inBatches, ROWS_AT_ONCE } from "./check.ts";

type Row = Prisma.SettlementGetPayload<{ include: { carried: true } }>;

const Reason = z.object({ name: z.string(), args: z.array(z.union([z.string(), z.number()])) });
const RivalReason = Reason.extend({ name: z.literal("Rival"), blockHash: z.string() });

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
    await checkVoid(check, rows);
    check.count("settlements", rows.length);
    check.progress("settlements", (done += rows.length));
  }
  await checkOrder(check);
}

async function checkReferences(check: Check, rows: readonly Row[]): Promise<void> {
  const events = rows.flatMap(({ event }) => event ?? []);
  const notices = rows.flatMap(({ notice }) => notice ?? []);
  const kept = new Set([
    ...(
      await check.db.event.findMany({ where: { hash: { in: events } }, select: { hash: true } })
    ).map((e) => e.hash),
    ...(
      await check.db.notice.findMany({
        where: { digest: { in: notices } },
        select: { digest: true },
      })
    ).map((n) => n.digest),
  ]);
  for (const { id, event, notice } of rows) {
    const key = { table: "settlement", row: id } as const;
    const of = event ?? notice;
    const column = event === null ? "notice" : "event";
    if (of === null)
      check.fault("SETTLEMENT_EXTRA", { ...key, column: "event", expected: id, found: null });
    else if (event !== null && notice !== null)
      check.fault("SETTLEMENT_EXTRA", { ...key, column: "notice", expected: null, found: notice });
    else if (of !== id)
      check.fault("SETTLEMENT_EXTRA", { ...key, column, expected: id, found: of });
    else if (!kept.has(of)) check.fault("EVIDENCE_MISSING", { table: column, row: of });
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
    const form = state === "held" ? Reason : RivalReason;
    if (!form.safeParse(reason).success) check.fault("REASON_UNFOUNDED", { ...key, found: reason });
  } else if (reason !== null)
    check.fault("SETTLEMENT_STATE", { ...key, expected: null, found: reason });
}

/** A held settlement was skipped by the ledger for this reason, failed repeatedly, or follows a held one. */
async function checkHeld(
  check: Check,
  { id, carried, reason }: Row,
  facts: ChainFacts | undefined,
): Promise<void> {
  const parsed = Reason.safeParse(reason);
  if (!parsed.success) return;
  const { name, args } = parsed.data;
  const isFounded = await (async () => {
    switch (name) {
      case "StateBeforeUnknown":
      case "SignatureUnknown":
        return args.length === 0;
      case "PredecessorHeld":
        return args.length === 1 && (await followsHeld(check, id, String(args[0])));
      case "TransactionFailed":
        return carried.some(({ attempt }) => attempt === args[0]);
      default: {
        const ours = new Set(carried.map(({ attempt }) => attempt));
        const stored = JSON.stringify([name, args]);
        const skips = facts?.skips.get(id)?.filter(({ transaction }) => ours.has(transaction));
        return (
          !facts || skips?.some(({ why }) => why && JSON.stringify([why.name, why.args]) === stored)
        );
      }
    }
  })();
  if (!isFounded)
    check.fault("REASON_UNFOUNDED", {
      table: "settlement",
      row: id,
      column: "reason",
      found: reason,
    });
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

/** A void event lost to one that the ledger recorded over the same word, or follows a void one. */
async function checkVoid(check: Check, rows: readonly Row[]): Promise<void> {
  const lost = rows.filter(({ state }) => state === "void");
  if (lost.length === 0) return;
  const ids = lost.map(({ id }) => id);
  const founded = await check.db.$queryRaw<{ event: string }[]>`
    SELECT DISTINCT entry.event FROM entry
    WHERE entry.event = ANY(${ids}) AND (
      EXISTS (
        SELECT 1 FROM entry rival JOIN settlement ON settlement.event = rival.event
        WHERE rival.lot = entry.lot AND rival.previous = entry.previous AND rival.event <> entry.event
          AND settlement.state IN ('mined', 'final'))
      OR EXISTS (
        SELECT 1 FROM entry prior JOIN settlement ON settlement.event = prior.event
        WHERE prior.lot = entry.lot AND prior.word = entry.previous AND settlement.state = 'void'))`;
  const isFounded = new Set(founded.map(({ event }) => event));
  for (const { id, reason } of lost) {
    const key = { table: "settlement", row: id } as const;
    if (!isFounded.has(id))
      check.fault("REASON_UNFOUNDED", { ...key, column: "state", found: "void" });
    const parsed = RivalReason.safeParse(reason);
    if (!parsed.success) continue;
    const { args, blockHash } = parsed.data;
    const rival = await check.db.settlement.count({ where: { id: String(args[0]), blockHash } });
    if (args.length !== 1 || rival === 0)
      check.fault("REASON_UNFOUNDED", { ...key, column: "reason", found: reason });
  }
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
