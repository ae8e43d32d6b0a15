// Reads what events state of lots: the value of a field, and the event that made a lot's pieces.
import { ZERO_HASH } from "./bytes.js";
import { canonical } from "./json.js";

const [SPLIT, ASSEMBLE] = [7, 8];

/** The value of a field of one of an event's entries: null if it is withheld, undefined if it is absent or not shown. */
export function fieldValue({ event, details }, index, name) {
  if (details === null) return undefined;
  const own = ["entries", index, name];
  const isInput = event.action === ASSEMBLE && event.entries[index].previous !== ZERO_HASH;
  for (const path of isInput ? [own] : [own, [name]]) {
    const at = canonical(path);
    const open = details.open.find((field) => canonical(field.path) === at);
    if (open) return open.value;
    if (details.withheld.some((field) => canonical(field.path) === at)) return null;
  }
  return undefined;
}

/** The index of the entry with which an event makes a lot. */
export const indexOf = (item, lot) =>
  item.event.entries.findIndex((entry) => entry.lot === lot && entry.previous === ZERO_HASH);

/** The lot that an event splits. */
export const splitFrom = ({ event }) =>
  event.action === SPLIT
    ? event.entries.find(({ previous }) => previous && previous !== ZERO_HASH)?.lot
    : undefined;

/** The event that made a lot's pieces, back through splits, and the entry; undefined if it is not there. */
export function piecesOf(lot, origins) {
  const seen = new Set();
  for (let each = lot; each !== undefined && !seen.has(each);) {
    seen.add(each);
    const item = origins.get(each);
    if (item === undefined) return undefined;
    if (item.event.action !== SPLIT) return { item, lot: each, index: indexOf(item, each) };
    each = splitFrom(item);
  }
  return undefined;
}
