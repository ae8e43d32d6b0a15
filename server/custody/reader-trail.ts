// Builds a lot's trail for one reader. Withholds the fields that the reader may not see, so that nothing that follows from
// them can reach it.
import { withholdEntries } from "../../protocol/trail/bundle.ts";
import type { DetailPath } from "../../protocol/event/details.ts";
import { Disclosure, withhold } from "../../protocol/event/disclosure.ts";
import { CustodyEvent } from "../../protocol/event/event.ts";
import { Notice } from "../../protocol/event/notice.ts";
import { ancestryOf } from "../../protocol/trail/trail.ts";
import { ZERO_ADDRESS } from "../../protocol/base/values.ts";
import { parsedBy } from "../../protocol/base/canonical.ts";
import { laterNotices, type Sight, sightOf } from "../access/sight.ts";
import { isNamed, isOpenTo, type Reader, visibleDetails } from "../access/visibility.ts";
import type { Db } from "../storage/db.ts";
import {
  headOfTrail,
  type LoadedTrail,
  loadTrailAndRows,
  lotsToWatch,
  type OfTrails,
  type TrailItem,
  type TrailRow,
} from "./trails.ts";
import type { StoredNotice } from "./trail-notices.ts";

/** What becomes of the parts of a trail that were altered, or that belong to other lots. */
export interface TrailOptions {
  /** Rows and details that were altered and cannot be read. Kept, they make the verifier refuse the trail. */
  altered: "keep" | "leave out";
  /** Whether the entry of a lot outside the ancestry is shown. If not, its hash replaces it. */
  isEntryShown: (each: TrailRow, lot: string) => boolean;
  /** How far the reader sees the lot. The trail ends there. */
  sight: Sight;
  /** Notices of the lot's later life: without details. */
  later: ReadonlySet<string>;
}

/**
 * Loads a lot's trail as far as a reader sees it: to the newest event, or to its own handover and what the ledger published
 * after that.
 */
export async function loadSeenTrail(db: Db, ctx: OfTrails, reader: Reader, lot: string) {
  const sight = await sightOf(db, reader, [lot]);
  const end = sight.endOf(lot);
  const loaded = await loadTrailAndRows(db, ctx, lot, end?.lastEvent);
  const later = end ? await laterNotices(db, reader, loaded.notices, lot) : new Set<string>();
  // What the ledger has not recorded of them is not published either.
  const isPublished = ({ digest, settlement }: StoredNotice) =>
    !later.has(digest) || (settlement?.block ?? null) !== null;
  const kept = loaded.notices.map(isPublished);
  return {
    sight,
    later,
    end,
    loaded: {
      ...loaded,
      trail: { ...loaded.trail, notices: loaded.trail.notices.filter((_, i) => kept[i]) },
      notices: loaded.notices.filter((_, i) => kept[i]),
    },
  };
}

/** The events of a trail that can be read. */
export const readableEvents = (events: readonly TrailRow[]): TrailRow[] =>
  events.filter(({ event }) => CustodyEvent.safeParse(event).success);

type Stored = Pick<StoredNotice, "details" | "secret" | "disclosure">;

/** Builds the trail of a lot for a reader. Every item of it can be read, unless altered ones are kept. */
export function trailFor(
  ctx: OfTrails,
  reader: Reader,
  lot: string,
  loaded: LoadedTrail,
  { altered, isEntryShown, sight, later }: TrailOptions,
): object {
  const readable = new Set(readableEvents(loaded.events));
  const { lots: ancestry } = ancestryOf(lot, [...readable]);
  const withheld = (item: TrailItem, row: Stored, isOpen: (path: DetailPath) => boolean) => ({
    ...item,
    details:
      altered === "keep"
        ? withheldFrom(item.details, isOpen)
        : (visibleDetails(row, isOpen)?.disclosure() ?? null),
  });
  const events = loaded.events.flatMap((each, i) => {
    const item = loaded.trail.events[i]!;
    if (!readable.has(each)) return altered === "keep" ? [item] : [];
    const { row, event } = each;
    const { actor, holder, consignee, entries } = event;
    const own = new Set(entries.keys().filter((index) => ancestry.has(entries[index]!.lot)));
    const named = { actor, holder, consignee, restricted: row.restricted };
    const isOpen = isOpenTo(reader, named, own, (party) => sight.isLater(party, row.hash, [lot]));
    // Not even the number of fields is told of a lot's later life.
    const isClosed = sight.isLaterToAll(row.hash, [lot]) && !isNamed(reader, named);
    const shown = isClosed ? { ...item, details: null } : withheld(item, row, isOpen);
    const isShown = (other: string) => ancestry.has(other) || isEntryShown(each, other);
    return [{ ...shown, event: withholdEntries(event, isShown) }];
  });
  // Only lots that the reader can see in the trail: a notice about another would reveal a withheld field that names it.
  const watched = new Set(lotsToWatch(lot, events));
  const notices = loaded.notices.flatMap((row, i) => {
    const notice = parsedBy(Notice, row.bytes);
    if (!watched.has(row.lot) || (!notice && altered === "leave out")) return [];
    const actor = notice?.issuer ?? row.issuer;
    const named = { actor, holder: ZERO_ADDRESS, consignee: ZERO_ADDRESS };
    const item = loaded.trail.notices[i]!;
    if (later.has(row.digest)) return [{ ...item, details: null }];
    return [withheld(item, row, isOpenTo(reader, named, new Set()))];
  });
  return { ...headOfTrail(ctx, lot, events), events, notices };
}

/** Withholds fields of details. Those that cannot be read stay as they are. */
function withheldFrom(details: unknown, isOpen: (path: DetailPath) => boolean): unknown {
  const { data } = Disclosure.safeParse(details);
  return data ? withhold(data, isOpen) : details;
}
