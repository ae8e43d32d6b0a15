// Builds a lot's trail for one reader, to be verified elsewhere. Replaces closed fields and other lots' entries by their hashes.
import { withholdEntries } from "../../protocol/trail/bundle.ts";
import { type Disclosure, openDetails } from "../../protocol/event/disclosure.ts";
import { DOCUMENT_FIELDS } from "../../protocol/event/document.ts";
import { CustodyEvent } from "../../protocol/event/event.ts";
import type { Restrictions } from "../../protocol/event/restrict.ts";
import { Notice } from "../../protocol/event/notice.ts";
import {
  ancestryOf,
  lotsOfTrail,
  type TrailEvent,
  type TrailJson,
} from "../../protocol/trail/trail.ts";
import { ZERO_ADDRESS } from "../../protocol/base/values.ts";
import type { Settlement } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import {
  headOfTrail,
  loadTrailAndRows,
  type OfTrails,
  type StoredNotice,
  type TrailRow,
} from "./trails.ts";
import {
  isOpenTo,
  restrictionsOf,
  type Reader,
  seenAmong,
  visibleDetails,
} from "../access/visibility.ts";
import { parsedBy } from "../../protocol/base/canonical.ts";

/** A trail for one reader, with what goes beside it in a bundle. */
export interface DisclosedTrail {
  trail: TrailJson;
  /** The authors' restrictions, by the events' hashes. */
  restricted: Record<string, Restrictions>;
  /** SHA-256 of the documents that open fields name, in the order of the trail. */
  documents: string[];
}

/**
 * Builds the trail of a lot for a reader. Rows that were altered and cannot be read are left out: the verifier reports the
 * gap.
 */
export async function disclosedTrail(
  db: Db,
  ctx: OfTrails,
  reader: Reader,
  lot: string,
): Promise<DisclosedTrail> {
  const rows = await loadTrailAndRows(db, ctx, lot);
  const readable = rows.events.filter(({ event }) => CustodyEvent.safeParse(event).success);
  const { lots: ancestry } = ancestryOf(lot, readable);
  const whole = await lotsInWhole(db, reader, readable, rows.logged);
  const events = readable.map((each) => ({
    ...visibleEvent(each, reader, {
      ancestry,
      whole: rows.logged.has(each.row.hash) ? whole : NONE,
    }),
    ...(rows.logged.has(each.row.hash) && { logged: rows.logged.get(each.row.hash)! }),
  }));
  // Only maker lots that the reader can see in the trail: a notice about a hidden one would reveal it.
  const watched = new Set(lotsOfTrail(lot, events as TrailEvent[]));
  const notices = rows.notices
    .filter((row) => watched.has(row.lot))
    .flatMap((row) => visibleNotice(row, reader));
  return {
    trail: { ...headOfTrail(ctx, lot, events), events, notices },
    restricted: Object.fromEntries(
      readable.flatMap(({ row }) =>
        row.restricted === null ? [] : [[row.hash, restrictionsOf(row) ?? {}] as const],
      ),
    ),
    documents: [
      ...new Set(
        [...events, ...notices].flatMap(({ details }) => (details ? documentsIn(details) : [])),
      ),
    ],
  };
}

/**
 * The other lots of logged events that the reader may see, whatever the state of their settlement. Their entries are shown
 * whole: a service that imports the bundle cannot learn them from the chain.
 */
async function lotsInWhole(
  db: Db,
  reader: Reader,
  trail: readonly TrailRow[],
  logged: ReadonlyMap<string, unknown>,
): Promise<Set<string>> {
  const lots = trail
    .filter(({ row }) => logged.has(row.hash))
    .flatMap(({ event }) => event.entries.map(({ lot }) => lot));
  return lots.length === 0 ? new Set() : seenAmong(db, reader, [...new Set(lots)]);
}

const NONE: ReadonlySet<string> = new Set();

/** The lots that are shown: the ancestry with details, the others with their entries only. */
interface VisibleLots {
  ancestry: ReadonlySet<string>;
  whole: ReadonlySet<string>;
}

function visibleEvent(
  { row, event }: TrailRow,
  reader: Reader,
  { ancestry, whole }: VisibleLots,
): TrailJson["events"][number] {
  const visible = new Set(event.entries.keys().filter((i) => ancestry.has(event.entries[i]!.lot)));
  const { actor, holder, consignee } = event;
  const isOpen = isOpenTo(
    reader,
    { actor, holder, consignee, restricted: row.restricted },
    visible,
  );
  return {
    event: withholdEntries(event, (lot) => ancestry.has(lot) || whole.has(lot)),
    signature: row.signature,
    details: visibleDetails(row, isOpen)?.disclosure() ?? null,
    ...settledHint(row.settlement),
  };
}

function visibleNotice(row: StoredNotice, reader: Reader): TrailJson["notices"] {
  const notice = parsedBy(Notice, row.bytes);
  if (!notice) return [];
  const named = { actor: notice.issuer, holder: ZERO_ADDRESS, consignee: ZERO_ADDRESS };
  const details = visibleDetails(row, isOpenTo(reader, named, new Set()))?.disclosure() ?? null;
  return [{ notice, signature: row.signature, details, ...settledHint(row.settlement) }];
}

function settledHint(settlement: Settlement | null) {
  const { transaction, block } = settlement ?? {};
  return transaction && typeof block === "number" ? { settled: { transaction, block } } : {};
}

function documentsIn(disclosure: Disclosure): string[] {
  const { entries = [], ...shared } = openDetails(disclosure);
  const fields = [shared, ...entries] as Partial<
    Record<(typeof DOCUMENT_FIELDS)[number], string>
  >[];
  return fields.flatMap((each) => DOCUMENT_FIELDS.flatMap((name) => each[name] ?? []));
}
