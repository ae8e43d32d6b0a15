// Repairs derived rows after fsck found faults in them: rebuilds the rows of one lot in one transaction, and the log's tiles in
// another, until fsck finds nothing more to rebuild. Never touches evidence, and builds on none that has a fault.
import { parseCanonical } from "../../protocol/base/canonical.ts";
import { ACTIONS, CustodyEvent } from "../../protocol/event/event.ts";
import { Notice } from "../../protocol/event/notice.ts";
import { Hash, ZERO_HASH } from "../../protocol/base/values.ts";
import type { Fault, FaultCode } from "../integrity/fault.ts";
import { Refusal } from "../refusal.ts";
import type { Db } from "../storage/db.ts";
import { ALL_STEPS, fsck, type FsckContext, type OnProgress } from "./fsck.ts";
import { NotRebuilt, rebuildEntries, rebuildLot, type Sources } from "./rebuild.ts";
import { rebuildTiles } from "./rebuild-log.ts";

/** A fault that is left, with the one that stands in the way of rebuilding the row. */
export interface Remaining extends Fault {
  blockedBy?: Pick<Fault, "table" | "row" | "code">;
}

/** The result of a repair. */
export interface Repair {
  dryRun: boolean;
  /** The faults that are gone; in a dry run, those that would be. */
  rebuilt: Fault[];
  remaining: Remaining[];
  /** Faults beyond those listed. */
  unlisted: number;
}

/** Faults that one run reads. With more, the database is beyond repair row by row. */
const MOST_FAULTS = 100_000;
/** Faults of each kind that the result lists. */
const MOST_LISTED = 1_000;
/** A repair ends earlier if nothing changes. Each run rebuilds at least the lots whose predecessors are sound. */
const MOST_RUNS = 50;

/** Faults of derived rows. */
const DERIVED: ReadonlySet<FaultCode> = new Set<FaultCode>([
  "ENTRY_MISSING",
  "ENTRY_EXTRA",
  "ENTRY_DIFFERS",
  "LOT_MISSING",
  "LOT_EXTRA",
  "LOT_DIFFERS",
  "INTEREST_MISSING",
  "INTEREST_EXTRA",
]);
/** Faults that follow from faults of derived rows. If they are left alone, the evidence is incomplete. */
const CONSEQUENCES: ReadonlySet<FaultCode> = new Set<FaultCode>([
  "PREDECESSOR_MISSING",
  "FORK",
  "LIVE_AFTER_VOID",
  "WORD_DIFFERS",
  "NOTICE_WORD_DIFFERS",
]);
const COPIED = ["event", "notice", "interest"];
const isOfTiles = ({ table }: Fault) => table === "tile";
const isOfLots = ({ code, table }: Fault) =>
  DERIVED.has(code) || (code === "COPY_DIFFERS" && COPIED.includes(table));
const isDerived = (fault: Fault) => isOfLots(fault) || isOfTiles(fault);
const isRebuildable = (fault: Fault) => isDerived(fault) || CONSEQUENCES.has(fault.code);

const MISSING: readonly FaultCode[] = ["EVIDENCE_MISSING", "RECORDED_MISSING"];
const UNKNOWN_CHAIN: readonly FaultCode[] = ["NODE_UNREACHABLE", "NODE_INCONSISTENT"];
const OF_LOG: readonly string[] = ["leaf", "checkpoint", "anchoring"];

/**
 * Rebuilds derived rows.
 * @param names ids or numbers of the lots; without them everything is rebuilt
 * @param dryRun rolls every transaction back
 * @throws Refusal NOT_FOUND for the first name that no lot has
 */
