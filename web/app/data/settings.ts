// Remembers how somebody likes to inspect, on this device.
import { useSyncExternalStore } from "react";

export interface Settings {
  /** A tone for each verdict. */
  sound: boolean;
  /** A letter alone begins an act. Off: only with Alt. */
  letters: boolean;
  /** A decision is signed at once, and not when its delivery is closed. */
  atOnce: boolean;
}

const PLACE = "inspect settings";
const USUAL: Settings = { sound: false, letters: true, atOnce: false };
const listeners = new Set<() => void>();
let kept: Settings | undefined;

function read(): Settings {
  if (kept) return kept;
  try {
    kept = { ...USUAL, ...(JSON.parse(localStorage.getItem(PLACE) ?? "{}") as Partial<Settings>) };
  } catch {
    kept = USUAL; // the browser keeps nothing, or something else wrote there
  }
  return kept;
}

function write(change: Partial<Settings>): void {
  kept = { ...read(), ...change };
  try {
    localStorage.setItem(PLACE, JSON.stringify(kept));
  } catch {
    // It holds until the tab is closed.
  }
  for (const listener of listeners) listener();
}

export function useSettings(): [Settings, (change: Partial<Settings>) => void] {
  const settings = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, read);
  return [settings, write];
}
