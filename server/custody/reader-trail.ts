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
import { isOpenTo, type Reader, visibleDetails } from "../access/visibility.ts";
import {
  headOfTrail,
  type LoadedTrail,
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
  { altered, isEntryShown }: TrailOptions,
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
    const isOpen = isOpenTo(reader, { actor, holder, consignee, restricted: row.restricted }, own);
    const isShown = (other: string) => ancestry.has(other) || isEntryShown(each, other);
    return [{ ...withheld(item, row, isOpen), event: withholdEntries(event, isShown) }];
  });
  // Only lots that the reader can see in the trail: a notice about another would reveal a withheld field that names it.
  const watched = new Set(lotsToWatch(lot, events));
  const notices = loaded.notices.flatMap((row, i) => {
    const notice = parsedBy(Notice, row.bytes);
    if (!watched.has(row.lot) || (!notice && altered === "leave out")) return [];
    const actor = notice?.issuer ?? row.issuer;
    const named = { actor, holder: ZERO_ADDRESS, consignee: ZERO_ADDRESS };
    return [withheld(loaded.trail.notices[i]!, row, isOpenTo(reader, named, new Set()))];
  });
  return { ...headOfTrail(ctx, lot, events), events, notices };
}

/** Withholds fields of details. Those that cannot be read stay as they are. */
function withheldFrom(details: unknown, isOpen: (path: DetailPath) => boolean): unknown {
  const { data } = Disclosure.safeParse(details);
  return data ? withhold(data, isOpen) : details;
}
