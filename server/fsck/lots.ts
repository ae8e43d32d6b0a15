// Checks every lot: its live entries form one path, its row and readers follow from them, and the ledger has its words.
import { parseCanonical } from "../../protocol/base/canonical.ts";
import { Details } from "../../protocol/event/details.ts";
import { Disclosure, openDetails } from "../../protocol/event/disclosure.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { ACTIONS } from "../../protocol/event/event.ts";
import { issuerOf, wordOf } from "../../protocol/event/lot.ts";
import { noticeWord } from "../../protocol/event/notice.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Interest, Lot } from "../../prisma/generated/client.ts";
import { correctedFacts } from "../custody/corrected-facts.ts";
import { columnsOf, type SearchColumns, searchColumns } from "../custody/listing.ts";
import { interestsIn } from "../custody/states.ts";
import { restrictionsOf } from "../access/visibility.ts";
import type { Range } from "./chain.ts";
import { type Check, inBatches } from "./check.ts";
import { type LaterRecords, recordsAfter } from "./later.ts";

const LOTS_AT_ONCE = 200;

/** Invariants 18 to 22, lot by lot. */
export async function checkLots(check: Check, range: Range | undefined): Promise<void> {
  let done = 0;
  let later = range?.upTo ? await recordsAfter(check, range) : undefined;
  for await (const batch of inBatches(
    (after: string | undefined) => lotsAfter(check, after),
    ({ lot }) => lot,
  )) {
    const lots = batch.map(({ lot }) => lot);
    await checkPaths(check, lots);
    await checkRows(check, lots);
    await checkInterests(check, lots);
    if (later && !(await checkWords(check, lots, range!.newest.hash, later))) later = undefined;
    check.progress("lots", (done += lots.length));
  }
}

/** Finds every lot that any row names. */
function lotsAfter({ db }: Check, after = ""): Promise<{ lot: string }[]> {
  return db.$queryRaw`
    (SELECT DISTINCT lot FROM entry WHERE lot > ${after} ORDER BY lot LIMIT ${LOTS_AT_ONCE})
    UNION (SELECT DISTINCT lot FROM notice WHERE lot > ${after} ORDER BY lot LIMIT ${LOTS_AT_ONCE})
    UNION (SELECT id FROM lot WHERE id > ${after} ORDER BY id LIMIT ${LOTS_AT_ONCE})
    UNION (SELECT DISTINCT lot FROM interest WHERE lot > ${after} ORDER BY lot LIMIT ${LOTS_AT_ONCE})
    ORDER BY lot LIMIT ${LOTS_AT_ONCE}`;
}

/** Invariant 18: each live entry of a lot follows the one before, and no two follow the same. */
async function checkPaths(check: Check, lots: readonly string[]): Promise<void> {
  const forks = await check.db.$queryRaw<{ event: string; lot: string; previous: string }[]>`
    SELECT entry.event, entry.lot, entry.previous
    FROM entry LEFT JOIN settlement ON settlement.event = entry.event
    WHERE entry.lot = ANY(${[...lots]}) AND entry.live
      AND settlement.state IS DISTINCT FROM 'mined' AND settlement.state IS DISTINCT FROM 'final'
      AND EXISTS (
        SELECT 1 FROM entry other
        WHERE other.lot = entry.lot AND other.previous = entry.previous AND other.event <> entry.event AND other.live)`;
  for (const { event, lot, previous } of forks)
    check.fault("FORK", {
      table: "entry",
      row: `${event}/${lot}`,
      column: "previous",
      found: previous,
    });
  const misplaced = await check.db.$queryRaw<{ event: string; lot: string }[]>`
    SELECT entry.event, entry.lot
    FROM entry JOIN entry prior ON prior.lot = entry.lot AND prior.word = entry.previous
    WHERE entry.lot = ANY(${[...lots]}) AND entry.live AND NOT prior.live`;
  for (const { event, lot } of misplaced)
    check.fault("LIVE_AFTER_VOID", {
      table: "entry",
      row: `${event}/${lot}`,
      column: "live",
      found: true,
    });
}

interface End {
  lot: string;
  event: string;
  holder: string;
  consignee: string;
  quantity: bigint;
  held: boolean;
}

interface Origin {
  lot: string;
  event: string;
  index: number;
  sequence: bigint;
  details: string | null;
  disclosure: string | null;
  restricted: string | null;
  /** The lot that it was split from. */
  parent: string | null;
}

