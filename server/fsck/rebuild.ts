// Rebuilds the derived rows of one lot from the signed events and notices: copied columns, entries, the lot's row, and who sees
// it. Never writes what was signed. Refuses where the evidence does not lead to one path of the lot.
import type { CustodyEvent, Domain } from "../../protocol/event/event.ts";
import { issuerOf, wordOf } from "../../protocol/event/lot.ts";
import type { Notice } from "../../protocol/event/notice.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Prisma } from "../../prisma/generated/client.ts";
import { columnsOf } from "../custody/listing.ts";
import { lockStates, projectInterests, projectLots } from "../custody/states.ts";
import { readEventRow, readNoticeRow } from "../integrity/evidence.ts";
import { type Fault, fault } from "../integrity/fault.ts";
import { ANYBODY, replayRow, statesBeforeAll } from "../integrity/replay.ts";
import { COUNTS } from "../settlement/hold.ts";
import type { Db } from "../storage/db.ts";

/** The evidence does not lead to the rows of a lot. Its transaction is rolled back. */
export class NotRebuilt extends Error {
  /** What is wrong with the evidence, as far as it is known. */
  readonly fault: Fault | undefined;

  constructor(fault?: Fault) {
    super("the lot cannot be rebuilt");
    this.fault = fault;
  }
}

const withEntries = { entries: true, settlement: true } as const;
type EventRow = Prisma.EventGetPayload<{ include: typeof withEntries }>;

/** What a lot is rebuilt from, beside the rows that name it. */
export interface Sources {
  /** Events that have an entry for the lot in their bytes, and no row of it. */
  events: readonly string[];
  /** Notices that are about the lot by their bytes. */
  notices: readonly string[];
  /** The word that the ledger has for the lot, where fsck reports that the rows lead to another. */
  word: string | undefined;
}

/**
 * Rebuilds a lot. The caller opens the transaction, and has checked signatures, details and what is missing.
 * @throws NotRebuilt
 */
export async function rebuildLot(
  tx: Db,
  domain: Domain,
  lot: string,
  sources: Sources,
): Promise<void> {
  const { waitsFor } = await rebuildEntries(tx, domain, lot, sources);
  if (waitsFor !== null) throw new NotRebuilt(waitsFor);
  await checkPath(tx, lot, sources.word);
  await rebuildRow(tx, lot);
  await projectInterests(tx, [lot]);
}

/** How far the entries of a lot are rebuilt. */
interface Progress {
  isChanged: boolean;
  /** Null if all are rebuilt; else why not, if that is known. An event of several lots waits for the entries of all. */
  waitsFor: Fault | undefined | null;
}

/**
 * Rebuilds the copied columns and the entries of a lot, as far as the entries of other lots allow.
 * @throws NotRebuilt if bytes are not what was signed
 */
export async function rebuildEntries(
  tx: Db,
  domain: Domain,
  lot: string,
  { events, notices }: Sources,
): Promise<Progress> {
  await lockStates(tx, [lot]);
  const rows = await tx.event.findMany({
    where: { OR: [{ hash: { in: [...events] } }, { entries: { some: { lot } } }] },
    include: withEntries,
  });
  await rebuildNotices(tx, domain, lot, notices);
  return replayEntries(tx, domain, lot, rows);
}

/** Sets the columns of notices that are copied from their bytes, and whether they count. */
async function rebuildNotices(
  tx: Db,
  domain: Domain,
  lot: string,
  more: readonly string[],
): Promise<void> {
  const rows = await tx.notice.findMany({
    where: { OR: [{ lot }, { digest: { in: [...more] } }] },
  });
  for (const row of rows) {
    const { signed, faults } = readNoticeRow(domain, row);
    if (!signed) throw new NotRebuilt(faults[0]);
    if (faults.length > 0)
      await tx.notice.update({ where: { digest: row.digest }, data: copiesOfNotice(signed) });
  }
  await tx.$executeRaw`
    UPDATE notice SET live = ${COUNTS} FROM settlement
    WHERE settlement.notice = notice.digest AND notice.lot = ${lot} AND notice.live <> ${COUNTS}`;
}

const copiesOfNotice = ({ lot, kind, issuer, withdraws, time }: Notice) => ({
  lot,
  kind,
  issuer,
  withdraws,
  time,
});

const copiesOfEvent = ({ action, actor, holder, consignee, time }: CustodyEvent) => ({
  action,
  actor,
  holder,
  consignee,
  time,
});

