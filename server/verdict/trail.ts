// Builds the trail that a verdict judges for one reader: all events and entries, with the fields that the reader may not see
// withheld. So nothing that follows from such a field can reach the reader.
import { Disclosure, withhold } from "../../protocol/event/disclosure.ts";
import { CustodyEvent } from "../../protocol/event/event.ts";
import { ancestryOf } from "../../protocol/trail/trail.ts";
import { ZERO_ADDRESS } from "../../protocol/base/values.ts";
import { type loadTrailAndRows, lotsToWatch } from "../custody/trails.ts";
import { isOpenTo, type Reader } from "../access/visibility.ts";

type Loaded = Awaited<ReturnType<typeof loadTrailAndRows>>;
/** An event or notice of a trail. Its row may be invalid. */
interface Item {
  details: unknown;
}

/** Withholds fields. An invalid event passes unchanged: the verifier refuses the trail. */
export function trailFor(reader: Reader, lot: string, loaded: Loaded): unknown {
  const whole = loaded.trail as { events: readonly Item[]; notices: readonly Item[] };
  const readable = loaded.events.filter(({ event }) => CustodyEvent.safeParse(event).success);
  const { lots } = ancestryOf(lot, readable);
  const events = loaded.events.map((each, i) => {
    const item = whole.events[i]!;
    if (!readable.includes(each)) return item;
    const { row, event } = each;
    const { actor, holder, consignee, entries } = event;
    const ownEntries = new Set(entries.keys().filter((index) => lots.has(entries[index]!.lot)));
    return withheldFrom(
      item,
      isOpenTo(reader, { actor, holder, consignee, restricted: row.restricted }, ownEntries),
    );
  });
  // A notice about a lot would reveal a withheld field that names the lot.
  const watched = new Set(lotsToWatch(lot, events));
  const notices = loaded.notices.flatMap(({ lot: about, issuer }, i) => {
    const named = { actor: issuer, holder: ZERO_ADDRESS, consignee: ZERO_ADDRESS };
    return watched.has(about)
      ? [withheldFrom(whole.notices[i]!, isOpenTo(reader, named, new Set()))]
      : [];
  });
  return { ...whole, events, notices };
}

function withheldFrom(item: Item, isOpen: ReturnType<typeof isOpenTo>): Item {
  const { data: details } = Disclosure.safeParse(item.details);
  return details ? { ...item, details: withhold(details, isOpen) } : item;
}
