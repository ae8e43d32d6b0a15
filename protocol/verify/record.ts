// What the trail says of the lot itself: the fields of the event that made it, back through splits; and its way.
import { DETAIL_FIELDS, type DetailName } from "../event/detail-fields.ts";
import { ACTIONS } from "../event/event.ts";
import { sourceOf } from "../trail/trail.ts";
import type { Case } from "./case.ts";
import type { ValueOf } from "./identity.ts";
import type { Replay, Step } from "./replay.ts";

/** What a package has for itself, and does not pass on to what is split from it. */
const OF_PACKAGE: ReadonlySet<DetailName> = new Set([
  ...(["lotNumber", "packageId", "parentPackageId", "container", "packaging"] as const),
  "labelCommitment",
  ...([
    "serialFirst",
    "serialLast",
    "customerPartNumber",
    "purchaseOrder",
    "purchaseOrderLine",
  ] as const),
]);
/** A date code means something by its format only: they stay together. */
const OF_DATE: ReadonlySet<DetailName> = new Set(["dateCode", "dateCodeNewest", "dateCodeFormat"]);

/** What an event says of a lot, and where. */
export interface Said<N extends DetailName = DetailName> {
  step: Step;
  lot: string;
  /** As a dotted path in the event. */
  field: string;
  value: ValueOf<N>;
}

/** One of the lot's entries on its way, or one of the lot that it was split from. */
export interface Passage {
  step: Step;
  index: number;
  lot: string;
}

/** The ways that were walked: several rules ask for the same one. */
const ways = new WeakMap<Replay, readonly Passage[]>();

/**
 * The lot's way from its origin to now: its own entries, and before them those of the lots that it was split from, up to
 * the split. The inputs of an assembly are no part of it.
 */
export function wayOf({ replay }: Pick<Case, "replay">): readonly Passage[] {
  const walked = ways.get(replay);
  if (walked) return walked;
  const lineage = lineageOf(replay);
  const places = new Map(replay.steps.map((step, place) => [step, place]));
  const ends = new Map(
    [...lineage].map(([lot, end]) => [lot, end ? (places.get(end) ?? 0) : Infinity]),
  );
  const passages = new Map([...lineage.keys()].map((lot): [string, Passage[]] => [lot, []]));
  for (const [place, step] of replay.steps.entries())
    for (const [index, { lot }] of step.event.entries.entries()) {
      const own = passages.get(lot);
      if (own && place < ends.get(lot)! && own.at(-1)?.step !== step)
        own.push({ step, index, lot });
    }
  const way = [...passages.values()].reverse().flat();
  ways.set(replay, way);
  return way;
}

/** The lot, and those that it was split from, the nearest first, each with the split at which it left them. */
function lineageOf({ lot: main, ancestry }: Replay): Map<string, Step | undefined> {
  const lineage = new Map<string, Step | undefined>();
  let end: Step | undefined;
  for (let lot: string | undefined = main; lot !== undefined && !lineage.has(lot);) {
    lineage.set(lot, end);
    const step: Step | undefined = ancestry.creations.get(lot)?.by;
    end = step;
    lot = step?.event.action === ACTIONS.split ? sourceOf(step.event) : undefined;
  }
  return lineage;
}

/**
 * What the record says of a field of the lot: what the event that made it says, else what the split's parent had.
 * @returns undefined where nobody says it, or it is withheld
 */
export function recorded<N extends DetailName>(
  { replay, identities, trail }: Pick<Case, "replay" | "identities" | "trail">,
  name: N,
): Said<N> | undefined {
  const walked = new Set<string>();
  for (let lot: string | undefined = trail.lot; lot !== undefined && !walked.has(lot);) {
    walked.add(lot);
    const creation = replay.ancestry.creations.get(lot);
    if (!creation) return undefined;
    const { by: step, index } = creation;
    const says = identities.stated(step, index, name);
    if (says)
      return "value" in says ? { step, lot, field: says.field, value: says.value } : undefined;
    const hasOwnDate =
      OF_DATE.has(name) && identities.stated(step, index, "dateCode") !== undefined;
    if (step.event.action !== ACTIONS.split || OF_PACKAGE.has(name) || hasOwnDate) return undefined;
    lot = sourceOf(step.event);
  }
  return undefined;
}

/** Everything that the events on the lot's way say in a field, in their order; withheld values are left out. */
export function saidOnWay<N extends DetailName>(
  subject: Case,
  name: N,
  way: readonly Passage[] = wayOf(subject),
): Said<N>[] {
  return way.flatMap(({ step, index, lot }) => {
    const says = subject.identities.stated(step, index, name);
    return says && "value" in says ? [{ step, lot, field: says.field, value: says.value }] : [];
  });
}

/** Whether a finding may show a field to every reader of the lot: private fields are never shown. */
export const isTellable = (name: DetailName): boolean =>
  DETAIL_FIELDS[name].visibility !== "private";