export async function repair(
  ctx: FsckContext,
  { lots: names = [], dryRun = false }: { lots?: readonly string[]; dryRun?: boolean } = {},
  onProgress: OnProgress = () => undefined,
): Promise<Repair> {
  const wanted = names.length === 0 ? undefined : await lotsCalled(ctx.prisma, names);
  const check = () => fsck(ctx, onProgress, ALL_STEPS, MOST_FAULTS);
  const blocked = new Map<string, Fault>();
  const seen = new Map<string, Fault>();
  const states = new Set<string>();
  let report = await check();
  for (let run = 0; run < MOST_RUNS && report.unlisted === 0; run++) {
    const state = report.faults.filter(isDerived).map(keyOf).join("\n");
    if (states.has(state)) break;
    states.add(state);
    const isChanged = await rebuildOnce(ctx, report.faults, { wanted, dryRun, blocked, seen });
    if (dryRun || !isChanged) break;
    report = await check();
  }
  const left = new Set(dryRun ? [] : report.faults.map(keyOf));
  const rebuilt = [...seen].flatMap(([key, fault]) => (left.has(key) ? [] : [fault]));
  const gone = new Set(rebuilt.map(keyOf));
  const lotsOfRow = await lotsByRow(ctx.prisma, report.faults);
  const remaining = report.faults
    .filter((fault) => !gone.has(keyOf(fault)))
    .map((fault): Remaining => {
      const by = isDerived(fault)
        ? (lotsOfRow(fault).map((lot) => blocked.get(lot))[0] ?? blocked.get(fault.table))
        : undefined;
      if (!by || keyOf(by) === keyOf(fault)) return fault;
      return { ...fault, blockedBy: { table: by.table, row: by.row, code: by.code } };
    });
  const unlisted = [rebuilt, remaining].map(({ length }) => Math.max(0, length - MOST_LISTED));
  return {
    dryRun,
    rebuilt: rebuilt.slice(0, MOST_LISTED),
    remaining: remaining.slice(0, MOST_LISTED),
    unlisted: report.unlisted + unlisted[0]! + unlisted[1]!,
  };
}

const keyOf = ({ code, table, row, column, field }: Fault) =>
  JSON.stringify([code, table, row, column, field]);

/** Ends a transaction of a dry run. */
class RolledBack extends Error {}

interface Run {
  wanted: ReadonlySet<string> | undefined;
  dryRun: boolean;
  /** What stands in the way, by lot; of tiles under "tile". It is added to. */
  blocked: Map<string, Fault>;
  /** The faults of what was rebuilt, also in part, by key. It is added to. */
  seen: Map<string, Fault>;
}

/** Rebuilds what the faults of one run name. @returns whether anything was rebuilt */
async function rebuildOnce(
  ctx: FsckContext,
  faults: readonly Fault[],
  { wanted, dryRun, blocked, seen }: Run,
): Promise<boolean> {
  const lotsOf = await lotsByRow(ctx.prisma, faults);
  const lots = new Set(faults.filter(isOfLots).flatMap(lotsOf));
  const faultsOf = new Map<string, Fault[]>();
  for (const fault of faults)
    for (const name of isOfTiles(fault) ? ["tile"] : lotsOf(fault))
      faultsOf.set(name, [...(faultsOf.get(name) ?? []), fault]);
  const offline = faults.find(({ code }) => UNKNOWN_CHAIN.includes(code));
  let isChanged = false;
  const remember = (name: string) => {
    for (const fault of faultsOf.get(name) ?? [])
      if (isRebuildable(fault)) seen.set(keyOf(fault), fault);
  };
  /** @returns whether it was rebuilt */
  const rebuild = async (name: string, task: (tx: Db) => Promise<void>): Promise<boolean> => {
    try {
      if (offline) throw new NotRebuilt(offline);
      await ctx.prisma.$transaction(async (tx) => {
        await task(tx);
        if (dryRun) throw new RolledBack();
      });
    } catch (error) {
      if (error instanceof NotRebuilt) {
        if (error.fault) blocked.set(name, error.fault);
        return false;
      }
      if (!(error instanceof RolledBack)) throw error;
    }
    isChanged = true;
    blocked.delete(name);
    remember(name);
    return true;
  };
  for (const lot of [...lots].sort()) {
    if (wanted && !wanted.has(lot)) continue;
    const sources = sourcesOf(faultsOf.get(lot) ?? []);
    let isSound = false;
    const isRebuilt = await rebuild(lot, async (tx) => {
      await refuseUnsound(tx, lot, faults);
      isSound = true;
      await rebuildLot(tx, ctx.domain, lot, sources);
    });
    // Lots with common events may wait for each other's entries: then each run rebuilds the next of them.
    if (!isRebuilt && isSound && !dryRun && (await rebuildPart(ctx, lot, sources))) {
      isChanged = true;
      remember(lot);
    }
  }
  if (!wanted && faults.some(isOfTiles))
    await rebuild("tile", async (tx) => {
      const cause = faults.find(({ table }) => OF_LOG.includes(table));
      if (cause) throw new NotRebuilt(cause);
      await rebuildTiles(tx);
    });
  return isChanged;
}