/** Sets the lot's entries to what its signed events and the transition give, each event after those that it follows. */
async function replayEntries(
  tx: Db,
  domain: Domain,
  lot: string,
  rows: readonly EventRow[],
): Promise<Progress> {
  let isChanged = false;
  const read = rows.map((row) => {
    const { signed, faults } = readEventRow(domain, row);
    if (!signed) throw new NotRebuilt(faults[0]);
    return { row, signed, hasCopyFaults: faults.length > 0 };
  });
  for (const { row, signed, hasCopyFaults } of read)
    if (hasCopyFaults) {
      await tx.event.update({ where: { hash: row.hash }, data: copiesOfEvent(signed) });
      isChanged = true;
    }
  const has = ({ signed }: (typeof read)[number]) =>
    signed.entries.some((entry) => entry.lot === lot);
  for (const { row } of read.filter((one) => !has(one)))
    await tx.entry.delete({ where: { event_lot: { event: row.hash, lot } } });
  // Of two live entries none may follow the same word, not even until the other is set.
  const misplaced = read.filter(({ row, signed }) => {
    const entry = row.entries.find((one) => one.lot === lot);
    const previous = signed.entries.find((one) => one.lot === lot)?.previous;
    return row.settlement?.state === "void" || entry?.previous !== previous;
  });
  const ids = misplaced.map(({ row }) => row.hash);
  await tx.entry.updateMany({ where: { lot, event: { in: ids } }, data: { live: false } });
  for (let waiting = read.filter(has); waiting.length > 0;) {
    const left: typeof read = [];
    let cause: Fault | undefined;
    for (const one of waiting) {
      const { row, signed } = one;
      const before = await statesBeforeAll(tx, [signed]);
      const { states, faults } = replayRow(row.hash, signed, before, ANYBODY);
      if (states) isChanged = (await setEntry(tx, lot, row, { signed, states })) || isChanged;
      else {
        left.push(one);
        cause ??= faults[0];
      }
    }
    if (left.length === waiting.length) return { isChanged, waitsFor: cause };
    waiting = left;
  }
  return { isChanged, waitsFor: null };
}

type States = NonNullable<ReturnType<typeof replayRow>["states"]>;

/** Writes an entry. @returns whether the stored one differs */
async function setEntry(
  tx: Db,
  lot: string,
  { hash, settlement, entries }: EventRow,
  { signed, states }: { signed: CustodyEvent; states: States },
): Promise<boolean> {
  if (!settlement)
    throw new NotRebuilt(fault("SETTLEMENT_MISSING", { table: "settlement", row: hash }));
  const index = signed.entries.findIndex((entry) => entry.lot === lot);
  const { previous, quantity } = signed.entries[index]!;
  const state = states[index]!;
  const entry = {
    index,
    previous,
    quantity: BigInt(quantity),
    held: state.held,
    word: wordOf(state),
    live: settlement.state !== "void",
  };
  await tx.entry.upsert({
    where: { event_lot: { event: hash, lot } },
    create: { event: hash, lot, ...entry },
    update: entry,
  });
  const stored = entries.find((one) => one.lot === lot);
  return Object.entries(entry).some(
    ([name, value]) => stored?.[name as keyof typeof entry] !== value,
  );
}

/** Checks that the live entries make one path, and lead to the ledger's word where fsck reports another. */
async function checkPath(tx: Db, lot: string, word: string | undefined): Promise<void> {
  const entries = await tx.entry.findMany({ where: { lot } });
  const live = entries.filter((entry) => entry.live);
  const words = new Set(live.map((entry) => entry.word));
  const followed = new Set(live.map(({ previous }) => previous));
  for (const { event, previous } of live)
    if (previous !== ZERO_HASH && !words.has(previous))
      throw new NotRebuilt(
        fault("PREDECESSOR_MISSING", { table: "entry", row: `${event}/${lot}`, found: previous }),
      );
  if (followed.size < live.length) {
    const [fork] = live.filter(({ previous }, i) =>
      live.some((other, j) => j > i && other.previous === previous),
    );
    throw new NotRebuilt(fault("FORK", { table: "entry", row: `${fork!.event}/${lot}` }));
  }
  if (word !== undefined && word !== ZERO_HASH && !entries.some((entry) => entry.word === word))
    throw new NotRebuilt(fault("WORD_DIFFERS", { table: "lot", row: lot, expected: word }));
}

/** Sets the lot's row to the state after its last live entry, with the search columns from the details alone. */
async function rebuildRow(tx: Db, lot: string): Promise<void> {
  const origin = await tx.entry.findFirst({
    where: { lot, live: true, previous: ZERO_HASH },
    include: { of: true },
  });
  if (!origin) {
    await tx.lot.deleteMany({ where: { id: lot } });
    return;
  }
  const { hash, sequence, holder, consignee } = origin.of;
  const made = { issuer: issuerOf(lot), origin: hash, sequence };
  const { quantity, held } = origin;
  await tx.lot.upsert({
    where: { id: lot },
    create: { id: lot, ...made, lastEvent: hash, holder, consignee, quantity, held, text: "" },
    update: made,
  });
  await projectLots(tx, [lot]);
  const columns = await columnsOf(tx, lot);
  if (columns) await tx.lot.update({ where: { id: lot }, data: columns.now });
}
