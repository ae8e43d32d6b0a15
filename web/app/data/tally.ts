// Compares what was scanned with what should come: what is done, missing, twice, and not on the list.
import { isSameCode } from "../../../protocol/label/several.ts";
import type { VerdictName } from "../../../protocol/verdict/verdict.ts";
import type { ExpectedLine } from "./expected.ts";

/** A scan with what is known of it. */
export interface Counted {
  key: string;
  /** How often it was scanned. */
  times: number;
  /** The lot's id; null where nothing is known yet, or it is not a lot. */
  lot: string | null;
  /** The lot's number, the package id on the label, or what was scanned. */
  name: string;
  /** Undefined while it is not checked. */
  verdict: VerdictName | undefined;
  /** It was refused, and went back. */
  isRefused?: boolean;
}

/** One package: all scans of it, or a line of the order that nobody scanned. */
export interface Package {
  /** Null where it was not scanned. */
  key: string | null;
  name: string;
  times: number;
  verdict: VerdictName | undefined;
  /** Its line of the order. Undefined where it is not on the list, or there is none. */
  line: ExpectedLine | undefined;
  group: Group;
  isTwice: boolean;
}

/** What a package is, for the tally. A package is in one group; `twice` is a mark beside it. */
export type Group = "ok" | "look" | "stop" | "unchecked" | "missing" | "done" | "surplus";

const GROUP_OF: Record<VerdictName, Group> = {
  PASS: "ok",
  WARN: "look",
  INCOMPLETE: "look",
  FAIL: "stop",
  HOLD: "stop",
};

/** The line of the order that a package is. */
export const lineFor = (
  { lot, name }: Pick<Counted, "lot" | "name">,
  lines: readonly ExpectedLine[],
): ExpectedLine | undefined =>
  lines.find((line) => (line.lot !== null && line.lot === lot) || isSameCode(line.name, name));

/**
 * The packages of a delivery: those scanned in the order of the scans, then those that nobody scanned. Codes of one lot that
 * were scanned apart are one package.
 */
export function packagesOf(counted: readonly Counted[], lines: readonly ExpectedLine[]): Package[] {
  const seen = new Map<string, Package>();
  const scanned = new Set<ExpectedLine>();
  for (const each of counted) {
    const id = each.lot ?? each.name.trim().toUpperCase();
    const before = seen.get(id);
    if (before) {
      before.times += each.times;
      before.isTwice = true;
      continue;
    }
    const line = lineFor(each, lines);
    if (line) scanned.add(line);
    const { key, name, times, verdict } = each;
    const isSurplus = lines.length > 0 && !line && verdict !== undefined;
    const unjudged = each.isRefused ? "stop" : "unchecked";
    const judged = verdict === undefined ? unjudged : GROUP_OF[verdict];
    // A reel that must be stopped is a stop first, wherever it comes from.
    const group = isSurplus && judged !== "stop" ? "surplus" : judged;
    seen.set(id, { key, name, times, verdict, line, group, isTwice: times > 1 });
  }
  const rest = lines
    .filter((line) => !scanned.has(line))
    .map((line): Package => {
      const group = line.isDone ? "done" : "missing";
      const { name } = line;
      return { key: null, name, times: 0, verdict: undefined, line, group, isTwice: false };
    });
  return [...seen.values(), ...rest];
}

export type Tally = Record<Group | "twice", number>;

/** How many packages are in each group, and how many were scanned more than once. */
export function tallyOf(packages: readonly Package[]): Tally {
  const of = (group: Group) => packages.filter((each) => each.group === group).length;
  return {
    ok: of("ok"),
    look: of("look"),
    stop: of("stop"),
    unchecked: of("unchecked"),
    missing: of("missing"),
    done: of("done"),
    surplus: of("surplus"),
    twice: packages.filter(({ isTwice }) => isTwice).length,
  };
}
