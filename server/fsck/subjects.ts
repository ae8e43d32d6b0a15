// Says what the rows of faults are about, as people call it: lot numbers, actions and the names of parties.
import { actionName } from "../../protocol/event/event.ts";
import { NOTICE_KINDS } from "../../protocol/event/notice.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { restrictionsOf, visibleDetails } from "../access/visibility.ts";
import { searchColumns } from "../custody/listing.ts";
import type { Fault, Subject } from "../integrity/fault.ts";
import type { Db } from "../storage/db.ts";

/** Lots that one fault names. */
const FEW_LOTS = 5;
/** Rows that one query asks for. */
const AT_ONCE = 1_000;

interface Act {
  lots: string[];
  act: string | null;
  party: string;
}

/** Adds the subject to each fault that has one. */
export async function nameSubjects(db: Db, faults: Fault[]): Promise<void> {
  for (let start = 0; start < faults.length; start += AT_ONCE)
    await nameSome(db, faults.slice(start, start + AT_ONCE));
}

async function nameSome(db: Db, faults: readonly Fault[]): Promise<void> {
  const keys = faults.map(({ table, row }) => ({ table, parts: row.split("/") }));
  const acts = await actsOf(
    db,
    keys.map(({ parts }) => parts[0]!),
  );
  const subjects = keys.map(({ table, parts: [first, second] }) => {
    if (table === "lot" || table === "interest")
      return { lots: [first!], act: null, party: second };
    if (table === "entry") return { ...acts.get(first!), lots: [second!] };
    if (table === "party" || table === "sender") return { lots: [], act: null, party: first };
    return acts.get(first!);
  });
  const lots = new Set(subjects.flatMap((subject) => subject?.lots.slice(0, FEW_LOTS) ?? []));
  const numbers = await numbersOf(db, [...lots], faults);
  const holders = await partiesOf(db, [...lots]);
  const names = await namesOf(db, [
    ...[...holders.values()].flat(),
    ...subjects.flatMap((subject) => subject?.party ?? []),
  ]);
  for (const [i, subject] of subjects.entries()) {
    if (!subject) continue;
    const some = subject.lots.slice(0, FEW_LOTS);
    const parties = new Set(some.flatMap((lot) => holders.get(lot) ?? []));
    const named: Subject = {
      lots: some.map((lot) => ({ lot, lotNumber: numbers.get(lot) ?? null })),
      lotCount: subject.lots.length,
      act: subject.act ?? null,
      party: names.get(subject.party ?? "") ?? null,
      parties: [...parties].flatMap((party) => names.get(party) ?? []),
    };
    faults[i]!.subject = named;
  }
}

const kindName = (kind: number) =>
  Object.entries(NOTICE_KINDS).find(([, number]) => number === kind)?.[0] ?? null;

/** The events and notices with these hashes. */
async function actsOf(db: Db, hashes: string[]): Promise<Map<string, Act>> {
  const events = await db.event.findMany({
    where: { hash: { in: hashes } },
    select: {
      hash: true,
      action: true,
      actor: true,
      entries: { select: { lot: true }, orderBy: { index: "asc" } },
    },
  });
  const notices = await db.notice.findMany({
    where: { digest: { in: hashes } },
    select: { digest: true, lot: true, kind: true, issuer: true },
  });
  return new Map<string, Act>([
    ...events.map(({ hash, action, actor, entries }): [string, Act] => {
      const lots = entries.map(({ lot }) => lot);
      return [hash, { lots, act: actionName(action) ?? null, party: actor }];
    }),
    ...notices.map(({ digest, lot, kind, issuer }): [string, Act] => [
      digest,
      { lots: [lot], act: kindName(kind), party: issuer },
    ]),
  ]);
}

/** The numbers of lots: from their rows, or from the events that made them where the rows are missing or altered. */
async function numbersOf(
  db: Db,
  lots: string[],
  faults: readonly Fault[],
): Promise<Map<string, string | null>> {
  const rows = await db.lot.findMany({
    where: { id: { in: lots } },
    select: { id: true, lotNumber: true },
  });
  const numbers = new Map(rows.map(({ id, lotNumber }) => [id, lotNumber]));
  for (const { table, row, column, expected } of faults)
    if (table === "lot" && column === "lot_number")
      numbers.set(row, typeof expected === "string" ? expected : null);
  const origins = await db.entry.findMany({
    where: { lot: { in: lots.filter((lot) => !numbers.has(lot)) }, previous: ZERO_HASH },
    include: { of: true },
  });
  for (const { lot, index, of } of origins) {
    const details = visibleDetails(of, () => true)?.details;
    numbers.set(lot, searchColumns(details, index, null, restrictionsOf(of)).lotNumber);
  }
  return numbers;
}

/** The parties that see lots. */
async function partiesOf(db: Db, lots: string[]): Promise<Map<string, string[]>> {
  const rows = await db.interest.findMany({
    where: { lot: { in: lots } },
    orderBy: [{ lot: "asc" }, { party: "asc" }],
    take: AT_ONCE,
  });
  const groups = Map.groupBy(rows, ({ lot }) => lot);
  return new Map([...groups].map(([lot, some]) => [lot, some.map(({ party }) => party)]));
}

async function namesOf(db: Db, addresses: string[]): Promise<Map<string, string>> {
  const rows = await db.party.findMany({
    where: { address: { in: [...new Set(addresses)] } },
    select: { address: true, name: true },
  });
  return new Map(rows.map(({ address, name }) => [address, name]));
}
