// Keeps the scans of one delivery while the tab is open, and what was expected of it. Counts what came.
import { useSyncExternalStore } from "react";
import type { VerdictName } from "../../../protocol/verdict/verdict.ts";

/** One text that was scanned, the last first. */
export interface Scan {
  text: string;
  /** How often it was scanned. */
  times: number;
}

export interface Batch {
  scans: readonly Scan[];
  /** Lot numbers or package ids of the order. */
  expected: readonly string[];
}

const NONE: Batch = { scans: [], expected: [] };
/** Scans of one delivery. More are more than a person looks through. */
export const MOST_SCANS = 500;

const places = new Map<string, Batch>();
const listeners = new Set<() => void>();

/** A batch belongs to one API key: what one company scanned, another never sees in this browser. */
const placeOf = (apiKey: string) => `batch ${apiKey}`;

function read(apiKey: string): Batch {
  const place = placeOf(apiKey);
  const known = places.get(place);
  if (known) return known;
  const kept = sessionStorage.getItem(place);
  const batch = kept === null ? NONE : (JSON.parse(kept) as Batch);
  places.set(place, batch);
  return batch;
}

function write(apiKey: string, batch: Batch): void {
  places.set(placeOf(apiKey), batch);
  sessionStorage.setItem(placeOf(apiKey), JSON.stringify(batch));
  for (const listener of listeners) listener();
}

export function useBatch(apiKey: string) {
  const batch = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => read(apiKey),
  );
  return {
    batch,
    add: (text: string) => write(apiKey, withScan(read(apiKey), text)),
    expect: (text: string) => write(apiKey, { ...read(apiKey), expected: expectedIn(text) }),
    clear: () => write(apiKey, NONE),
  };
}

/** A batch with one scan more, on top. */
export function withScan(batch: Batch, text: string): Batch {
  const before = batch.scans.find((scan) => scan.text === text);
  const others = batch.scans.filter((scan) => scan !== before);
  const scan = { text, times: (before?.times ?? 0) + 1 };
  return { ...batch, scans: [scan, ...others].slice(0, MOST_SCANS) };
}

/** The names in a pasted list: the first cell of each line, each once. */
export function expectedIn(text: string): string[] {
  const names = text.split(/\r?\n/).map((line) =>
    line
      .split(/[,;\t]/, 1)[0]!
      .trim()
      .replace(/^"(.*)"$/, "$1"),
  );
  return [...new Set(names.filter((name) => name !== ""))];
}

/** A scan with its result, for the tally. */
export interface Counted {
  times: number;
  /** Undefined while it is being read, or if that failed. */
  verdict: VerdictName | undefined;
  /** The lot's number, or what was scanned where there is none. */
  name: string;
}

export interface Tally {
  accept: number;
  look: number;
  stop: number;
  twice: number;
  /** Expected and not scanned. */
  missing: readonly string[];
  /** Scanned and not expected. Empty where nothing was expected. */
  surplus: readonly string[];
}

export function tallyOf(counted: readonly Counted[], expected: readonly string[]): Tally {
  const of = (...verdicts: VerdictName[]) =>
    counted.filter(({ verdict }) => verdict !== undefined && verdicts.includes(verdict)).length;
  const names = new Set(counted.map(({ name }) => name));
  const wanted = new Set(expected);
  return {
    accept: of("PASS"),
    look: of("WARN", "INCOMPLETE"),
    stop: of("FAIL", "HOLD"),
    twice: counted.filter(({ times }) => times > 1).length,
    missing: expected.filter((name) => !names.has(name)),
    surplus: expected.length === 0 ? [] : [...names].filter((name) => !wanted.has(name)),
  };
}