/** Invariant 19: a lot's row is the state after its last live entry, with the search columns of its origin's details. */
async function checkRows(check: Check, lots: readonly string[]): Promise<void> {
  const { db } = check;
  const ends = await db.$queryRaw<End[]>`
    SELECT entry.lot, entry.event, event.holder, event.consignee, entry.quantity, entry.held
    FROM entry JOIN event ON event.hash = entry.event
    WHERE entry.lot = ANY(${[...lots]}) AND entry.live
      AND NOT EXISTS (SELECT 1 FROM entry next WHERE next.lot = entry.lot AND next.previous = entry.word AND next.live)`;
  const origins = await db.$queryRaw<Origin[]>`
    SELECT entry.lot, entry.event, entry.index, event.sequence, event.details, event.disclosure, event.restricted,
      parent.lot AS parent
    FROM entry JOIN event ON event.hash = entry.event
    LEFT JOIN entry parent
      ON parent.event = entry.event AND event.action = ${ACTIONS.split} AND parent.previous <> ${ZERO_HASH}
    WHERE entry.lot = ANY(${[...lots]}) AND entry.live AND entry.previous = ${ZERO_HASH}`;
  const rows = await db.lot.findMany({ where: { id: { in: [...lots] } } });
  const parents = await db.lot.findMany({
    where: { id: { in: origins.flatMap(({ parent }) => parent ?? []) } },
  });
  const corrected = await correctedFacts(db, lots);
  check.count("lots", rows.length);

  const rowOf = new Map([...parents, ...rows].map((row) => [row.id, row]));
  const endsOf = Map.groupBy(ends, ({ lot }) => lot);
  const originsOf = Map.groupBy(origins, ({ lot }) => lot);
  const read = detailsReader();
  for (const lot of lots) {
    const row = rowOf.get(lot);
    const [end, otherEnd] = endsOf.get(lot) ?? [];
    const [origin, otherOrigin] = originsOf.get(lot) ?? [];
    if (!end || !origin) {
      if (row && !end) check.fault("LOT_EXTRA", { table: "lot", row: lot });
      continue; // the replay reports live entries without an origin
    }
    if (!row) {
      check.fault("LOT_MISSING", { table: "lot", row: lot });
      continue;
    }
    if (otherEnd || otherOrigin) continue; // several candidates: that has its own fault
    const parent = origin.parent === null ? null : (rowOf.get(origin.parent) ?? null);
    const columns = { ...end, origin: origin.event, sequence: origin.sequence };
    const listed = listedColumns(read, origin, parent);
    const isPlain = !corrected.has(lot) && !parent?.corrected;
    // The parent's row may be the altered one, or have a corrected fact: then the evidence alone says what this row is.
    const isSure = isPlain && differencesOf(row, { ...columns, ...listed }).length === 0;
    compareLot(check, row, {
      ...columns,
      ...(isSure || Object.keys(listed).length === 0 ? listed : await columnsByEvidence(db, lot)),
    });
  }
}

/** The search columns of a lot from the details and corrections alone, back to its origin. */
const columnsByEvidence = async (db: Check["db"], lot: string): Promise<Partial<SearchColumns>> =>
  (await columnsOf(db, lot))?.now ?? {};

type Columns = Partial<SearchColumns> & Omit<End, "lot"> & { origin: string; sequence: bigint };

function compareLot(check: Check, row: Lot, columns: Columns): void {
  for (const [column, expected, found] of differencesOf(row, columns))
    check.fault("LOT_DIFFERS", { table: "lot", row: row.id, column, expected, found });
}

/** The columns in which a row is not what it should be: name, expected and found value. */
function differencesOf(row: Lot, columns: Columns): [string, unknown, unknown][] {
  const pairs: [string, unknown, unknown][] = [
    ["issuer", issuerOf(row.id), row.issuer],
    ["last_event", columns.event, row.lastEvent],
    ["holder", columns.holder, row.holder],
    ["consignee", columns.consignee, row.consignee],
    ["quantity", columns.quantity, row.quantity],
    ["held", columns.held, row.held],
    ["origin", columns.origin, row.origin],
    ["sequence", columns.sequence, row.sequence],
    ["lot_number", columns.lotNumber, row.lotNumber],
    ["package_id", columns.packageId, row.packageId],
    ["manufacturer", columns.manufacturer, row.manufacturer],
    ["mpn", columns.mpn, row.mpn],
    ["maker_lot", columns.makerLot, row.makerLot],
    ["date_code", columns.dateCode, row.dateCode],
    ["text", columns.text, row.text],
    ["corrected", columns.corrected, row.corrected],
  ];
  return pairs.filter(([, expected, found]) => expected !== undefined && expected !== found);
}

/** The search columns from the origin's details; none if they cannot be read, which has its own fault. */
function listedColumns(
  read: ReturnType<typeof detailsReader>,
  origin: Origin,
  parent: Lot | null,
): Partial<SearchColumns> {
  const facts = read(origin);
  const restricted = restrictionsOf(origin);
  return facts === "unreadable" || !restricted
    ? {}
    : searchColumns(facts, origin.index, parent, restricted);
}

