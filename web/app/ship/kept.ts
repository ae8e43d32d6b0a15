// Keeps a value in the browser for one API key: what one company entered, another never sees there.
import { useSyncExternalStore } from "react";

const values = new Map<string, unknown>();
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function read<T>(storage: Storage, place: string, none: T): T {
  if (values.has(place)) return values.get(place) as T;
  const kept = storage.getItem(place);
  const value = kept === null ? none : (JSON.parse(kept) as T);
  values.set(place, value);
  return value;
}

/**
 * A value that outlives the page. Its place has to be named with the API key.
 * @param isLasting whether it outlives the tab, too
 */
export function useKept<T>(place: string, none: T, isLasting = false) {
  const storage = isLasting ? localStorage : sessionStorage;
  const value = useSyncExternalStore(subscribe, () => read(storage, place, none));
  return [
    value,
    (change: (before: T) => T) => {
      const next = change(read(storage, place, none));
      values.set(place, next);
      storage.setItem(place, JSON.stringify(next));
      for (const listener of listeners) listener();
    },
  ] as const;
}
