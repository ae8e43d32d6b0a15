// Shows why a settlement is held or void, as one reader may know it. Other lots and events are named only to those who see them.
import { VIOLATIONS } from "../../protocol/event/violation.ts";
import type { Settlement } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import { type Reader, seenAmong } from "./visibility.ts";

/** The name of a reason, and its arguments in the order of the ledger's errors. */
export interface Reason {
  name: string;
  args: readonly (string | number)[];
}

type Row = Pick<Settlement, "reason"> | null | undefined;

/** Of a reason, the lot or the event that it is about; undefined where it is about none. */
function subjectOf({ name, args }: Reason): { lot: string } | { event: string } | undefined {
  if (name === "Rival" || name === "PredecessorHeld") return { event: String(args[0]) };
  const [first]: readonly string[] = Object.hasOwn(VIOLATIONS, name)
    ? VIOLATIONS[name as keyof typeof VIOLATIONS]
    : [];
  return first === "bytes32 lot" ? { lot: String(args[0]) } : undefined;
}

/**
 * What a reader may be told of the reasons of some settlements: their names always, their arguments where it sees the lot
 * or the event that they are about.
 */
export async function reasonsFor(
  db: Db,
  reader: Reader,
  rows: readonly Row[],
): Promise<(row: Row) => Reason | null> {
  const subjects = rows.flatMap((row) =>
    row?.reason ? (subjectOf(row.reason as unknown as Reason) ?? []) : [],
  );
  const events = subjects.flatMap((about) => ("event" in about ? [about.event] : []));
  const entries =
    events.length === 0
      ? []
      : await db.entry.findMany({
          where: { event: { in: events } },
          select: { event: true, lot: true },
        });
  const lots = [
    ...subjects.flatMap((about) => ("lot" in about ? [about.lot] : [])),
    ...entries.map(({ lot }) => lot),
  ];
  const seen = lots.length === 0 ? new Set<string>() : await seenAmong(db, reader, lots);
  for (const { event, lot } of entries) if (seen.has(lot)) seen.add(event);
  return (row) => {
    if (!row?.reason) return null;
    const { name, args } = row.reason as unknown as Reason;
    const about = subjectOf({ name, args });
    const isTold = about === undefined || seen.has("lot" in about ? about.lot : about.event);
    return { name, args: isTold ? args : [] };
  };
}