/** Rebuilds the entries of a lot as far as they go. @returns whether any was altered */
async function rebuildPart({ prisma, domain }: FsckContext, lot: string, sources: Sources) {
  try {
    const { isChanged } = await prisma.$transaction((tx) =>
      rebuildEntries(tx, domain, lot, sources),
    );
    return isChanged;
  } catch (error) {
    if (error instanceof NotRebuilt) return false;
    throw error;
  }
}

function sourcesOf(own: readonly Fault[]): Sources {
  const rows = (table: string) =>
    own.flatMap((fault) => (fault.table === table ? fault.row.split("/")[0]! : []));
  const word = own.find(({ code }) => code === "WORD_DIFFERS")?.expected;
  return {
    events: [...rows("entry"), ...rows("event")],
    notices: rows("notice"),
    word: typeof word === "string" ? word : undefined,
  };
}

/**
 * Refuses a lot if its own events or notices, or those that made the lots it was split from, have a fault that is not of a
 * derived row; or if events are missing that may be the lot's.
 * @throws NotRebuilt
 */
async function refuseUnsound(tx: Db, lot: string, faults: readonly Fault[]): Promise<void> {
  const unsound = new Map(
    faults
      .filter((fault) => ["event", "notice"].includes(fault.table) && !isRebuildable(fault))
      .map((fault) => [fault.row, fault]),
  );
  if (unsound.size === 0) return;
  const sources = await tx.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE line(lot) AS (
      SELECT ${lot}::text
      UNION SELECT parent.lot
      FROM line JOIN entry made ON made.lot = line.lot AND made.previous = ${ZERO_HASH}
      JOIN event ON event.hash = made.event AND event.action = ${ACTIONS.split}
      JOIN entry parent ON parent.event = made.event AND parent.previous <> ${ZERO_HASH}
    )
    SELECT entry.event AS id FROM entry JOIN line ON line.lot = entry.lot
    WHERE entry.lot = ${lot} OR entry.previous = ${ZERO_HASH}
    UNION SELECT digest FROM notice JOIN line ON line.lot = notice.lot`;
  for (const { id } of sources) if (unsound.has(id)) throw new NotRebuilt(unsound.get(id));
  const missing = faults.find(({ code }) => MISSING.includes(code));
  if (!missing) return;
  const row = await tx.lot.findUnique({ where: { id: lot } });
  const ends = row ? [...new Set([row.lastEvent, row.origin])] : [];
  const stored = await tx.event.count({ where: { hash: { in: ends } } });
  if (!row || stored < ends.length) throw new NotRebuilt(missing);
}

/** Reads which lots the rows of faults are about, by what was signed. */
async function lotsByRow(db: Db, faults: readonly Fault[]): Promise<(fault: Fault) => string[]> {
  const copied = faults.filter(({ code }) => code === "COPY_DIFFERS");
  const rows = (table: string) => copied.flatMap((one) => (one.table === table ? one.row : []));
  const events = await db.event.findMany({ where: { hash: { in: rows("event") } } });
  const notices = await db.notice.findMany({ where: { digest: { in: rows("notice") } } });
  const signed = new Map<string, string[]>([
    ...events.map(({ hash, bytes }) => {
      const entries = CustodyEvent.safeParse(parseCanonical(bytes)).data?.entries ?? [];
      return [hash, entries.map(({ lot }) => lot)] as const;
    }),
    ...notices.map(({ digest, bytes }) => {
      const lot = Notice.safeParse(parseCanonical(bytes)).data?.lot;
      return [digest, lot === undefined ? [] : [lot]] as const;
    }),
  ]);
  return ({ table, row }) => {
    const [first = "", second = ""] = row.split("/");
    if (table === "lot" || table === "interest") return [first];
    if (table === "entry") return [second];
    return signed.get(row) ?? [];
  };
}

/** The ids of lots by their ids, lot numbers or package ids. An id counts also where the lot has no row. */
async function lotsCalled(db: Db, names: readonly string[]): Promise<Set<string>> {
  const rows = await db.lot.findMany({
    where: { OR: [{ lotNumber: { in: [...names] } }, { packageId: { in: [...names] } }] },
    select: { id: true, lotNumber: true, packageId: true },
  });
  const lots = new Set<string>();
  for (const name of names) {
    const named = Hash.safeParse(name).success
      ? [name]
      : rows.flatMap((row) => (row.lotNumber === name || row.packageId === name ? row.id : []));
    if (named.length === 0)
      throw new Refusal("NOT_FOUND", 404, `There is no lot ${name}. Give the id that fsck names.`, {
        field: "lots",
      });
    for (const lot of named) lots.add(lot);
  }
  return lots;
}
