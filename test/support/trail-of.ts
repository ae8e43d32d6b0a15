// Builds a lot's trail from events, each after its predecessors, as a service does with its
// database.
import type { PartialEntry, PartialEvent } from "../../protocol/event/event.ts";
import { makesLotsOfLots } from "../../protocol/trail/trail.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";

/**
 * The events of a lot and of its ancestors that lead to a word, each after its predecessors.
 * @param word the lot's word after the last of them
 * @param producer finds the event after which a lot had this word: the same object each time for the same event;
 * undefined if it is unknown (the verifier reports what is missing)
 */
export function trailOf<E extends { event: PartialEvent }>(
  lot: string,
  word: string,
  producer: (lot: string, word: string) => E | undefined,
): E[] {
  const included = new Map<E, Included<E>>();
  const ancestors = new Set([lot]);
  const open: { lot: string; word: string; successor?: Included<E> }[] = [{ lot, word }];
  // Entries of lots that are not known as ancestors: a parent may be shipped together with its child.
  const aside = new Map<string, { word: string; successor: Included<E> }[]>();

  const include = (item: E): Included<E> => {
    const made = item.event.entries
      .filter(({ previous }) => previous === ZERO_HASH)
      .map((entry) => entry.lot);
    const successor = {
      predecessors: new Set<E>(),
      makes: new Set(makesLotsOfLots(item.event) ? made : []),
    };
    included.set(item, successor);
    for (const entry of existing(item.event)) {
      const link = { word: entry.previous, successor };
      if (ancestors.has(entry.lot)) open.push({ lot: entry.lot, ...link });
      else append(aside, entry.lot, link);
    }
    return successor;
  };
  const join = (ancestor: string) => {
    ancestors.add(ancestor);
    for (const link of aside.get(ancestor) ?? []) open.push({ lot: ancestor, ...link });
    aside.delete(ancestor);
  };

  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const found = producer(next.lot, next.word);
    if (found === undefined) continue;
    const known = included.get(found) ?? include(found);
    next.successor?.predecessors.add(found);
    if (!known.makes.has(next.lot)) continue;
    known.makes.clear(); // what its new lots were made of joins once
    for (const entry of existing(found.event)) join(entry.lot);
  }
  return inOrder(new Map([...included].map(([item, { predecessors }]) => [item, predecessors])));
}

/** An event of a trail, its predecessors, and the lots that it makes from others until these are known as ancestors. */
interface Included<E> {
  predecessors: Set<E>;
  makes: Set<string>;
}

/** Disclosed entries of lots that existed before. */
const existing = ({ entries }: PartialEvent) =>
  entries.filter(
    ({ previous, withheld }: PartialEntry) => previous !== ZERO_HASH && withheld === undefined,
  );

function append<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** Sorts events after their predecessors. Leaves out an event that would wait for itself, which no honest trail has. */
function inOrder<E>(predecessors: ReadonlyMap<E, ReadonlySet<E>>): E[] {
  const waiting = new Map<E, number>();
  const successors = new Map<E, E[]>();
  for (const [item, before] of predecessors) {
    waiting.set(item, before.size);
    for (const one of before) {
      const after = successors.get(one);
      if (after) after.push(item);
      else successors.set(one, [item]);
    }
  }
  const ordered: E[] = [...waiting].filter(([, count]) => count === 0).map(([item]) => item);
  for (const item of ordered) {
    for (const successor of successors.get(item) ?? []) {
      const left = waiting.get(successor)! - 1;
      waiting.set(successor, left);
      if (left === 0) ordered.push(successor);
    }
  }
  return ordered;
}