/** Reads each event's details once, however many lots it made: whole, or the disclosed part. */
function detailsReader() {
  const read = new Map<string, Details | undefined | "unreadable">();
  return ({ event, details, disclosure }: Origin): Details | undefined | "unreadable" => {
    if (!read.has(event))
      read.set(event, details === null ? readDisclosure(disclosure) : readAs(Details, details));
    return read.get(event);
  };
}

function readDisclosure(json: string | null): Details | undefined | "unreadable" {
  const disclosure = json === null ? undefined : readAs(Disclosure, json);
  return typeof disclosure === "object" ? openDetails(disclosure) : disclosure;
}

function readAs<T>(
  schema: { safeParse(value: unknown): { data?: T | undefined } },
  json: string,
): T | "unreadable" {
  try {
    return schema.safeParse(parseCanonical(json)).data ?? "unreadable";
  } catch (error) {
    if (error instanceof ProtocolError) return "unreadable";
    throw error;
  }
}

/** Invariant 20: exactly the issuer of a lot, its holders by live events, and the consignee of a lot in transit see it. */
async function checkInterests(check: Check, lots: readonly string[]): Promise<void> {
  const { db } = check;
  const named = await db.$queryRaw<Interest[]>(interestsIn(lots));
  const rows = await db.interest.findMany({ where: { lot: { in: [...lots] } } });
  const expected = new Map(named.map((one) => [keyOf(one), one]));
  const found = new Map(rows.map((one) => [keyOf(one), one]));
  for (const [row, one] of expected) {
    const stored = found.get(row);
    if (!stored) check.fault("INTEREST_MISSING", { table: "interest", row });
    else
      for (const column of ["lasting", "until"] as const)
        if (stored[column] !== one[column])
          check.fault("COPY_DIFFERS", {
            table: "interest",
            row,
            column,
            expected: one[column],
            found: stored[column],
          });
  }
  for (const row of found.keys())
    if (!expected.has(row)) check.fault("INTEREST_EXTRA", { table: "interest", row });
  check.count("interests", rows.length);
}

const keyOf = ({ lot, party }: { lot: string; party: string }) => `${lot}/${party}`;

/**
 * Invariants 21 and 22: the ledger's two words of every lot are those that its recorded events and notices lead to.
 * @param blockHash the chain's newest block
 * @param later the ledger's records after the followed head
 * @returns false if the node did not answer
 */
async function checkWords(
  check: Check,
  lots: readonly string[],
  blockHash: string,
  later: LaterRecords,
): Promise<boolean> {
  const onLedger = await check.ask(() => check.ctx.reader.words(lots, blockHash));
  if (!onLedger) return false;
  const last = await check.db.$queryRaw<{ lot: string; word: string }[]>`
    SELECT DISTINCT ON (entry.lot) entry.lot, entry.word
    FROM entry JOIN settlement ON settlement.event = entry.event
    WHERE entry.lot = ANY(${[...lots]}) AND settlement.state IN ('mined', 'final')
    ORDER BY entry.lot, settlement.block DESC, settlement.log_index DESC`;
  const notices = await check.db.$queryRaw<{ lot: string; digest: string }[]>`
    SELECT notice.lot, notice.digest FROM notice JOIN settlement ON settlement.notice = notice.digest
    WHERE notice.lot = ANY(${[...lots]}) AND settlement.state IN ('mined', 'final')
    ORDER BY settlement.block, settlement.log_index`;
  const words = new Map(last.map(({ lot, word }) => [lot, word]));
  const noticeWords = new Map<string, string>();
  for (const { lot, digest } of notices)
    noticeWords.set(lot, noticeWord(noticeWords.get(lot) ?? ZERO_HASH, digest));
  for (const lot of lots) {
    const state = later.states.get(lot);
    if (state) words.set(lot, wordOf(state));
    for (const digest of later.notices.get(lot) ?? [])
      noticeWords.set(lot, noticeWord(noticeWords.get(lot) ?? ZERO_HASH, digest));
  }
  lots.forEach((lot, i) => {
    const { word: expected, noticeWord: expectedNotice } = onLedger[i]!;
    const found = words.get(lot) ?? ZERO_HASH;
    const foundNotice = noticeWords.get(lot) ?? ZERO_HASH;
    if (found !== expected)
      check.fault("WORD_DIFFERS", { table: "lot", row: lot, expected, found });
    if (foundNotice !== expectedNotice)
      check.fault("NOTICE_WORD_DIFFERS", {
        table: "lot",
        row: lot,
        expected: expectedNotice,
        found: foundNotice,
      });
  });
  return true;
}
