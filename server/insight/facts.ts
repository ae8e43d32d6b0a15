// Derives one reader's facts from the events that it sees, with the fields that it may see. Nothing else enters any figure.
import { parsedBy } from "../../protocol/base/canonical.ts";
import { CustodyEvent, withheldEntry } from "../../protocol/event/event.ts";
import { deriveFacts, type Earlier, type Recorded } from "../../protocol/insight/derive.ts";
import type { Facts, Movement, Origin, Passage, Use } from "../../protocol/insight/facts.ts";
import { isOpenTo, type Reader, visibleDetails } from "../access/visibility.ts";
import { inOrder } from "../custody/trails.ts";
import { letOthersRun } from "../loop.ts";
import type { EntryRow, EventRow, Reading } from "./read.ts";

/** Events that are derived before others run: each takes a fraction of a millisecond. */
const EVENTS_AT_ONCE = 50;

/** A reader's facts, and what they rest on. */
export interface Gathered {
  facts: Facts;
  /** The lots that the reader sees. Of those that they were split from, it has the origin alone. */
  lots: ReadonlySet<string>;
  /** Of these, the lots that it handed on: it sees them up to there, and not where they are now. */
  handedOn: ReadonlySet<string>;
  /** The hashes of the events that were used. */
  events: readonly string[];
  /** Lots that the reader sees, of which events are not final yet: these are left out. */
  unsettled: number;
}

/** Derives facts from what was read. @param cut Unix seconds: only what was known then */
export async function factsOf(reading: Reading, reader: Reader, cut: number): Promise<Gathered> {
  const { lots, entries, rows, known } = reading;
  const lotsOf = Map.groupBy(entries, ({ event }) => event);
  const waiting = rows.filter(({ hash }) => !known.has(hash));
  const unsettled = new Set(
    waiting.flatMap(({ hash }) =>
      lotsOf.get(hash)!.flatMap(({ lot }) => (lots.has(lot) ? [lot] : [])),
    ),
  );
  const recorded: Recorded[] = [];
  for (const [i, row] of rows.entries()) {
    if (i % EVENTS_AT_ONCE === 0) await letOthersRun();
    const time = known.get(row.hash);
    if (time === undefined || time > cut) continue;
    const own = new Set(lotsOf.get(row.hash)!.map(({ lot }) => lot));
    const one = recordedFor(reader, row, { own, known: time, reading });
    if (one) recorded.push(one);
  }
  const { movements, ...facts } = await derive(recorded, entries);
  return {
    facts: { ...facts, movements: movements.filter(({ lot }) => lots.has(lot)) },
    lots,
    handedOn: new Set([...lots].filter((lot) => reading.sight.endOf(lot) !== undefined)),
    events: recorded.map(({ hash }) => hash),
    unsettled: unsettled.size,
  };
}

/** An event as the reader sees it. Entries of other lots are withheld. Undefined if the row cannot be read. */
function recordedFor(
  reader: Reader,
  row: EventRow,
  { own, known, reading }: { own: ReadonlySet<string>; known: number; reading: Reading },
): Recorded | undefined {
  const event = parsedBy(CustodyEvent, row.bytes);
  if (!event) return undefined;
  const visible = new Set(event.entries.keys().filter((i) => own.has(event.entries[i]!.lot)));
  const isOpen = isOpenTo(reader, row, visible, (party) =>
    reading.sight.isLater(party, row.hash, [...own]),
  );
  return {
    hash: row.hash,
    sequence: Number(row.sequence),
    event: {
      ...event,
      entries: event.entries.map((entry) => (own.has(entry.lot) ? entry : withheldEntry(""))),
    },
    details: visibleDetails(row, isOpen)?.details,
    known,
  };
}

/** Derives the facts of events, each after those that left the words of its lots. */
async function derive(recorded: readonly Recorded[], entries: readonly EntryRow[]): Promise<Facts> {
  const words = new Map(entries.map(({ event, lot, word }) => [event + lot, word]));
  const leftBy = new Map(entries.map(({ event, lot, word }) => [lot + word, event]));
  const links = recorded.flatMap(({ hash, event }) =>
    event.entries.flatMap(({ lot, previous }) => {
      const before = leftBy.get(lot + previous);
      return before === undefined ? [] : [{ event: before, next: hash }];
    }),
  );
  const states = new Map<string, ReturnType<Earlier["stateOf"]>>();
  const passages = new Map<string, Passage>();
  const origins = new Map<string, Origin>();
  const movements: Movement[] = [];
  const uses: Use[] = [];
  for (const [i, one] of inOrder(recorded, links).entries()) {
    if (i % EVENTS_AT_ONCE === 0) await letOthersRun();
    const { event, hash } = one;
    const previous = new Map(event.entries.map((entry) => [entry.lot, entry.previous]));
    const derived = deriveFacts(one, {
      stateOf: (lot) => states.get(lot + previous.get(lot)!),
      passageOf: (lot) => passages.get(states.get(lot + previous.get(lot)!)?.lastEvent + lot),
      originOf: (lot) => origins.get(lot),
    });
    movements.push(...derived.movements);
    uses.push(...derived.uses);
    for (const origin of derived.origins) origins.set(origin.lot, origin);
    for (const passage of derived.passages) passages.set(passage.ship + passage.lot, passage);
    for (const { ship, lot, ...end } of derived.endings) {
      const passage = passages.get(ship + lot);
      if (passage) passages.set(ship + lot, { ...passage, ...end });
    }
    const { holder, consignee } = event;
    for (const { lot, quantity } of event.entries)
      states.set(lot + words.get(hash + lot)!, { lastEvent: hash, holder, consignee, quantity });
  }
  return { movements, passages: [...passages.values()], uses, origins: [...origins.values()] };
}
