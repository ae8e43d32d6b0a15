// Explains why a settlement is held or void, for one reader. Names other lots and events only to those who may see them.
import { VIOLATIONS } from "../../protocol/event/violation.ts";
import type { Settlement } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import { type Reader, seenAmong, seenEvents } from "./visibility.ts";

/** The name of a reason, and its arguments in the order of the ledger's errors. */
export interface Reason {
  name: string;
  args: readonly (string | number)[];
}

type Row = (Pick<Settlement, "reason"> & Partial<Pick<Settlement, "notice">>) | null | undefined;

/** Reasons about another event. */
const OF_EVENTS = ["Rival", "PredecessorHeld", "Yielded", "GivenUp"];

/** The lot or the event that a reason is about; undefined if it is about neither. */
function subjectOf({ name, args }: Reason): { lot: string } | { event: string } | undefined {
  if (OF_EVENTS.includes(name)) return { event: String(args[0]) };
  const [first]: readonly string[] = Object.hasOwn(VIOLATIONS, name)
    ? VIOLATIONS[name as keyof typeof VIOLATIONS]
    : [];
  return first === "bytes32 lot" ? { lot: String(args[0]) } : undefined;
}

/** What a row's reason is about. That of a notice is about its issuer's own notices. */
const subjectOfRow = (row: Row) =>
  row?.reason && (row.notice ?? null) === null
    ? subjectOf(row.reason as unknown as Reason)
    : undefined;

/**
 * Finds the reasons of settlements for a reader: always their names, their arguments only if the reader sees the lot or the
 * event that they are about.
 */
export async function reasonsFor(
  db: Db,
  reader: Reader,
  rows: readonly Row[],
): Promise<(row: Row) => Reason | null> {
  const subjects = rows.flatMap((row) => subjectOfRow(row) ?? []);
  const events = subjects.flatMap((about) => ("event" in about ? [about.event] : []));
  const lots = subjects.flatMap((about) => ("lot" in about ? [about.lot] : []));
  const seen = new Set([
    ...(lots.length === 0 ? [] : await seenAmong(db, reader, lots)),
    ...(events.length === 0 ? [] : await seenEvents(db, reader, events)),
  ]);
  return (row) => {
    if (!row?.reason) return null;
    const { name, args } = row.reason as unknown as Reason;
    const about = subjectOfRow(row);
    const isVisible = about === undefined || seen.has("lot" in about ? about.lot : about.event);
    return { name, args: isVisible ? args : [] };
  };
}
